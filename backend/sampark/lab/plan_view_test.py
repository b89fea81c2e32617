"""Plans to look at and to edit."""

import base64
import re

import pytest

from sampark.domain.run import StepError, StepRun, StepStatus
from sampark.errors import PlanRefused, SettingsError
from sampark.lab.building import plan
from sampark.lab.drafting import step
from sampark.lab.plan_view import PlanView

HOSTILE = "<script>alert(1)</script> $x$"


def small(**parts):
    return plan(
        "Read it",
        step("open", "file.open", handle="att1"),
        step("read", "table.read", file="open.file"),
        step("book", "report.workbook", title="All", tables=["read.table"]),
        deliver=["book.file"],
        files=["sales.csv"],
        **parts,
    )


def test_a_plan_knows_its_files_as_a_mail_would_bring_them():
    (only,) = small().plan.inputs
    assert (only.handle, only.name, only.media_type) == ("att1", "sales.csv", "text/csv")


def test_the_program_reads_as_it_was_typed():
    assert small().program.splitlines() == [
        'open = file.open(handle="att1")',
        "read = table.read(file=open.file)",
        'book = report.workbook(title="All", tables=[read.table])',
        "deliver book.file",
    ]


def test_every_edit_is_the_next_version_of_the_plan_before():
    first = small()
    edits = [
        first.with_step(step("note", "text.note", words="Done.")),
        first.with_args("read", sheet="2026"),
        first.without("book"),
        first.renamed("read", "table"),
        first.delivering("read.notes"),
    ]
    for edited in edits:
        assert edited.plan.version == 2
        assert edited.plan.parent == first.plan.hash
        assert edited.plan.origin.kind == "person"
        assert edited.files == first.files
    assert first == small()


def test_a_title_follows_the_argument_that_it_names():
    asked = "Work out: sum of amount by region"
    first = small().with_step(step("ask", "table.ask", asked, table="read.table", measure="sum"))
    edited = first.with_args("ask", measure="average")
    assert edited.plan.step("ask").title == "Work out: average of amount by region"
    assert edited.with_args("ask", n=3).plan.step("ask").title == edited.plan.step("ask").title


def test_a_step_takes_the_place_of_the_one_of_its_key():
    edited = small().with_step(step("read", "table.read", file="open.file", sheet="B"))
    assert edited.keys == ["open", "read", "book"]
    assert edited.step("read").args["sheet"] == "B"


def test_arguments_change_one_by_one():
    edited = small().with_args("read", sheet="B", file="open.other")
    assert edited.program.splitlines()[1] == 'read = table.read(file=open.other, sheet="B")'


def test_a_new_name_is_followed_everywhere():
    edited = (
        small()
        .renamed("read", "sheet")
        .with_step(step("note", "text.note", words="x", after=["sheet"]))
    )
    renamed = edited.renamed("sheet", "table")
    assert renamed.step("book").args["tables"][0].step == "table"
    assert renamed.step("note").after == ("table",)
    assert small().renamed("book", "all").deliverables == ["all.file"]


@pytest.mark.parametrize(
    "edit",
    [
        lambda view: view.without("raed"),
        lambda view: view.renamed("raed", "x"),
        lambda view: view.with_args("raed", sheet="x"),
        lambda view: view.step("raed"),
        lambda view: view.status("raed"),
    ],
)
def test_an_unknown_step_is_refused_with_those_there_are(edit):
    with pytest.raises(PlanRefused, match="open, read, book"):
        edit(small())


def test_a_name_is_not_taken_twice():
    with pytest.raises(PlanRefused, match="'open' already"):
        small().renamed("read", "open")


def test_a_missing_sample_or_file_names_itself(tmp_path):
    with pytest.raises(SettingsError, match="no sample nosuch.csv"):
        plan("x", files=["nosuch.csv"])
    with pytest.raises(SettingsError, match=r"gone\.csv cannot be read"):
        plan("x", files=tmp_path / "gone.csv")


def test_the_bundle_is_the_same_every_time_and_runs_nothing():
    bundle = small()._repr_mimebundle_()
    assert bundle == small()._repr_mimebundle_()
    assert bundle["text/plain"] == "Plan(3 steps)" == repr(small())
    assert "<script" not in bundle["text/html"]
    assert set(small()._repr_mimebundle_(include={"text/plain"})) == {"text/plain"}
    assert set(small()._repr_mimebundle_(exclude={"text/plain"})) == {"text/html"}


def test_words_of_others_are_escaped():
    view = plan(HOSTILE, step("a", "text.note", HOSTILE, words=HOSTILE), assumptions=[HOSTILE])
    html = view.html()
    assert "<script" not in html
    assert 'class="sampark-lab mathjax_ignore"' in html
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert b"<script" not in base64.b64decode(found.group(1))


def test_how_the_steps_stand_is_told_without_times():
    runs = {
        "open": StepRun(key="open", attempt=1, status=StepStatus.DONE),
        "read": StepRun(
            key="read",
            attempt=3,
            status=StepStatus.FAILED,
            error=StepError(kind="StepFailed", message="No table <here>."),
        ),
    }
    view = PlanView(plan=small().plan, runs=runs)
    assert repr(view) == "Plan(3 steps: 1 done, 1 failed, 1 queued)"
    assert "No table &lt;here&gt;." in view.html()
    assert view.status("read") == "failed"


def test_an_edited_plan_has_not_run():
    ran = PlanView(
        plan=small().plan,
        runs={"open": StepRun(key="open", attempt=1, status=StepStatus.DONE)},
    )
    assert ran.without("book").runs == {}
