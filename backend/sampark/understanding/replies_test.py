from datetime import UTC, datetime, timedelta

import pytest

from sampark.domain.mail import Address
from sampark.domain.task import Claim, Question, Task, TaskInput
from sampark.understanding import evidence
from sampark.understanding.replies import answer

ASKED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday
FORMAT = Question(about="target_format", text="Which?", choices=("pdf", "docx", "txt"))
WHEN = Question(about="when", text="When does it begin?")
DATES = Question(
    about="when",
    text="“03/04/2027” can be read in more than one way.",
    choices=(
        "Saturday 3 April 2027, 09:00 (UTC+00:00)",
        "Thursday 4 March 2027, 09:00 (UTC+00:00)",
    ),
    default="Saturday 3 April 2027, 09:00 (UTC+00:00)",
)
TITLE = Question(about="title", text="What shall the entry be called?")
FILES = Question(about="files", text="Which?", choices=("a.csv", "sales 2026.csv"), default="a.csv")
FILE = Question(about="file", text="Which sheet?")
VERB = Question(about="verb", text="Which?", choices=("convert", "merge"), default="convert")
MEASURE = Question(about="measure", text="What?", choices=("sum", "average", "count"))
PAGES = Question(about="pages", text="Which pages?")
WHERE = Question(about="where", text="Which rows?")


def task(*claims, kind="convert", files=("a.csv", "sales 2026.csv")):
    words = "the first words"
    return Task(
        id="t1",
        account="sampark@example.com",
        thread_id="1",
        gmail_id="1",
        requester=Address(email="you@example.com"),
        goal=words,
        words=words,
        kind=kind,
        claims=tuple(
            Claim(name=name, value=value, quote="first", start=4) for name, value in claims
        ),
        inputs=tuple(
            TaskInput(handle=f"att{number}", name=name, media_type="text/csv", size=1)
            for number, name in enumerate(files, start=1)
        ),
        asked_at=ASKED,
    )


def told(reply, *questions, of=None, at=None):
    answered = answer(of or task(), questions, reply, at=at)
    assert evidence.check(answered) == []
    assert answered.words.endswith(reply.strip())
    found = {}
    for claim in answered.claims:
        found.setdefault(claim.name, claim.value)
    return found


@pytest.mark.parametrize(
    "reply, value",
    [
        ("docx", "docx"),
        ("Docx please.", "docx"),
        ("As docx, please.", "docx"),
        ("as a Word document", "docx"),
        ("Word", "docx"),
        ("word file please", "docx"),
        ("MS Word", "docx"),
        ("2", "docx"),
        ("2.", "docx"),
        ("(2)", "docx"),
        ("option 2", "docx"),
        ("number 2 please", "docx"),
        ("B", "docx"),
        ("b)", "docx"),
        ("the second one", "docx"),
        ("The second one, please.", "docx"),
        ("I'd like the second one", "docx"),
        ("second option", "docx"),
        ("I'll take 2", "docx"),
        ("let's go with docx", "docx"),
        ("make it docx", "docx"),
        ("I meant docx, sorry", "docx"),
        ("not pdf, docx please", "docx"),
        ("docx instead of pdf", "docx"),
        ("PDF would be great", "pdf"),
        ("pdf is fine, thanks", "pdf"),
        ("PDF works for me", "pdf"),
        ("Hi,\n\npdf please.\n\nThanks,\nAnn", "pdf"),
        ("Hello Sampark,\nI would prefer PDF.", "pdf"),
        ("plain text", "txt"),
        ("a text file", "txt"),
        ("the last one", "txt"),
        ("in pdf", "pdf"),
        ("Als PDF bitte", "pdf"),
        ("das zweite bitte", "docx"),
        ("en PDF s'il vous plaît", "pdf"),
        ("en pdf por favor", "pdf"),
        ("epub", "epub"),
    ],
)
def test_a_format_is_taken_in_any_words(reply, value):
    assert told(reply, FORMAT)["target_format"] == value


@pytest.mark.parametrize(
    "reply",
    ["no idea", "7", "whatever you like best", "yes", "I will tell you later", "pdf or docx?"],
)
def test_what_answers_nothing_is_kept_to_be_asked_about(reply):
    found = told(reply, FORMAT)
    assert found["target_format"] is None or reply.startswith("pdf or")


@pytest.mark.parametrize(
    "reply", ["ok", "Yes, please.", "fine by me", "sounds good", "Ja", "d'accord"]
)
def test_consent_takes_the_default(reply):
    assert told(reply, VERB)["verb"] == "convert"


@pytest.mark.parametrize(
    "reply, value",
    [
        ("tomorrow at 3pm", "2026-11-24T15:00:00+00:00"),
        ("Tomorrow, 3 pm please", "2026-11-24T15:00:00+00:00"),
        ("on 12 May 2027 at 14:00", "2027-05-12T14:00:00+00:00"),
        ("12.5.2027 14:00", "2027-05-12T14:00:00+00:00"),
        ("next Tuesday at noon", "2026-12-01T12:00:00+00:00"),
        ("in two hours", "2026-11-23T14:00:00+00:00"),
        ("Let's say Friday 9:30", "2026-11-27T09:30:00+00:00"),
        ("morgen um 15 Uhr", "2026-11-24T15:00:00+00:00"),
        ("sometime soon", None),
    ],
)
def test_a_moment_is_taken_in_any_words(reply, value):
    assert told(reply, WHEN)["when"] == value


@pytest.mark.parametrize(
    "reply", ["at 3pm", "15:00", "3 pm", "15", "15.00", "three? no: 3pm", "at 3"]
)
def test_a_bare_time_is_on_the_day_that_is_known(reply):
    of = task(("day", "2026-11-26"), kind="event")
    found = told(reply, WHEN, of=of)
    assert found["when"] == "2026-11-26T15:00:00+00:00"
    assert "day" not in found


@pytest.mark.parametrize(
    "reply", ["2", "the second", "4 March", "Thursday 4 March 2027", "the latter"]
)
def test_one_of_two_readings_is_chosen(reply):
    of = task(("when", "2027-04-03T09:00:00+00:00"), ("when", "2027-03-04T09:00:00+00:00"))
    assert told(reply, DATES, of=of)["when"].startswith("2027-03-04")


def test_tomorrow_is_the_day_after_the_reply():
    late = told("tomorrow at 9:00", WHEN, at=ASKED + timedelta(days=3))
    assert late["when"] == "2026-11-27T09:00:00+00:00"


@pytest.mark.parametrize(
    "reply",
    [
        "1. docx 2. yes",
        "1) docx\n2) yes",
        "docx\nyes",
        "Hi,\n\ndocx\nok\n\nBest regards,\nAnn",
        "1. the second one; 2. the first",
        "1: Word, 2: a.csv",
    ],
)
def test_several_questions_are_answered_in_one_mail(reply):
    found = told(reply, FORMAT, FILES)
    assert (found["target_format"], found["files"] in ("a.csv", ["att1"])) == ("docx", True)


@pytest.mark.parametrize(
    "reply",
    [
        "Team lunch, tomorrow at noon",
        "1. tomorrow at noon 2. Team lunch",
        "tomorrow at noon\nTeam lunch",
        'tomorrow at noon\n"Team lunch"\n\nThanks!\nAnn',
    ],
)
def test_a_time_and_a_name_may_stand_in_one_reply(reply):
    found = told(reply, WHEN, TITLE)
    assert found["when"] == "2026-11-24T12:00:00+00:00"
    assert found["title"] == "Team lunch"


def test_a_question_left_open_stays_open():
    found = told("docx", FORMAT, WHEN)
    assert found["target_format"] == "docx"
    assert "when" not in found


@pytest.mark.parametrize(
    "reply, value",
    [
        ("sales 2026.csv", ["att2"]),
        ("the second file", ["att2"]),
        ("I mean sales 2026.csv", ["att2"]),
        ("both", ["att1", "att2"]),
        ("1", ["att1"]),
    ],
)
def test_files_are_chosen(reply, value):
    assert told(reply, FILES)["files"] == value


@pytest.mark.parametrize(
    "reply, expected",
    [
        ("sum", {"measure": "sum"}),
        ("the average", {"measure": "average"}),
        ("3", {"measure": "count"}),
        ("the total revenue by region", {"measure": "sum", "column": "revenue", "by": "region"}),
        ("average of amount per product", {"measure": "average", "column": "amount"}),
    ],
)
def test_a_measure_may_come_with_its_column(reply, expected):
    found = told(reply, MEASURE, of=task(kind="ask"))
    assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    "reply, value", [("1-3 and 7", "1-3,7"), ("pages 2, 4", "2,4"), ("the last page", "last")]
)
def test_pages_are_read_without_the_word(reply, value):
    assert told(reply, PAGES, of=task(kind="split"))["pages"] == value


@pytest.mark.parametrize(
    "reply, value", [("all of them", []), ("only where status is paid", ["status is paid"])]
)
def test_rows_are_narrowed(reply, value):
    assert told(reply, WHERE, of=task(kind="ask"))["where"] == value


def test_which_job_is_answered_with_its_details():
    of = task(("verb", "convert"), ("verb", "merge"))
    assert told("merge", VERB, of=of)["verb"] == "merge"
    found = told("please convert it to docx", VERB, of=of)
    assert (found["verb"], found["target_format"]) == ("convert", "docx")


def test_other_work_asked_for_in_a_reply_replaces_the_work():
    of = task(("verb", "convert"))
    answered = answer(of, [FORMAT], "Actually, please profile the sheet instead.")
    assert answered.kind == "profile"
    assert [claim.value for claim in answered.claims] == ["profile"]


def test_a_forgotten_file_is_answered_by_sending_it():
    assert "file" not in told("Sorry, here it is.", FILE)
    assert told("Sorry, what file?", FILE, of=task(files=()))["file"] is None


def test_a_better_answer_replaces_what_could_not_be_read():
    once = answer(task(), [FORMAT], "no idea")
    twice = answer(once, [FORMAT], "pdf then")
    assert [claim.value for claim in twice.claims] == ["pdf"]
