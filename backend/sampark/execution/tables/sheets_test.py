from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from sampark.execution.tables.kinds import Typed
from sampark.execution.tables.sheets import (
    csv_bytes,
    inert,
    sheet_titles,
    write_csv,
    write_workbook,
)

AT = datetime(2024, 5, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff20"])
def test_text_that_could_act_is_made_inert(start):
    assert inert(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


@pytest.mark.parametrize("text", ["-5", "+1,234.50", "-3%", "a=b", "'=x", "", "1-2"])
def test_plain_text_and_signed_numbers_stay(text):
    assert inert(text) == text


def test_csv_is_utf_8_with_a_mark_and_plain_values():
    columns = [
        Typed("=name", "text", ["=1+1", 'a,"b"\nc', None]),
        Typed("n", "number", [-1.5, 2, None]),
        Typed("d", "date", [date(2024, 1, 2), None, None]),
        Typed("ok", "boolean", [True, False, None]),
    ]
    assert write_csv(columns).decode("utf-8") == (
        '\ufeff\'=name,n,d,ok\r\n\'=1+1,-1.5,2024-01-02,yes\r\n"a,""b""\nc",2,,no\r\n,,,\r\n'
    )
    assert csv_bytes([["a", "b"]], delimiter="\t") == b"\xef\xbb\xbfa\tb\r\n"


def test_a_workbook_keeps_types_and_text_is_never_a_formula():
    columns = [
        Typed("t", "text", ["=1+1", "@x", None]),
        Typed("n", "number", [1234567, 2, None]),
        Typed("f", "number", [1.25, None, 1000.5]),
        Typed("d", "date", [date(2024, 1, 2), None, None]),
        Typed("m", "date", [datetime(2024, 1, 2, 3, 4), None, None]),
        Typed("b", "boolean", [True, None, None]),
        Typed("€", "number", [1.5, 2.5, 3.5], unit="€"),
    ]
    content = write_workbook({"Data": columns}, at=AT)
    sheet = load_workbook(BytesIO(content))["Data"]
    assert [(c.value, c.data_type, c.quotePrefix) for c in sheet["A"][1:3]] == [
        ("=1+1", "s", True),
        ("@x", "s", True),
    ]
    assert [sheet.cell(2, place).value for place in range(2, 7)] == [
        1234567, 1.25, datetime(2024, 1, 2), datetime(2024, 1, 2, 3, 4), True,
    ]  # fmt: skip
    assert [sheet.cell(2, place).number_format for place in (2, 3, 4, 5, 7)] == [
        "#,##0", "#,##0.00", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", '#,##0.00 "€"',
    ]  # fmt: skip
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G4")
    assert sheet["A1"].font.bold


def test_the_same_tables_give_the_same_bytes():
    columns = {"A": [Typed("a", "number", [1, 2])]}
    assert write_workbook(columns, at=AT) == write_workbook(columns, at=AT)


def test_sheet_titles_are_made_valid_and_unique():
    titles = sheet_titles(["a/b:c*[d]", "Sales", "SALES", "x" * 40, "x" * 41, "", "'"])
    assert titles == [
        "a b c  d",
        "Sales",
        "SALES (2)",
        "x" * 31,
        f"{'x' * 27} (2)",
        "Sheet",
        "Sheet (2)",
    ]


def test_a_table_without_rows_has_a_header():
    content = write_workbook({"A": [Typed("a", "number", [])]}, at=AT)
    assert load_workbook(BytesIO(content))["A"]["A1"].value == "a"
