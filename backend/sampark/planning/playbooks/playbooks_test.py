from datetime import UTC, datetime

import pytest

from sampark.domain.mail import Address
from sampark.domain.plan import Ref
from sampark.domain.task import Claim, Task, TaskInput
from sampark.planning.playbooks import Fitted, Missing, Unfit, fit, load

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BOOKS = load()


def task(*claims, files=(), words="some words"):
    return Task(
        id="t1",
        account="sampark@example.com",
        thread_id="1",
        gmail_id="1",
        requester=Address(email="you@example.com"),
        goal="some words",
        words=words,
        claims=tuple(Claim(name=name, value=value, quote="", start=0) for name, value in claims),
        inputs=tuple(
            TaskInput(handle=f"att{number}", name=name, media_type=kind, size=1)
            for number, (name, kind) in enumerate(files, start=1)
        ),
        asked_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
    )


def plan(*claims, files=()):
    fitted = fit(task(*claims, files=files), BOOKS)
    assert isinstance(fitted, Fitted), fitted
    return fitted.plan


def test_every_playbook_offers_itself_with_an_example():
    assert len(BOOKS) >= 6
    assert all(book.title and book.summary and book.examples for book in BOOKS)


def test_profile_runs_table_and_charts_side_by_side():
    made = plan(("verb", "profile"), files=[("a.csv", "text/csv")])
    needs = {step.key: step.needs for step in made.steps}
    assert needs["profile"] == needs["charts"] == {"read"}
    assert needs["report"] == {"read", "profile", "charts"}


def test_each_file_gets_its_own_branch():
    made = plan(
        ("verb", "convert"),
        ("target_format", "pdf"),
        files=[("a.csv", "text/csv"), ("b.xlsx", XLSX)],
    )
    assert [step.key for step in made.steps] == ["open-1", "open-2", "convert-1", "convert-2"]
    assert made.step("convert-2").args["file"] == Ref(step="open-2", field="file")
    assert len(made.deliverables) == 2


def test_merge_takes_every_file_in_order():
    made = plan(
        ("verb", "merge"), files=[("a.pdf", "application/pdf"), ("b.pdf", "application/pdf")]
    )
    refs = made.step("merge").args["files"]
    assert refs == (Ref(step="open-1", field="file"), Ref(step="open-2", field="file"))


def test_a_question_without_groups_draws_no_chart():
    files = [("a.csv", "text/csv")]
    alone = plan(("verb", "ask"), ("measure", "sum"), ("column", "amount"), files=files)
    grouped = plan(("verb", "ask"), ("measure", "sum"), ("by", "region"), files=files)
    assert [step.key for step in alone.steps] == ["open", "read", "work-out"]
    assert {"chart", "table"} <= {step.key for step in grouped.steps}


def test_times_say_on_which_clock_they_were_read():
    made = plan(("verb", "remind"), ("when", "2026-11-24T09:00:00+00:00"), ("title", "tea"))
    read = "Tuesday 24 November 2026, 09:00 (UTC+00:00), the offset of your mail."
    assert made.assumptions == (f"The time is {read}",)


@pytest.mark.parametrize(
    "claims, files, about",
    [
        ([("verb", "profile")], [], "file"),
        ([("verb", "convert")], [("a.md", "text/markdown")], "target_format"),
        ([("verb", "merge")], [("a.pdf", "application/pdf")], "file"),
        ([("verb", "remind"), ("title", "tea")], [], "when"),
        (
            [("verb", "event"), ("title", "tea"), ("when", "2027-03-04"), ("when", "2027-04-03")],
            [],
            "when",
        ),
    ],
)
def test_what_is_missing_or_ambiguous_is_asked(claims, files, about):
    missing = fit(task(*claims, files=files), BOOKS)
    assert isinstance(missing, Missing)
    assert [question.about for question in missing.questions] == [about]


@pytest.mark.parametrize(
    "claims, files, words",
    [
        ([], [], ""),
        ([("verb", "profile")], [("logo.png", "image/png")], "logo.png"),
    ],
)
def test_what_does_not_fit_says_why(claims, files, words):
    unfit = fit(task(*claims, files=files), BOOKS)
    assert isinstance(unfit, Unfit)
    assert words in unfit.reason


def test_what_a_file_is_called_is_never_read_as_a_template():
    made = plan(("verb", "profile"), ("sheet", "x"), files=[("{sheet} {n}.csv", "text/csv")])
    assert made.step("open").title == "Open {sheet} {n}.csv"
