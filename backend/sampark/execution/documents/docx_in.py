"""Word documents become a document: headings, emphasis, links, lists, tables, pictures.

Deleted tracked changes are left out and inserted ones kept. Page headers, footers, footnotes and
text boxes are not read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from typing import cast

import docx
from docx.document import Document as DocxDocument
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.styles.style import BaseStyle
from docx.text.run import Run
from lxml.etree import LxmlError

from sampark.errors import StepFailed
from sampark.execution.archive import DAMAGED, open_package
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
    plain,
    safe_href,
    shallow,
    tidy,
)
from sampark.execution.documents.pictures import picture_size
from sampark.execution.limits import PIXELS
from sampark.execution.text import clean

_BODY = "./w:p | ./w:tbl | ./w:sdt/w:sdtContent/w:p | ./w:sdt/w:sdtContent/w:tbl"
_RUNS = ".//w:r[not(ancestor::w:del)][not(ancestor::w:txbxContent)]"
_MONOSPACE = {"Courier New", "Courier", "Consolas", "Menlo", "Monaco", "Lucida Console"}
_ORDERED = {"decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman", "decimalZero"}


def read_docx(name: str, content: bytes) -> Document:
    """Read a Word document.

    Raises:
        StepFailed: It is damaged, protected, or unpacks beyond the limits.
    """
    open_package(name, content).close()
    try:
        document = docx.Document(BytesIO(content))
        blocks = tuple(shallow(_Reader(document).blocks()))
    except (*DAMAGED, PackageNotFoundError, LxmlError):
        raise StepFailed(
            f"“{name}” is damaged and cannot be opened.", fix="Please save it again and resend it."
        ) from None
    return Document(blocks=blocks, title=document.core_properties.title or "")


class _Entry:
    """One paragraph of a list: its level from 0, its kind and its list's number."""

    def __init__(self, level: int, number: str, spans: Spans, *, ordered: bool) -> None:
        self.level = level
        self.number = number
        self.spans = spans
        self.ordered = ordered


class _Reader:
    def __init__(self, document: DocxDocument) -> None:
        self._document = document
        self._part = document.part
        self._body = cast("BaseOxmlElement", document.element.body)

    def blocks(self) -> Iterator[Block]:
        """Yield the body's blocks in order; neighbouring list paragraphs become one list."""
        entries: list[_Entry] = []
        for element in cast("list[BaseOxmlElement]", self._body.xpath(_BODY)):
            entry = self._entry(element) if element.tag == qn("w:p") else None
            if entry is not None:
                entries.append(entry)
                continue
            yield from _nested(entries)
            entries = []
            yield from (
                self._grid(element) if element.tag == qn("w:tbl") else self._paragraph(element)
            )
        yield from _nested(entries)

    def _paragraph(self, element: BaseOxmlElement) -> Iterator[Block]:
        spans = self._spans(element)
        style = self._style(element)
        level = _heading_level(style)
        if not plain(spans).strip():
            yield from [Rule()] if element.xpath("./w:pPr/w:pBdr/w:bottom") else []
        elif level:
            # A heading's own bold face is its style, not an emphasis.
            yield Heading(level, tidy(replace(span, bold=False) for span in spans))
        elif all(span.code for span in spans if span.text.strip()):
            yield Code(plain(self._spans(element, raw=True)).strip("\n"))
        elif style is not None and style.name in {"Quote", "Intense Quote"}:
            yield Quote((Paragraph(spans),))
        else:
            yield Paragraph(spans)
        yield from self._pictures(element)

    def _entry(self, element: BaseOxmlElement) -> _Entry | None:
        style = self._style(element)
        named = re.match(r"List (Bullet|Number)(?: (\d))?$", style.name or "") if style else None
        numbered = element.xpath("./w:pPr/w:numPr/w:numId/@w:val")
        spans = self._spans(element)
        if not plain(spans).strip() or _heading_level(style):
            return None
        continued = re.match(r"List Continue(?: (\d))?$", style.name or "") if style else None
        if continued:
            return _Entry(int(continued[1] or 1) - 1, "", spans, ordered=False)
        if numbered and numbered[0] != "0":
            levels = element.xpath("./w:pPr/w:numPr/w:ilvl/@w:val")
            level = int(levels[0]) if levels else int(named[2] or 1) - 1 if named else 0
            return _Entry(level, numbered[0], spans, ordered=self._is_ordered(numbered[0], level))
        if named:
            level = int(named[2] or 1) - 1
            return _Entry(level, named[1], spans, ordered=named[1] == "Number")
        return None

    def _is_ordered(self, number: str, level: int) -> bool:
        numbering = self._part.numbering_part.element
        abstract = numbering.xpath(f"./w:num[@w:numId='{int(number)}']/w:abstractNumId/@w:val")
        if not abstract:
            return False
        formats = numbering.xpath(
            f"./w:abstractNum[@w:abstractNumId='{int(abstract[0])}']"
            f"/w:lvl[@w:ilvl='{level}']/w:numFmt/@w:val"
        )
        return bool(formats) and formats[0] in _ORDERED

    def _style(self, element: BaseOxmlElement) -> BaseStyle | None:
        ids = element.xpath("./w:pPr/w:pStyle/@w:val")
        styles = self._document.styles
        return next((style for style in styles if ids and style.style_id == ids[0]), None)

    def _spans(self, element: BaseOxmlElement, *, raw: bool = False) -> Spans:
        spans: list[Span] = []
        for found in element.xpath(_RUNS):
            run = Run(found, self._document)
            spans.append(
                Span(
                    clean(run.text) if raw else clean(run.text).replace("\t", " "),
                    bold=bool(run.bold),
                    italic=bool(run.italic),
                    strike=bool(run.font.strike),
                    code=run.font.name in _MONOSPACE,
                    href=self._href(found),
                )
            )
        return tuple(spans) if raw else tidy(spans)

    def _href(self, run: BaseOxmlElement) -> str:
        ids = run.xpath("ancestor::w:hyperlink[1]/@r:id")
        relation = self._part.rels.get(ids[0]) if ids else None
        return (
            safe_href(relation.target_ref) if relation is not None and relation.is_external else ""
        )

    def _pictures(self, element: BaseOxmlElement) -> Iterator[Block]:
        for relation in element.xpath(".//a:blip/@r:embed"):
            part = self._part.related_parts.get(relation)
            content = part.blob if part is not None else b""
            size = picture_size(content)
            if size is not None and size[0] * size[1] <= PIXELS:
                media_type = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
                alts = element.xpath(".//wp:docPr/@descr")
                yield Picture(content, media_type, clean(alts[0]) if alts else "")

    def _grid(self, element: BaseOxmlElement) -> Iterator[Block]:
        rows = [tuple(self._cells(row)) for row in element.xpath("./w:tr")]
        if not rows:
            return
        looks = element.xpath("./w:tblPr/w:tblLook/@w:firstRow")
        marked = bool(element.xpath("./w:tr[1]/w:trPr/w:tblHeader"))
        bold = all(span.bold for cell in rows[0] for span in cell if span.text.strip())
        head = marked or bold or bool(looks and looks[0] in {"1", "true"})
        if head:
            rows[0] = tuple(
                tidy(Span(s.text, italic=s.italic, href=s.href) for s in cell) for cell in rows[0]
            )
        yield Grid(tuple(rows), head=head, right=self._right(element))

    def _cells(self, row: BaseOxmlElement) -> Iterator[Spans]:
        for cell in row.xpath("./w:tc"):
            merged = cell.xpath("./w:tcPr/w:vMerge[not(@w:val='restart')]")
            lines = [self._spans(paragraph) for paragraph in cell.xpath(".//w:p")]
            yield () if merged else _joined_lines([line for line in lines if line])
            spans = cell.xpath("./w:tcPr/w:gridSpan/@w:val")
            yield from [()] * (min(int(spans[0]), 500) - 1 if spans else 0)

    def _right(self, element: BaseOxmlElement) -> frozenset[int]:
        rows = element.xpath("./w:tr[position() > 1]")
        places: set[int] = set()
        for row in rows[:20]:
            for place, cell in enumerate(row.xpath("./w:tc")):
                if cell.xpath("./w:p/w:pPr/w:jc[@w:val='right' or @w:val='end']"):
                    places.add(place)
        return frozenset(places)


def _heading_level(style: BaseStyle | None) -> int:
    name = (style.name or "") if style else ""
    found = re.match(r"[Hh]eading (\d)$", name)
    return min(int(found[1]), 6) if found else 1 if name == "Title" else 0


def _joined_lines(lines: Sequence[Spans]) -> Spans:
    spans: list[Span] = []
    for line in lines:
        spans += [Span("\n"), *line] if spans else line
    return tidy(spans)


def _nested(entries: Sequence[_Entry]) -> Iterator[Items]:
    start = 0
    for place in range(1, len(entries) + 1):
        if place == len(entries) or _begins_other(entries[start], entries[place]):
            yield _items(entries[start:place])
            start = place


def _begins_other(one: _Entry, other: _Entry) -> bool:
    # A continued paragraph has no number: it belongs to the item before it.
    return bool(other.number) and one.level == other.level and one.number != other.number


def _items(entries: Sequence[_Entry]) -> Items:
    top = min(entry.level for entry in entries)
    items: list[tuple[Block, ...]] = []
    place = 0
    while place < len(entries):
        end = place + 1
        while end < len(entries) and (entries[end].level > top or not entries[end].number):
            end += 1
        items.append(tuple(_item(entries[place:end], top)))
        place = end
    ordered = next(entry.ordered for entry in entries if entry.level == top)
    return Items(tuple(items), ordered=ordered)


def _item(entries: Sequence[_Entry], top: int) -> Iterator[Block]:
    deeper: list[_Entry] = []
    for entry in entries:
        if entry.level > top:
            deeper.append(entry)
            continue
        yield from _nested(deeper)
        deeper = []
        yield Paragraph(entry.spans)
    yield from _nested(deeper)
