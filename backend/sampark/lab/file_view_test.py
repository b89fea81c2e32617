"""Files shown as far as they can be."""

import pytest

from sampark.errors import StepFailed
from sampark.lab.file_view import FileView, by_name
from sampark.lab.table_view import TableView
from sampark.sandbox.samples import names, sample


@pytest.mark.parametrize("name", names())
def test_every_sample_shows_itself(name):
    view = FileView(name=name, content=sample(name))
    assert name in view.html()
    assert repr(view).startswith(f"File({name!r}: ")


def test_a_workbook_shows_its_first_rows():
    view = FileView(name="orders.xlsx", content=sample("orders.xlsx"))
    assert view.kind == "xlsx"
    assert "<table" in view.html()
    assert "more rows" in view.html()


def test_a_pdf_tells_its_pages():
    view = FileView(name="offer.pdf", content=sample("offer-part-1.pdf"))
    assert "page" in repr(view)
    assert all(isinstance(words, str) for words in view.pages)


@pytest.mark.parametrize("name", ["broken.pdf", "broken.xlsx"])
def test_damage_is_told_and_breaks_nothing(name):
    view = FileView(
        name=name, content=sample("broken.pdf") if name.endswith("pdf") else b"PK\3\4no"
    )
    assert view.html()
    with pytest.raises(StepFailed):
        _ = view.pages if name.endswith("pdf") else view.tables


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"\xff\xfe<b>"])
def test_any_bytes_are_shown_without_running(content):
    html = FileView(name="<i>.txt", content=content).html()
    assert "<i>" not in html
    assert "<b>" not in html


def test_a_file_is_saved_under_its_bare_name(tmp_path):
    path = FileView(name="../../evil.txt", content=b"x").save(tmp_path)
    assert path == tmp_path / "evil.txt"
    assert path.read_bytes() == b"x"


def test_a_table_shows_ten_rows_and_tells_of_the_rest():
    rows = tuple((number, f"<{number}>", None) for number in range(12))
    view = TableView(name="t", columns=("n", "word", "nothing"), rows=rows)
    html = view.html()
    assert repr(view) == "Table('t': 12 rows, 3 columns)"
    assert "and 2 more rows" in html
    assert "&lt;9&gt;" in html
    assert "&lt;10&gt;" not in html
    with pytest.raises(KeyError):
        view.column("other")


def test_files_of_one_name_are_numbered():
    files = [FileView(name=name, content=b"x") for name in ("a.csv", "a.csv", "b", "a.csv", "b")]
    assert list(by_name(files)) == ["a.csv", "a (2).csv", "b", "a (3).csv", "b (2)"]
    assert by_name(files)["a (2).csv"].name == "a (2).csv"
