import pytest

from sampark.understanding.courtesy import (
    asks_what_can_be_done,
    is_closing,
    request_start,
    says_only_thanks,
)


@pytest.mark.parametrize(
    "body",
    [
        "Thanks!",
        "Thank you very much.",
        "Great, thanks a lot!",
        "Perfect, this is exactly what I needed. Thank you!",
        "That was quick, thanks!\n\nAnn Example",
        "Thanks\nAnn",
        "Great job, cheers",
        "Awesome!\n\nBest regards,\nAnn Example",
        "Vielen Dank!\n\nLG\nAnna",
        "Danke dir",
        "Merci beaucoup",
        "Muchas gracias",
        "Got it, thanks.",
        "Thanks, works great",
    ],
)
def test_mere_thanks(body):
    assert says_only_thanks(body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "ok",
        "Thanks, but the numbers are wrong.",
        "Thanks, that is not what I asked for.",
        "Great, now convert it to docx",
        "Thanks!\n\nNow please merge both files.",
        "Thanks\nconvert it to pdf",
        "Thanks in advance for converting this.",
        "Nice. And by product?",
        "Thank you. Can you also send the chart?",
        "Good morning, here is the file",
        "stop",
    ],
)
def test_what_is_more_than_thanks(body):
    assert not says_only_thanks(body)


@pytest.mark.parametrize(
    "sentence, asked",
    [
        ("Hi Sampark, could you please convert this", "convert this"),
        ("Hello there,", ""),
        ("Dear Ann Example, please merge these", "merge these"),
        ("I was wondering if you could split it", "split it"),
        ("- remind me", "remind me"),
        ("1. remind me", "remind me"),
        ("Bitte erinnere mich", "erinnere mich"),
        ("Könntest du bitte mal die Datei umwandeln", "die Datei umwandeln"),
        ("Pourriez-vous convertir", "convertir"),
        ("convert Hi.docx", "convert Hi.docx"),
    ],
)
def test_courtesy_before_a_request_is_skipped(sentence, asked):
    assert sentence[request_start(sentence) :] == asked


@pytest.mark.parametrize(
    "line, closing",
    [
        ("Best regards,", True),
        ("Thanks", True),
        ("Thanks a lot, Ann", True),
        ("Viele Grüße", True),
        ("MfG", True),
        ("Thanks to Bob the table is ready", False),
        ("Best of all regions", False),
        ("the best", False),
    ],
)
def test_a_line_that_takes_leave(line, closing):
    assert is_closing(line) is closing


@pytest.mark.parametrize(
    "words, asks",
    [
        ("help", True),
        ("Help!\n\nThanks", True),
        ("Hi Sampark,\n\nwhat can you do for me?\n\nBest,\nAnn", True),
        ("Hello", True),
        ("Was kannst du?", True),
        ("What can you do with the attached file to make it smaller?", False),
        ("Help Bob with the plan", False),
        ("Write me a poem.", False),
    ],
)
def test_words_that_ask_what_may_be_asked(words, asks):
    assert asks_what_can_be_done(words) is asks
