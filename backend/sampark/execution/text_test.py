import pytest

from sampark.execution.text import clean, decode, looks_like_text


@pytest.mark.parametrize(
    ("encoding", "note"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "It was read as UTF-16."),
        ("utf-16-le", "It was read as UTF-16."),
        ("utf-16-be", "It was read as UTF-16."),
        ("cp1252", "It was read as Windows-1252, as it is not UTF-8."),
    ],
)
def test_text_is_read_in_the_encodings_that_sheets_come_in(encoding, note):
    decoded = decode("Größe;Preis\r\nä;5 €\r\n".encode(encoding))
    assert (decoded.text, decoded.note) == ("Größe;Preis\nä;5 €\n", note)


def test_a_character_cut_at_the_end_stays_utf_8():
    assert decode("aä".encode()[:-1]).text == "a\ufffd"


def test_control_characters_and_lone_surrogates_go():
    assert clean("a\x00b\x1b[31m\ud800c\rd\r\ne\ttab") == "ab[31mc\nd\ne\ttab"


def test_binary_content_does_not_look_like_text():
    assert looks_like_text("a,b\nä,ö".encode())
    assert not looks_like_text(bytes(range(256)))
    assert not looks_like_text(b"")
