"""Converting files: a reader into one model and a writer out of it, per format."""

from collections.abc import Callable, Mapping, Sequence

from pydantic import Field

from sampark.domain.base import Frozen
from sampark.domain.ports import Bench
from sampark.domain.tool import Prior, Tool
from sampark.domain.value import File
from sampark.errors import StepFailed
from sampark.execution.archive import pack
from sampark.execution.documents.blocks import Document, Picture
from sampark.execution.documents.docx_in import read_docx
from sampark.execution.documents.docx_out import write_docx
from sampark.execution.documents.html_in import read_html
from sampark.execution.documents.html_out import write_html
from sampark.execution.documents.markdown_in import read_markdown
from sampark.execution.documents.markdown_out import write_markdown
from sampark.execution.documents.pdf_in import read_pdf_text
from sampark.execution.documents.pictures import picture_size
from sampark.execution.documents.sheets_in import read_sheets_document
from sampark.execution.documents.text import read_text, write_text
from sampark.execution.limits import PIXELS
from sampark.execution.naming import stem
from sampark.execution.pages.document import document_pdf
from sampark.execution.sniff import MEDIA_TYPES, Kind, load, named
from sampark.execution.tables.converting import as_grid, convert_grids, to_scalar
from sampark.execution.tables.grid import Grid
from sampark.execution.tables.reading import read_grids
from sampark.execution.tables.sheets import csv_bytes, sheet_titles
from sampark.execution.tables.store import keep_parquet, read_columns
from sampark.execution.text import decode

_DOCUMENTS = ("pdf", "docx", "html", "md", "txt")
_TABLES = ("csv", "tsv", "xlsx")
_POSSIBLE: Mapping[Kind, tuple[str, ...]] = {
    **dict.fromkeys(("csv", "tsv", "xlsx"), (*_TABLES, *_DOCUMENTS)),
    "parquet": _TABLES,
    **dict.fromkeys(("docx", "html", "md", "txt"), _DOCUMENTS),
    "pdf": ("txt", "md"),
    "png": ("pdf",),
    "jpg": ("pdf",),
}
_SPOKEN = {
    "excel": "xlsx", "workbook": "xlsx", "spreadsheet": "xlsx", "xls": "xlsx", "word": "docx",
    "doc": "docx", "markdown": "md", "text": "txt", "plain text": "txt", "htm": "html",
    "web page": "html", "webpage": "html",
}  # fmt: skip


class ConvertFile(Frozen):
    """A file, and what to make of it: pdf, docx, html, md, txt, xlsx, csv or tsv."""

    file: File
    to: str = Field(min_length=1, max_length=20)


class Converted(Frozen):
    """The new file; a zip of csv files where a workbook has several filled sheets."""

    file: File


def convert_file(given: ConvertFile, bench: Bench) -> Converted:
    """Convert a file, keeping headings, emphasis, links, lists, tables and pictures where both can.

    Raises:
        StepFailed: The pair is not possible (the message says what is), or the file is damaged,
            protected, empty, too large, or a PDF without a text layer.
    """
    wanted = given.to.strip().lower().lstrip(".")
    to = _SPOKEN.get(wanted, wanted)
    kind, content = load(bench, given.file)
    _refuse(given.file.name, kind, to)
    if kind == "parquet":
        columns = read_columns(bench, keep_parquet(bench, given.file.name, content))
        grids = [as_grid(columns)]
        return _tables(given.file, grids, to, bench)
    if to in _TABLES:
        return _tables(given.file, read_grids(given.file.name, kind, content), to, bench)
    return _document(given.file, _read(given.file.name, kind, content), to, bench)


def _refuse(name: str, kind: Kind, to: str) -> None:
    possible = [each for each in _POSSIBLE.get(kind, ()) if each != kind]
    if kind == to:
        raise StepFailed(f"“{name}” is {named(kind)} already.", fix=_offer(possible))
    if not possible:
        raise StepFailed(f"“{name}” cannot be converted: it is {named(kind)}.", fix=_READABLE)
    if to not in possible:
        raise StepFailed(
            f"{named(kind)[:1].upper()}{named(kind)[1:]} cannot become “{to}”.",
            fix=_offer(possible),
        )


_READABLE = "Files of these kinds can: csv, tsv, xlsx, docx, md, html, txt, pdf, png, jpg."


def _offer(possible: Sequence[str]) -> str:
    return f"It can become {', '.join(possible)}."


def _tables(file: File, grids: Sequence[Grid], to: str, bench: Bench) -> Converted:
    name = stem(file.name)
    if to == "xlsx":
        content = convert_grids(file.name, grids, at=bench.task.asked_at)
        return Converted(file=bench.write(f"{name}.xlsx", MEDIA_TYPES["xlsx"], content))
    delimiter = "\t" if to == "tsv" else ","
    sheets = [
        csv_bytes([[to_scalar(cell) for cell in row] for row in grid.rows], delimiter=delimiter)
        for grid in grids
    ]
    if len(sheets) == 1:
        return Converted(file=bench.write(f"{name}.{to}", MEDIA_TYPES[to], sheets[0]))
    titles = sheet_titles([grid.name for grid in grids])
    content = pack({f"{title}.{to}": sheet for title, sheet in zip(titles, sheets, strict=True)})
    return Converted(file=bench.write(f"{name}-{to}.zip", MEDIA_TYPES["zip"], content))


def _document(file: File, document: Document, to: str, bench: Bench) -> Converted:
    name = stem(file.name)
    at = bench.task.asked_at
    writers: dict[str, Callable[[], bytes]] = {
        "pdf": lambda: document_pdf(document, title=name, at=at),
        "docx": lambda: write_docx(document, title=name, at=at),
        "html": lambda: write_html(document, title=name).encode(),
        "md": lambda: write_markdown(document).encode(),
        "txt": lambda: write_text(document).encode(),
    }
    return Converted(file=bench.write(f"{name}.{to}", MEDIA_TYPES[to], writers[to]()))


def _read(name: str, kind: Kind, content: bytes) -> Document:
    match kind:
        case "csv" | "tsv" | "xlsx":
            return read_sheets_document(name, read_grids(name, kind, content))
        case "docx":
            return read_docx(name, content)
        case "pdf":
            return read_pdf_text(name, content)
        case "png" | "jpg":
            return Document((_picture(name, content),))
        case _:
            read = {"html": read_html, "md": read_markdown}.get(kind, read_text)
            return read(decode(content).text)


def _picture(name: str, content: bytes) -> Picture:
    size = picture_size(content)
    if size is None or not all(size):
        raise StepFailed(f"“{name}” is damaged and cannot be opened.", fix="Please send it again.")
    if size[0] * size[1] > PIXELS:
        raise StepFailed(f"“{name}” has over {PIXELS // 1_000_000} million pixels, the limit.")
    media_type = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    return Picture(content, media_type, stem(name))


FILE_CONVERT = Tool(
    name="file.convert",
    summary="Convert a file to pdf, docx, html, md, txt, xlsx, csv or tsv.",
    input=ConvertFile,
    output=Converted,
    run=convert_file,
    prior=Prior(p50=0.4, p90=5.0),
)
