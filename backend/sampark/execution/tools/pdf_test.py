from datetime import UTC, datetime
from io import BytesIO

import pytest
import typst
from pypdf import PdfReader, PdfWriter
from pypdf.actions import JavaScript
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from sampark.errors import StepFailed
from sampark.execution.bench import MemoryBench
from sampark.execution.documents.pdf import parse_pages
from sampark.execution.tools.pdf import MergePdf, SplitPdf, merge_pdf, split_pdf

BENCH = MemoryBench.alone(datetime(2024, 5, 1, tzinfo=UTC))


def pdf(pages: int, extra: str = "") -> bytes:
    words = "\n#pagebreak()\n".join(f"page {n}" for n in range(1, pages + 1))
    return typst.compile(f"#set page(height: 4cm)\n{extra}\n{words} <end>".encode(), format="pdf")


def file(name: str, content: bytes):
    return BENCH.write(name, "application/pdf", content)


def read(stored) -> PdfReader:
    return PdfReader(BytesIO(BENCH.read(stored)))


def active(content: bytes) -> bytes:
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(content)))
    writer.add_open_action(JavaScript("app.alert(1)"))
    writer.add_attachment("evil.txt", b"evil content")
    script = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("evil()")}
    )
    page = writer.pages[0]
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    notes = [
        {"/Subtype": NameObject("/Link"), "/A": script},
        {"/Subtype": NameObject("/FileAttachment"), "/Contents": TextStringObject("evil file")},
    ]
    box = ArrayObject()
    for note in notes:
        entry = DictionaryObject({NameObject(name): value for name, value in note.items()})
        box.append(writer._add_object(entry))
    page[NameObject("/Annots")] = box
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def test_files_are_merged_in_order_with_a_bookmark_each():
    files = [file("one.pdf", pdf(2)), file("two.PDF", pdf(3))]
    merged = merge_pdf(MergePdf(files=files, name="all.pdf"), BENCH).file
    reader = read(merged)
    assert (merged.name, len(reader.pages)) == ("all.pdf", 5)
    assert [entry.title for entry in reader.outline] == ["one", "two"]
    assert [reader.get_destination_page_number(entry) for entry in reader.outline] == [0, 2]
    assert [page.extract_text() for page in reader.pages][1:3] == ["page 2", "page 1"]


def test_nothing_that_acts_survives():
    files = [file("a.pdf", active(pdf(1))), file("b.pdf", pdf(1))]
    merged = merge_pdf(MergePdf(files=files), BENCH).file
    content = BENCH.read(merged)
    assert not any(word in content for word in (b"JavaScript", b"evil", b"/AA", b"OpenAction"))
    assert [str(note.get_object()["/Subtype"]) for note in read(merged).pages[0]["/Annots"]] == [
        "/Link"
    ]


def test_web_links_stay_and_links_to_other_pages_do_not_carry_them_along():
    extra = '#link(<end>)[to the end] #link("https://example.com/")[web]\n'
    source = file("a.pdf", pdf(3, extra))
    part = split_pdf(SplitPdf(file=source, pages="1"), BENCH).files[0]
    links = [note.get_object() for note in read(part).pages[0]["/Annots"]]
    assert [str(link["/A"]["/URI"]) for link in links if "/A" in link] == ["https://example.com/"]
    assert not any("/Dest" in link for link in links)
    assert BENCH.read(part).count(b"/Type /Page\n") == 1


@pytest.mark.parametrize(
    ("words", "places"),
    [
        ("1-3,5", [[0, 1, 2], [4]]),
        ("5-", [[4]]),
        ("-2", [[0, 1]]),
        ("last", [[4]]),
        ("2 - last", [[1, 2, 3, 4]]),
        ("3-1", [[2, 1, 0]]),
        ("pages 1 to 2; page 4", [[0, 1], [3]]),
        ("1 and 2", [[0], [1]]),
        ("2\u20133", [[1, 2]]),
        ("all", [[0, 1, 2, 3, 4]]),
        ("", []),
    ],
)
def test_pages_are_read_as_people_write_them(words, places):
    assert parse_pages(words, 5, "a.pdf") == places


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("9", "“a.pdf” has no page 9. It has 5 pages."),
        ("0", "has no page 0"),
        ("2-99", "has no page 99"),
        ("x", "“x” does not name pages. Write them as 1-3,7. It has 5 pages."),
        ("1-2-3", "does not name pages"),
        ("99999999999", "has no page"),
    ],
)
def test_pages_that_are_not_there_are_told(words, message):
    with pytest.raises(StepFailed, match=message):
        parse_pages(words, 5, "a.pdf")


def test_a_file_is_cut_by_parts_or_page_by_page():
    source = file("report.pdf", pdf(3))
    parts = split_pdf(SplitPdf(file=source, pages="1-2,3"), BENCH).files
    assert [part.name for part in parts] == ["report-p1-2.pdf", "report-p3.pdf"]
    assert [len(read(part).pages) for part in parts] == [2, 1]
    alone = split_pdf(SplitPdf(file=source), BENCH).files
    assert [read(part).pages[0].extract_text() for part in alone] == ["page 1", "page 2", "page 3"]


def encrypted(password: str) -> bytes:
    writer = PdfWriter()
    writer.append(PdfReader(BytesIO(pdf(2))))
    writer.encrypt(password, owner_password="owner")
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (encrypted("secret"), "protected by a password"),
        (pdf(2)[:900], "damaged"),
        (b"%PDF-1.7\nnothing", "damaged"),
        (b"hello", "is a plain text, not a PDF"),
        (b"", "is empty"),
        (pdf(1), "has one page, so there is nothing to split"),
        (pdf(101), "would give 101 files; 100 are the limit"),
    ],
)
def test_a_file_that_cannot_be_cut_is_told(content, message):
    with pytest.raises(StepFailed, match=f"“a.pdf” .*{message}"):
        split_pdf(SplitPdf(file=file("a.pdf", content)), BENCH)


def test_a_file_that_only_restricts_its_owner_opens():
    assert (
        len(split_pdf(SplitPdf(file=file("a.pdf", encrypted("")), pages="1-2"), BENCH).files) == 1
    )


def test_one_file_is_no_merge():
    with pytest.raises(StepFailed, match="at least two"):
        merge_pdf(MergePdf(files=[file("a.pdf", pdf(1))]), BENCH)
