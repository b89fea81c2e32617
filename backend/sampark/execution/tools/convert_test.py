from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader, PdfWriter

from sampark.errors import StepFailed
from sampark.execution.bench import MemoryBench
from sampark.execution.documents.documents_test import PIXEL
from sampark.execution.sniff import identify
from sampark.execution.tools.convert import ConvertFile, convert_file
from sampark.execution.tools.tables import ReadTable, read_table

BENCH = MemoryBench.alone(datetime(2024, 5, 1, 9, tzinfo=UTC))
CSV = "Title\nname;price;n\nä;1,5 €;n/a\n=1+1;2,25 €;7\n".encode()
MD = b"# Head\n\nSome **bold** words.\n\n| a | b |\n|---|--:|\n| x | 1 |\n"


def convert(name: str, content: bytes, to: str):
    file = convert_file(ConvertFile(file=BENCH.write(name, "x", content), to=to), BENCH).file
    return file, BENCH.read(file)


def book(**sheets) -> bytes:
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    target = BytesIO()
    workbook.save(target)
    return target.getvalue()


SOURCES = {
    "a.csv": CSV,
    "a.tsv": b"a\tb\n1\t2\n",
    "a.xlsx": book(One=[["a", "b"], [1, 2]]),
    "a.docx": convert("x.md", MD, "docx")[1],
    "a.html": convert("x.md", MD, "html")[1],
    "a.md": MD,
    "a.txt": b"hello\n\nworld",
    "a.pdf": convert("x.md", MD, "pdf")[1],
    "a.png": PIXEL,
    "a.parquet": BENCH.read(
        read_table(ReadTable(file=BENCH.write("a.csv", "x", CSV)), BENCH).table
    ),
}
TABLES, DOCUMENTS = ("csv", "tsv", "xlsx"), ("pdf", "docx", "html", "md", "txt")
MATRIX = {
    **dict.fromkeys(("a.csv", "a.tsv", "a.xlsx"), (*TABLES, *DOCUMENTS)),
    "a.parquet": TABLES,
    **dict.fromkeys(("a.docx", "a.html", "a.md", "a.txt"), DOCUMENTS),
    "a.pdf": ("txt", "md"),
    "a.png": ("pdf",),
}


@pytest.mark.parametrize(
    ("name", "to"),
    [(name, to) for name, every in MATRIX.items() for to in every if not name.endswith(f".{to}")],
)
def test_every_possible_pair_gives_a_file_of_that_kind(name, to):
    file, content = convert(name, SOURCES[name], to)
    assert file.name == f"a.{to}"
    assert identify(file.name, content) == to


@pytest.mark.parametrize(
    ("name", "to", "message"),
    [
        ("a.pdf", "docx", "A PDF cannot become “docx”. It can become txt, md."),
        (
            "a.docx",
            "xlsx",
            "A Word document cannot become “xlsx”. It can become pdf, html, md, txt.",
        ),
        ("a.csv", "mp3", "A CSV table cannot become “mp3”. It can become tsv, xlsx, pdf"),
        ("a.csv", ".CSV", "“a.csv” is a CSV table already. It can become tsv"),
        ("a.png", "png", "is a PNG picture already. It can become pdf."),
    ],
)
def test_a_pair_that_is_not_possible_is_told_with_those_that_are(name, to, message):
    with pytest.raises(StepFailed, match=message):
        convert(name, SOURCES[name], to)


@pytest.mark.parametrize("content", [b"GIF89a...", bytes(range(256)) * 9])
def test_a_kind_that_cannot_be_converted_is_told(content):
    with pytest.raises(StepFailed, match="“a.doc” cannot be converted: it is .* Files of these"):
        convert("a.doc", content, "pdf")


@pytest.mark.parametrize(
    ("spoken", "kind"), [("Excel", "xlsx"), ("Markdown", "md"), (" .HTM", "html")]
)
def test_formats_may_be_spoken(spoken, kind):
    assert convert("a.csv", CSV, spoken)[0].name == f"a.{kind}"


def test_a_sheet_becomes_a_workbook_without_loss():
    sheet = load_workbook(BytesIO(convert("sales.csv", CSV, "xlsx")[1]))["sales"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Title", None, None],
        ["name", "price", "n"],
        ["ä", 1.5, "n/a"],
        ["=1+1", 2.25, 7],
    ]
    assert sheet["A4"].data_type == "s"
    assert sheet["B3"].number_format == '#,##0.00 "€"'


def test_several_sheets_become_a_zip_of_csv_files():
    content = book(One=[["a"], [1]], Empty=[], Two=[["=b"], ["-x"]])
    file, zipped = convert("book.xlsx", content, "csv")
    assert file.name == "book-csv.zip"
    with ZipFile(BytesIO(zipped)) as package:
        assert package.namelist() == ["One.csv", "Two.csv"]
        assert package.read("One.csv") == b"\xef\xbb\xbfa\r\n1\r\n"


def test_a_workbook_with_one_filled_sheet_becomes_one_csv_file():
    file, content = convert("book.xlsx", book(One=[["a"], ["@x"]], Empty=[]), "csv")
    assert (file.name, content) == ("book.csv", b"\xef\xbb\xbfa\r\n'@x\r\n")


def test_several_sheets_become_one_document_with_headings():
    _, content = convert("book.xlsx", book(One=[["a"], [1]], Two=[["b"], [2.5]]), "md")
    assert content.decode() == (
        "## One\n\n| a |\n| ---: |\n| 1 |\n\n## Two\n\n| b |\n| ---: |\n| 2.5 |\n"
    )


def test_a_long_table_is_no_document():
    with pytest.raises(StepFailed, match="has 5,002 rows, too many for a document"):
        convert("a.csv", b"a\n" + b"1\n" * 5001, "pdf")


def test_a_scanned_pdf_has_no_text():
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    target = BytesIO()
    writer.write(target)
    with pytest.raises(StepFailed, match="“a.pdf” has no text in it: its pages are pictures"):
        convert("a.pdf", target.getvalue(), "txt")


def test_a_picture_becomes_a_page_unless_it_is_broken_or_huge():
    assert len(PdfReader(BytesIO(convert("a.png", PIXEL, "pdf")[1])).pages) == 1
    with pytest.raises(StepFailed, match="is damaged"):
        convert("a.png", PIXEL[:20], "pdf")
    huge = PIXEL[:16] + (6000).to_bytes(4, "big") * 2 + PIXEL[24:]
    with pytest.raises(StepFailed, match="over 25 million pixels"):
        convert("a.png", huge, "pdf")


def test_code_in_a_text_stays_text_on_the_page():
    _, content = convert("a.txt", b'#read("/etc/passwd") $x$ *b*', "pdf")
    assert (
        PdfReader(BytesIO(content))
        .pages[0]
        .extract_text()
        .startswith('#read("/etc/passwd") $x$ *b*')
    )
