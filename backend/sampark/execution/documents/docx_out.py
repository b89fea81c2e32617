"""A document as a Word file: real heading and list styles, so that Word's own tools work on it."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

import docx
from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt, RGBColor
from docx.table import _Cell  # pyright: ignore[reportPrivateUsage] - the only name of a cell's type
from docx.text.paragraph import Paragraph as DocxParagraph

from sampark.execution.archive import settle
from sampark.execution.documents.blocks import (
    Block,
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
    Spans,
)
from sampark.execution.documents.pictures import picture_width

_DEEPEST = 3  # levels that Word's list styles have
_LINK = RGBColor(0x2F, 0x6D, 0xB5)


def write_docx(document: Document, *, title: str, at: datetime) -> bytes:
    """Return a Word file; the same document gives the same bytes.

    Args:
        document: What to write.
        title: The file's title where the document has none.
        at: The moment written into the file's properties.
    """
    writer = _Writer(docx.Document())
    writer.add_all(document.blocks)
    properties = writer.docx.core_properties
    properties.title = (document.title or title)[:255]
    properties.author = properties.last_modified_by = "Sampark"
    properties.comments = ""
    properties.created = properties.modified = at.replace(tzinfo=None, microsecond=0)
    target = BytesIO()
    writer.docx.save(target)
    return settle(target.getvalue())


class _Writer:
    def __init__(self, docx: DocxDocument) -> None:
        self.docx = docx

    def add_all(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self._add(block)

    def _add(self, block: Block) -> None:
        match block:
            case Heading():
                self._fill(self.docx.add_paragraph(style=f"Heading {block.level}"), block.spans)
            case Paragraph():
                self._fill(self.docx.add_paragraph(), block.spans)
            case Code():
                self._code(block)
            case Rule():
                _underline(self.docx.add_paragraph())
            case Picture():
                width = Pt(picture_width(block.content))
                self.docx.add_picture(BytesIO(block.content), width=width)
            case Quote() | Items() | Grid():
                self._add_nested(block)

    def _add_nested(self, block: Quote | Items | Grid) -> None:
        match block:
            case Quote():
                self._quote(block)
            case Items():
                self._items(block, 1)
            case Grid():
                self._grid(block)

    def _code(self, block: Code) -> None:
        run = self.docx.add_paragraph(style="No Spacing").add_run(block.text)
        run.font.name, run.font.size = "Courier New", Pt(9)

    def _quote(self, block: Quote) -> None:
        for inner in block.blocks:
            if isinstance(inner, Paragraph):
                self._fill(self.docx.add_paragraph(style="Intense Quote"), inner.spans)
            else:
                self._add(inner)

    def _items(self, block: Items, level: int) -> None:
        kind = "List Number" if block.ordered else "List Bullet"
        style = kind if level == 1 else f"{kind} {min(level, _DEEPEST)}"
        number = self._restarted(style, block.first) if block.ordered else None
        for item in block.items:
            for place, inner in enumerate(item):
                if isinstance(inner, Items):
                    self._items(inner, level + 1)
                elif isinstance(inner, Paragraph):
                    shape = style if not place else f"List Continue{style.removeprefix(kind)}"
                    paragraph = self.docx.add_paragraph(style=shape)
                    self._fill(paragraph, inner.spans)
                    if number is not None and not place:
                        _set_number(paragraph, number)
                else:
                    self._add(inner)

    def _restarted(self, style: str, first: int) -> int | None:
        # Without a number of its own every ordered list would go on counting from the last one.
        numbering = self.docx.part.numbering_part.element
        ids = self.docx.styles[style].element.xpath("./w:pPr/w:numPr/w:numId/@w:val")
        abstract = (
            numbering.xpath(f"./w:num[@w:numId='{int(ids[0])}']/w:abstractNumId/@w:val")
            if ids
            else []
        )
        if not abstract:
            return None
        number = numbering.add_num(int(abstract[0]))
        number.add_lvlOverride(ilvl=0).add_startOverride(first)
        return int(number.numId)

    def _grid(self, block: Grid) -> None:
        if not block.rows:
            return
        table = self.docx.add_table(rows=len(block.rows), cols=block.width, style="Table Grid")
        for count, (row, cells) in enumerate(zip(block.rows, table.rows, strict=True)):
            head = block.head and count == 0
            for place, (spans, cell) in enumerate(zip(row, cells.cells, strict=False)):
                self._cell(cell, spans, head=head, right=place in block.right)
        if block.head:
            _repeat(table.rows[0]._tr)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - it has no header rows
        self.docx.add_paragraph()

    def _cell(self, cell: _Cell, spans: Spans, *, head: bool, right: bool) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(2)
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        self._fill(paragraph, spans)
        if head:
            for run in paragraph.runs:
                run.bold = True
            _shade(cell)

    def _fill(self, paragraph: DocxParagraph, spans: Spans) -> None:
        for span in spans:
            run = paragraph.add_run(span.text)
            run.bold, run.italic = span.bold or None, span.italic or None
            run.font.strike = span.strike or None
            if span.code:
                run.font.name = "Courier New"
            if span.href:
                run.font.color.rgb, run.font.underline = _LINK, True
                self._link(paragraph, run.element, span)

    def _link(self, paragraph: DocxParagraph, run: BaseOxmlElement, span: Span) -> None:
        relation = self.docx.part.relate_to(
            span.href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), relation)
        paragraph.paragraph_format.element.append(link)
        link.append(run)


def _set_number(paragraph: DocxParagraph, number: int) -> None:
    properties = paragraph.paragraph_format.element.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def _underline(paragraph: DocxParagraph) -> None:
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "D1D5DB")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph.paragraph_format.element.get_or_add_pPr().append(borders)


def _repeat(row: BaseOxmlElement) -> None:
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(mark)


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EEF3F8")):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - it has no shading
