import pytest

from sampark.desk.results import results
from sampark.domain.value import REQUESTER, Value

FILE = {"name": "a.csv", "media_type": "text/csv", "size": 3, "sha256": "0" * 64}
TABLE = {
    "name": "a",
    "columns": [{"name": "city", "kind": "text"}, {"name": "sum", "kind": "number"}],
    "rows": 1,
    "sha256": "0" * 64,
}


def told(data: dict) -> list[tuple[str, str]]:
    value = Value.model_validate({"data": data, "origins": [REQUESTER]})
    return [(line.name, line.file.name if line.file else line.text) for line in results(value)]


def test_a_step_that_gave_nothing():
    assert results(None) == ()


@pytest.mark.parametrize(
    "data,words",
    [
        ({"markdown": "It is **42**."}, "It is **42**."),
        (FILE, "a.csv"),
        (TABLE, "1 row, 2 columns: city (text), sum (number)"),
        (TABLE | {"rows": 1200}, "1,200 rows, 2 columns: city (text), sum (number)"),
        ("2027-03-01T12:00:00Z", "2027-03-01T12:00:00Z"),
        (None, "nothing"),
        (True, "yes"),
        (3.5, "3.5"),
        ([], "none"),
        (["a", 2, None], "a, 2, nothing"),
        ({"other": {"deep": 1}}, "other: deep: 1"),
        (
            FILE | {"more": 1},
            "name: a.csv, media_type: text/csv, size: 3, sha256: " + "0" * 64 + ", more: 1",
        ),
    ],
)
def test_each_kind_of_output_is_told(data, words: str):
    assert told({"it": data}) == [("it", words)]


def test_a_list_of_files_is_a_line_each():
    assert told({"files": [FILE, FILE | {"name": "b.csv"}]}) == [
        ("files", "a.csv"),
        ("files", "b.csv"),
    ]


def test_long_words_are_cut():
    assert len(told({"text": {"markdown": "x" * 10_000}})[0][1]) == 4_000


def test_a_wide_table_names_its_first_columns():
    columns = [{"name": f"c{number}", "kind": "text"} for number in range(40)]
    words = told({"table": TABLE | {"columns": columns}})[0][1]
    assert "40 columns" in words
    assert words.endswith("c11 (text), …")
