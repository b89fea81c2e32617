"""Steps by hand: outputs by attribute or by name, texts that stay texts, refusals that help."""

import pickle

import pytest

from sampark.domain.plan import Ref, Step
from sampark.errors import PlanRefused
from sampark.lab.drafting import reference, resolved, step


def test_an_output_is_named_by_attribute():
    assert step("read").table == Ref(step="read", field="table")
    with pytest.raises(AttributeError):
        _ = step("read").__wrapped__


def test_a_title_is_made_from_the_key():
    assert step("read_it", "table.read").title == "Read it"
    assert step("read", "table.read", "Read the sheet").title == "Read the sheet"


def test_an_argument_may_have_the_name_of_a_part_of_a_step():
    made = step("report", "report.pdf", title="Sales", key="x", tool="y")
    assert made.title == "Report"
    assert made.args == {"title": "Sales", "key": "x", "tool": "y"}


def test_texts_that_name_an_output_become_references_also_inside_lists():
    made = resolved(step("r", "t", one="read.table", many=["read.notes", "sales.csv"]), {"read"})
    assert type(made) is Step
    assert made.args["one"] == Ref(step="read", field="table")
    assert made.args["many"] == (Ref(step="read", field="notes"), "sales.csv")


def test_a_step_that_is_no_draft_keeps_its_texts():
    plain = Step(key="r", title="R", tool="t", args={"words": "read.table"})
    assert resolved(plain, {"read"}) is plain


@pytest.mark.parametrize("text", ["read.", ".table", "read", "a.b.c", "read.my table", "1.5"])
def test_other_texts_stay_texts(text):
    assert resolved(step("r", "t", words=text), {"read", "1"}).args["words"] == text


@pytest.mark.parametrize("text", ["", "read", ".table", "read."])
def test_a_deliverable_must_name_an_output(text):
    with pytest.raises(PlanRefused, match=r"step\.output"):
        reference(text)


def test_what_cannot_be_written_down_is_refused_with_its_place():
    with pytest.raises(PlanRefused, match="'what' of step 'r'.*bytes"):
        step("r", "t", what=b"raw")


def test_a_draft_survives_pickling():
    made = step("read", "table.read", file="open.file")
    assert pickle.loads(pickle.dumps(made)) == made
