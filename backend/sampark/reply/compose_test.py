from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from sampark.domain.plan import Estimate
from sampark.domain.run import LeftOut, Outgoing
from sampark.domain.task import Question, TaskStatus
from sampark.domain.value import Text
from sampark.reply import compose
from sampark.reply.sample_test import (
    REPORT,
    START,
    broken,
    done,
    plan,
    png,
    record,
    skipped,
    task,
)
from sampark.reply.views import Offer

FOOTER = (
    "--\nSampark, an automatic assistant, wrote this. "
    'Reply "stop" to end the task, or "status" to see where it stands.\n'
)
OFFERS = (
    Offer(title="Convert a file", summary="Word to PDF and more.", example="Convert this to PDF"),
    Offer(
        title="Remind", summary="A mail at the time you name.", example="Remind me on Friday at 9"
    ),
)


def answer(**changes: object) -> Outgoing:
    facts = {
        "checked_estimate": Estimate(p50=3, p90=8),
        "picture": png(),
        "texts": (Text(markdown="The sum is **42**."),),
        "files": (REPORT,),
    }
    return compose.answer(record(), **{**facts, **changes})


def test_an_answer_begins_with_the_answer():
    mail = answer()
    assert mail.subject == "Sales numbers"
    assert mail.text == (
        "The sum is 42.\n"
        "\n"
        "Attached:\n"
        "- report.pdf (128 KB)\n"
        "\n"
        "[Picture plan.png: The plan: 4 of 4 steps done]\n"
        "\n"
        "How this was done\n"
        "Read as: Profile sales.csv\n"
        "Done: Read sales.csv; Profile every column; Draw the charts; Write the report\n"
        "Not done: nothing\n"
        "Sources: your words; sales.csv (attached)\n"
        "Files: report.pdf, 128 KB, SHA-256 9f8e7d6c5b4a\n"
        "Time: estimated 3 s (up to 8 s), took 4 s\n"
        "Cost: nothing\n"
        "To change it: Reply in this thread and say what should be different.\n"
        "\n" + FOOTER
    )
    assert mail.files == (REPORT,)
    assert mail.pictures == {"plan.png": png()}
    assert 'src="cid:plan.png" width="400" height="200"' in mail.html


def test_an_answer_without_texts_says_what_is_attached():
    first = answer(texts=()).text.splitlines()[0]
    assert first == "Done. Your file is attached."
    two = (REPORT, REPORT.model_copy(update={"name": "data.xlsx"}))
    assert answer(texts=(), files=two).text.startswith("Done. Your 2 files are attached.\n")
    assert answer(texts=(), files=()).text.startswith("Done: Profile sales.csv\n")


def test_an_answer_without_a_picture_has_none():
    mail = answer(picture=None)
    assert mail.pictures == {}
    assert "plan.png" not in mail.text + mail.html


def test_what_is_not_attached_is_named_with_its_reason():
    left = LeftOut(name="all\n.csv", size=31_000_000, reason="it is too large for a mail")
    for made in (answer(left_out=(left,)), compose.stopped(record(), left_out=(left,))):
        for body in (made.text, made.html):
            assert "all.csv (30 MB): it is too large for a mail" in body
            assert "dashboard" in body
    assert "Not attached" not in answer().text


def test_a_partial_answer_owns_up():
    part = record(done("read"), done("profile"), broken("charts", "No numbers."), skipped("report"))
    mail = compose.answer(part, checked_estimate=None, picture=None, texts=(), files=(REPORT,))
    assert mail.text.startswith(
        "A part of this is done. Your file is attached.\n\n"
        "2 of 4 steps were not done; the receipt below says why.\n"
    )
    assert (
        "- Draw the charts: No numbers.\n- Write the report: left out, because it needs"
        in mail.text
    )


def test_a_wide_picture_fits_the_mail():
    assert 'width="592" height="296"' in answer(picture=png(4000, 2000)).html


def test_a_picture_that_is_no_png_is_refused():
    with pytest.raises(ValueError, match="not a PNG"):
        answer(picture=b"<svg>")


def test_texts_share_one_limit():
    mail = answer(texts=tuple(Text(markdown="word " * 10_000) for _ in range(40)))
    assert mail.text.count("The text is cut here") == 1
    assert len(mail.text) < 70_000


def test_an_acknowledgement_tells_plan_and_time():
    mail = compose.acknowledge(
        task(), plan(assumptions=("Row 1 is the header.",)), Estimate(p50=190, p90=320)
    )
    assert mail.text == (
        "This is under way. Expect the result in this thread in 3 min 10 s (up to 5 min 20 s).\n"
        "\n"
        "Read as: Profile sales.csv\n"
        "Assumed: Row 1 is the header.\n"
        "\n"
        "The steps:\n"
        "1. Read sales.csv\n"
        "2. Profile every column\n"
        "3. Draw the charts\n"
        "4. Write the report\n"
        "\n" + FOOTER
    )


def test_an_acknowledgement_of_a_wait_is_on_the_requesters_clock():
    mail = compose.acknowledge(task(), plan(), Estimate(), datetime(2026, 5, 15, 3, 30, tzinfo=UTC))
    assert mail.text.startswith(
        "This is set for Fri 15 May 2026, 09:00 (UTC+05:30). You need do nothing until then.\n"
    )


def test_questions_are_numbered_and_say_what_happens_without_an_answer():
    questions = (
        Question(about="column", text="Which column?", choices=("net", "gross"), default="net"),
        Question(about="from", text="From which month?", default="January"),
    )
    mail = compose.ask(task(), questions, "Thu 14 May 2026, 14:00 (UTC+05:30)")
    assert mail.text == (
        "Two questions before this can start:\n"
        "\n"
        "1. Which column?\n"
        "   1) net (taken without an answer)\n"
        "   2) gross\n"
        "\n"
        "2. From which month?\n"
        "   Taken without an answer: January\n"
        "\n"
        "Reply with one line for each question, in this order: "
        "the number of your choice, or your own words.\n"
        "Without an answer by Thu 14 May 2026, 14:00 (UTC+05:30), "
        "the work goes on with what is marked above.\n"
        "\n"
        "Read as: Profile sales.csv\n"
        "\n" + FOOTER
    )


def test_a_question_without_a_default_ends_the_task():
    mail = compose.ask(task(), (Question(about="when", text="When?"),), "")
    assert mail.text.startswith(
        "One question before this can start:\n\nWhen?\n\nReply in your own words.\n"
        "Without an answer, this ends and nothing is done.\n"
    )


def test_a_proposal_asks_for_one_word_and_silence_means_no():
    reasons = ("The file would go to asha@example.org.",)
    mail = compose.propose(
        task(), plan(), reasons, "Friday", estimate=Estimate(p50=3), word="go 7K"
    )
    assert mail.text == (
        'Reply "go 7K" to run this plan as it stands, or "stop" to leave it.\n'
        "Without an answer by Friday, this ends and nothing is done.\n"
        "\n"
        "You are asked because:\n"
        "- The file would go to asha@example[.]org.\n"
        "\n"
        "Read as: Profile sales.csv\n"
        "Expected time: 3 s\n"
        "\n"
        "The steps:\n"
        "1. Read sales.csv\n"
        "2. Profile every column\n"
        "3. Draw the charts\n"
        "4. Write the report\n"
        "\n" + FOOTER
    )


def test_a_question_may_have_more_lines():
    mail = compose.ask(
        task(), (Question(about="x", text="Which one?\n\n  a: first\n  b: second"),), ""
    )
    assert "Which one?\na: first\nb: second\n\nReply in your own words.\n" in mail.text


def test_a_no_lists_what_can_be_done():
    mail = compose.cannot(task(), OFFERS, "No plan fits it.")
    assert mail.text == (
        "Thank you for your mail. Sorry, it asks for something that cannot be done here. "
        "No plan fits it.\n"
        "\n"
        "These can be done. Reply with words like those in the examples:\n"
        "\n"
        "Convert a file\n"
        "   Word to PDF and more.\n"
        "   Example: “Convert this to PDF”\n"
        "\n"
        "Remind\n"
        "   A mail at the time you name.\n"
        "   Example: “Remind me on Friday at 9”\n"
        "\n" + FOOTER
    )


def test_who_asks_what_can_be_done_is_told_without_a_sorry():
    mail = compose.cannot(task(), OFFERS, asked=True)
    assert "This is what you can ask for." in mail.text
    assert "Sorry" not in mail.text + mail.html
    assert all(offer.example in mail.text for offer in OFFERS)


def test_a_failure_says_why_and_keeps_what_there_is():
    mail = compose.failed(record(broken("read", "sales.csv is encrypted.")), files=(REPORT,))
    assert mail.text.startswith(
        "Sorry, this could not be finished. sales.csv is encrypted.\n"
        "\n"
        "Reply here with a corrected file or with other words, and it is tried again.\n"
        "\n"
        "Attached:\n"
    )
    named = compose.failed(record(), reason="The time is over.", advice="Ask again tomorrow.")
    assert named.text.startswith(
        "Sorry, this could not be finished. The time is over.\n\nAsk again tomorrow.\n\nHow"
    )


def test_a_stop_says_what_was_done():
    mail = compose.stopped(record(done("read")))
    assert mail.text == (
        "Stopped, as you asked. Nothing more is done for this task.\n"
        "\n"
        "Read as: Profile sales.csv\n"
        "\n"
        "Done before the stop:\n"
        "- Read sales.csv\n"
        "\n"
        "Not done:\n"
        "- Profile every column\n"
        "- Draw the charts\n"
        "- Write the report\n"
        "\n" + FOOTER
    )
    assert "Done before" not in compose.stopped(task()).text


def test_the_status_of_a_run_tells_every_step():
    running = record(done("read"), broken("charts", "No numbers."))
    mail = compose.status(running, TaskStatus.RUNNING, wait_until=START)
    assert mail.text == (
        "The work is under way: 1 of 4 steps is done. "
        "It goes on Tue 12 May 2026, 09:30 (UTC+05:30).\n"
        "\n"
        "Read as: Profile sales.csv\n"
        "Asked: Tue 12 May 2026, 09:30 (UTC+05:30)\n"
        "\n"
        "- Read sales.csv: done\n"
        "- Profile every column: not started\n"
        "- Draw the charts: failed (No numbers.)\n"
        "- Write the report: not started\n"
        "\n" + FOOTER
    )


@pytest.mark.parametrize("status", list(TaskStatus))
def test_every_status_has_its_sentence(status: TaskStatus):
    first = compose.status(task(), status).text.splitlines()[0]
    assert first.endswith(".")
    assert "!" not in first


def test_a_notice_is_two_sentences():
    mail = compose.notice(task(), "report.pdf is encrypted.", "Send it without a password.")
    assert mail.text == "report.pdf is encrypted.\n\nSend it without a password.\n\n" + FOOTER


@pytest.mark.parametrize(
    "make",
    [
        answer,
        lambda: compose.cannot(task(), OFFERS),
        lambda: compose.status(record(), TaskStatus.DONE, picture=png()),
    ],
)
def test_the_same_facts_give_the_same_mail(make: Callable[[], Outgoing]):
    assert make() == make()


def test_an_address_the_requester_typed_is_shown_as_typed():
    words = "Meet asha@example.org on Friday"
    mail = compose.notice(task(words=words), "asha@example.org and bob@example.org", "x")
    assert mail.text.startswith("asha@example.org and bob@example[.]org\n")
