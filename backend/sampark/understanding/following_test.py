import pytest

from sampark.understanding import evidence
from sampark.understanding.conftest import mail
from sampark.understanding.following import follow

MARGIN = "There is no column “margin”. The nearest are “Amount”, “Unit price” and “Region”."


EARLIER = mail("What is the sum of margin by region where status is paid?", "a.csv")


def went_on(words, *files, problem=MARGIN, earlier=EARLIER):
    task = follow(mail(words, *files, number=2), earlier, problem)
    assert evidence.check(task) == []
    found = {}
    for claim in task.claims:
        found.setdefault(claim.name, claim.value)
    return task, found


@pytest.mark.parametrize(
    "words, column",
    [
        ("amount", "Amount"),
        ("I meant Amount, sorry.", "Amount"),
        ("Use the unit price", "Unit price"),
        ("unit price please", "Unit price"),
        ("profit", "profit"),
        ("It should be net value", "net value"),
        ("Hi,\n\namount please.\n\nBest regards\nAnn", "Amount"),
    ],
)
def test_a_correction_replaces_what_failed_and_keeps_the_rest(words, column):
    task, found = went_on(words)
    assert (task.kind, found["column"], found["by"]) == ("ask", column, "region")
    assert found["where"] == ["status is paid"]
    assert [item.name for item in task.inputs] == ["a.csv"]


def test_a_condition_is_corrected_as_a_condition():
    problem = "The condition “status is paid” names no column. The table has “State”."
    _, found = went_on("where state is paid", problem=problem)
    assert found["where"] == ["state is paid"]
    assert found["column"] == "margin"


def test_a_question_without_a_column_learns_it():
    earlier = mail("total by region", "a.csv")
    problem = "The sum needs a column to measure. Columns with numbers are “Amount”, “Units”."
    _, found = went_on("amount", problem=problem, earlier=earlier)
    assert (found["measure"], found["column"], found["by"]) == ("sum", "Amount", "region")


def test_a_question_that_is_asked_anew_counts_whole():
    task, found = went_on("How many rows are there?")
    assert found == {"verb": "ask", "measure": "count"}
    assert [item.name for item in task.inputs] == ["a.csv"]


@pytest.mark.parametrize("words", ["", "Here is the right one.", "Sorry, try with this file"])
def test_a_new_file_takes_the_place_of_the_failed_one(words):
    task, found = went_on(words, "b.csv")
    assert found["column"] == "margin"
    assert [item.name for item in task.inputs] == ["b.csv"]


@pytest.mark.parametrize(
    "words",
    [
        "Again please",
        "try again",
        "Please do it again.",
        "Redo",
        "Once more, please",
        "Noch einmal bitte",
    ],
)
def test_again_repeats_the_work(words):
    task, found = went_on(words, problem=None)
    assert (task.kind, found["column"]) == ("ask", "margin")


@pytest.mark.parametrize("words", ["The same for this one, please.", "and this one too"])
def test_the_same_is_done_with_another_file(words):
    task, _ = went_on(words, "b.csv", problem=None)
    assert (task.kind, [item.name for item in task.inputs]) == ("ask", ["b.csv"])


def test_other_work_takes_the_earlier_files_only_where_it_brings_none():
    alone, found = went_on("Please convert it to Excel", problem=None)
    assert (alone.kind, found["target_format"]) == ("convert", "xlsx")
    assert [item.name for item in alone.inputs] == ["a.csv"]
    with_file, _ = went_on("Please convert this to Excel", "b.csv", problem=None)
    assert [item.name for item in with_file.inputs] == ["b.csv"]


@pytest.mark.parametrize("words", ["Who wrote this?", "Why?", "Nice weather today"])
def test_after_a_good_end_other_words_are_no_correction(words):
    task, found = went_on(words, problem=None)
    assert (task.kind, found, task.inputs) == ("", {}, ())


def test_quoted_lines_are_no_correction():
    assert went_on("> amount\n> again", problem=None)[0].kind == ""
