from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from sampark.domain.value import Text
from sampark.execution.bench import MemoryBench
from sampark.execution.charts.look import render
from sampark.execution.charts.shapes import bars
from sampark.execution.documents.blocks import Grid, Span
from sampark.execution.pages.layout import LANDSCAPE, column_widths, fit
from sampark.execution.tables.kinds import Typed
from sampark.execution.tables.store import keep
from sampark.execution.tools.report import PdfReport, WorkbookReport, report_pdf, report_workbook

BENCH = MemoryBench.alone(datetime(2024, 5, 1, 9, tzinfo=UTC))
SMALL = keep(
    BENCH, "Sales", [Typed("a", "text", ["x", "=1+1"]), Typed("n", "number", [1234.5, None])]
)
NASTY = '#image("/etc/passwd") $x^2$ \\#eval("1+1") *a* @ref <label> // comment'


def pages(file) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(BENCH.read(file))).pages]


def test_a_report_has_words_charts_tables_and_page_numbers():
    picture = BENCH.write("c.png", "image/png", render(bars("t", "s", [("a", 1.0)], axis="x")))
    texts = [Text(markdown="- **one** thing\n- two\n\nSee [here](https://example.com).")]
    many = keep(BENCH, "Many", [Typed("n", "number", list(range(500)))])
    report = PdfReport(
        title="Profile of sales.csv", texts=texts, tables=[SMALL, many], pictures=[picture] * 3
    )
    file = report_pdf(report, BENCH).file
    assert (file.name, file.media_type) == ("Profile of sales.pdf", "application/pdf")
    found = pages(file)
    assert found[0].startswith("Profile of sales.csv\n1 May 2024")
    assert "one thing" in found[0]
    assert "Charts" in found[0]
    assert all(f"{number} / {len(found)}" in page for number, page in enumerate(found, start=1))
    assert "The first 60 of 500 rows." in "".join(found)
    assert "1,234.5" in "".join(found)


def test_text_of_a_table_or_mail_is_never_markup():
    table = keep(BENCH, NASTY, [Typed(NASTY, "text", [NASTY, "]#", '")'])])
    texts = [Text(markdown=f"`{NASTY}`\n\n```\n{NASTY}\n```")]
    file = report_pdf(PdfReport(title=NASTY, texts=texts, tables=[table]), BENCH).file
    text = "".join("".join(pages(file)).split())
    assert text.count('#image("/etc/passwd")') >= 4
    assert "#eval" in text


def test_a_report_may_be_nearly_empty():
    none = keep(BENCH, "None", [Typed("a", "text", [])])
    assert (
        "There are no rows."
        in pages(report_pdf(PdfReport(title="x", tables=[none]), BENCH).file)[0]
    )
    assert len(pages(report_pdf(PdfReport(title="x"), BENCH).file)) == 1


def test_a_wide_table_stands_on_landscape_pages_in_parts():
    columns = [Typed(f"column number {n}", "text", ["some words " * 3]) for n in range(40)]
    file = report_pdf(PdfReport(title="Wide", tables=[keep(BENCH, "Wide", columns)]), BENCH).file
    reader = PdfReader(BytesIO(BENCH.read(file)))
    assert reader.pages[-1].mediabox.width > reader.pages[-1].mediabox.height
    text = " ".join("".join(pages(file)).split())
    assert all(f"number {n}" in text for n in range(40))


def test_a_table_is_cut_by_columns_with_the_first_in_each_part():
    cell = (Span("a" * 30),)
    grid = Grid(rows=((cell,) * 12, (cell,) * 12))
    parts = fit(grid, LANDSCAPE)
    assert len(parts) > 1
    assert all(sum(column_widths(part)) <= LANDSCAPE for part in parts)
    assert sum(part.width - 1 for part in parts) == 11


def test_a_report_of_one_task_is_the_same_bytes_each_time():
    report = PdfReport(title="x", texts=[Text(markdown="a")], tables=[SMALL])
    assert report_pdf(report, BENCH).file.sha256 == report_pdf(report, BENCH).file.sha256


@pytest.mark.parametrize("script", ["हिन्दी", "العربية", "日本語", "€ ₹ ≠"])
def test_other_scripts_do_not_stop_a_report(script):
    assert report_pdf(PdfReport(title=script, texts=[Text(markdown=script)]), BENCH).file.size


def test_a_workbook_has_a_sheet_per_table():
    file = report_workbook(WorkbookReport(title="Q1/Q2", tables=[SMALL, SMALL]), BENCH).file
    book = load_workbook(BytesIO(BENCH.read(file)))
    assert (file.name, book.sheetnames) == ("Q1 Q2.xlsx", ["Sales", "Sales 2"])
    assert (book["Sales"]["A3"].value, book["Sales"]["A3"].data_type) == ("=1+1", "s")
    assert book["Sales"]["B2"].value == 1234.5
