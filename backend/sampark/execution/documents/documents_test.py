"""Readers and writers together: what one writes, another reads back."""

from datetime import UTC, datetime
from io import BytesIO

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from sampark.errors import StepFailed
from sampark.execution.documents.blocks import (
    Code,
    Document,
    Grid,
    Heading,
    Items,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Span,
    safe_href,
    shallow,
    tidy,
)
from sampark.execution.documents.docx_in import read_docx
from sampark.execution.documents.docx_out import write_docx
from sampark.execution.documents.html_in import read_html, strip_tags
from sampark.execution.documents.html_out import write_html
from sampark.execution.documents.markdown_in import read_markdown
from sampark.execution.documents.markdown_out import write_markdown
from sampark.execution.documents.pictures import picture_size
from sampark.execution.documents.text import read_text, write_text

AT = datetime(2024, 5, 1, 9, tzinfo=UTC)
RICH = """# Quarterly *report*

Intro with **bold**, *italic*, ~~gone~~, `code`, a [link](https://example.com/a?b=1&c=2) and **bold** ***both***.\\
After a break. 3 \\* 4 \\<b\\>

1. First
2. Second
   - nested *a*
   - nested b

     more
3. Third

> A quote

| Name | Amount |
| --- | ---: |
| =SUM(A1) | 1,234 |
| b \\| c |  |

```
code  <block>
```

---

## Next

1. again
"""


def spans(*texts: str) -> tuple[Span, ...]:
    return tuple(Span(text) for text in texts)


def docx_round(document: Document) -> Document:
    return read_docx("a.docx", write_docx(document, title="t", at=AT))


def test_markdown_reads_back_from_every_format():
    document = read_markdown(RICH)
    assert write_markdown(document) == RICH
    assert write_markdown(read_html(write_html(document, title="t"))) == RICH
    assert write_markdown(docx_round(document)) == RICH


def test_lists_that_follow_each_other_count_anew():
    text = "3. a\n4. b\n\nbetween\n\n1. c\n"
    assert write_markdown(read_html(write_html(read_markdown(text), title=""))) == text
    content = write_docx(read_markdown(text), title="", at=AT)
    numbers = docx.Document(BytesIO(content)).element.xpath("//w:numPr/w:numId/@w:val")
    assert numbers[0] == numbers[1] != numbers[2]


def test_signs_that_mean_something_are_written_so_that_they_mean_nothing():
    signs = (
        "# no heading\n- no list\n1. no number\n+ x\n===\n---\n*a* _b_ `c` [d](e) <f> | ~~g~~ \\ !"
    )
    document = Document((Paragraph(spans(signs)),))
    assert read_markdown(write_markdown(document)) == document


def test_raw_html_in_markdown_stays_text():
    html = write_html(
        read_markdown("<script>alert(1)</script>\n\n<b>x</b> [a](javascript:alert(1))"), title="t"
    )
    assert "<script>" not in html
    assert "javascript" not in html.replace("(javascript:alert(1))", "")


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>a<br> b  <b>c </b>d</p>", (Paragraph((Span("a\nb "), Span("c ", bold=True), Span("d"))),)),
        ("<div>a<div>b</div>c</div>", tuple(Paragraph(spans(t)) for t in "abc")),
        ("<h3>x</h3>y", (Heading(3, spans("x")), Paragraph(spans("y")))),
        ("<ol start=3><li>a<li><p>b</p></ol>", (Items(((Paragraph(spans("a")),), (Paragraph(spans("b")),)), ordered=True, first=3),)),
        ("<script>x</script><style>y</style>z", (Paragraph(spans("z")),)),
        ("<a href='javascript:x'>a</a> <a href='https://e.example'>b</a>", (Paragraph((Span("a "), Span("b", href="https://e.example"))),)),
        ("<pre>a\n  b</pre><hr>", (Code("a\n  b"), Rule())),
        ("<blockquote>a</blockquote>", (Quote((Paragraph(spans("a")),)),)),
        (
            "<table><tr><th>a<th align=right>b<tr><td>1<td>2<br>3</table>",
            (Grid(((spans("a"), spans("b")), (spans("1"), spans("2\n3"))), head=True, right=frozenset({1})),),
        ),
        ("<table><tr><td><p>a</p><p>b</p></table>", (Paragraph(spans("a")), Paragraph(spans("b")))),
        ("<img src='http://e.example/x.png' alt='a cat'>", (Paragraph(spans("a cat")),)),
        ("<p onclick=x style='x'>&lt;a&gt; &amp; ü</p>", (Paragraph(spans("<a> & ü")),)),
        ("", ()),
    ],
)  # fmt: skip
def test_html_becomes_blocks(html, blocks):
    assert read_html(html).blocks == blocks


@pytest.mark.parametrize("html", ["<b>" * 6000 + "x", "<div>" * 300 + "x", "x" + "<p>" * 200_000])
def test_hostile_html_is_read_as_text_only(html):
    assert write_text(read_html(html)).strip() == "x"


def test_tags_are_stripped_without_a_tree():
    html = "a<p>b</p><script>if (a<b) x</script>c<br>d<!-- e -->&amp;f<style>g"
    assert strip_tags(html).split() == ["a", "b", "c", "d&f"]
    assert strip_tags("a <b") == "a "


def test_deep_nesting_comes_up():
    block = Paragraph(spans("x"))
    for _ in range(50):
        block = Quote((Items(((block,),)),))
    depth, found = 0, next(shallow([block]))
    while not isinstance(found, Paragraph):
        depth += 1
        found = found.blocks[0] if isinstance(found, Quote) else found.items[0][0]
    assert depth == 8


def test_the_title_of_a_page_is_kept():
    assert read_html("<html><head><title> A\n &amp; B </title></head>x").title == "A & B"


def test_plain_text_keeps_lines_and_paragraphs():
    document = read_text("a\n b\n\n\n\nc")
    assert document.blocks == (Paragraph(spans("a\n b")), Paragraph(spans("c")))
    assert write_text(document) == "a\n b\n\nc\n"


def test_text_is_written_for_eyes():
    text = write_text(read_markdown(RICH))
    assert text.startswith("Quarterly report\n================\n\nIntro with bold")
    assert "link (https://example.com/a?b=1&c=2)" in text
    assert "Name      Amount\n--------  ------\n=SUM(A1)   1,234\nb | c\n" in text
    assert max(map(len, text.split("\n"))) <= 78


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://e.example/a", True),
        ("mailto:a@e.example", True),
        ("HTTP://e.example", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("/relative", False),
        ("http://[bad", False),
    ],
)
def test_only_web_and_mail_links_are_kept(href, kept):
    assert safe_href(href) == (href if kept else "")


def test_spans_of_one_form_join():
    assert tidy([Span(" a"), Span("b", bold=True), Span("", italic=True), Span("c", bold=True), Span("d ")]) == (
        Span("a"), Span("bc", bold=True), Span("d"),
    )  # fmt: skip


def word(build) -> Document:
    document = docx.Document()
    build(document)
    target = BytesIO()
    document.save(target)
    return read_docx("a.docx", target.getvalue())


def test_tracked_changes_are_read_as_accepted():
    def build(document):
        paragraph = document.add_paragraph("kept ")
        for tag, text in (("w:ins", "inserted"), ("w:del", "deleted")):
            change = OxmlElement(tag)
            run = paragraph.add_run(text)
            paragraph._p.remove(run._r)
            change.append(run._r)
            paragraph._p.append(change)

    assert word(build).blocks == (Paragraph(spans("kept inserted")),)


def test_merged_cells_of_a_word_table_are_read_once():
    def build(document):
        table = document.add_table(rows=2, cols=3)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
        table.cell(0, 2).merge(table.cell(1, 2)).text = "tall"
        table.cell(1, 0).text = "x"

    grid = word(build).blocks[0]
    assert [["".join(s.text for s in cell) for cell in row] for row in grid.rows] == [
        ["wide", "", "tall"], ["x", "", ""],
    ]  # fmt: skip


def test_content_controls_and_empty_paragraphs():
    def build(document):
        document.add_paragraph()
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        paragraph = document.add_paragraph("inside")._p
        document.element.body.remove(paragraph)
        content.append(paragraph)
        control.append(content)
        document.element.body.insert(0, control)

    assert word(build).blocks == (Paragraph(spans("inside")),)


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


def test_pictures_travel_between_word_and_html():
    document = Document((Picture(PIXEL, "image/png", "dot"),))
    found = docx_round(document).blocks[0]
    assert (found.content, found.media_type) == (PIXEL, "image/png")
    assert "data:image/png;base64,iVBOR" in write_html(document, title="")


def test_sizes_of_pictures_come_from_their_headers():
    assert picture_size(PIXEL) == (1, 1)
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x10\x00\x20" + b"\x00" * 12
    assert picture_size(jpeg) == (32, 16)
    assert picture_size(b"\xff\xd8\xff") is None
    assert picture_size(b"text") is None


def test_the_same_document_gives_the_same_bytes():
    document = read_markdown(RICH)
    assert write_docx(document, title="t", at=AT) == write_docx(document, title="t", at=AT)


@pytest.mark.parametrize("content", [b"PK\x03\x04 no", b"hello"])
def test_a_broken_word_file_is_told(content):
    with pytest.raises(StepFailed, match="“a.docx” is damaged"):
        read_docx("a.docx", content)


def test_the_header_mark_is_where_word_looks_for_it():
    content = write_docx(read_markdown("| a |\n| --- |\n| b |\n"), title="", at=AT)
    row = docx.Document(BytesIO(content)).tables[0].rows[0]._tr
    assert row.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
