"""A file that came with a mail or out of a plan, shown as far as a notebook can show it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

from markupsafe import Markup
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from sampark.errors import StepFailed
from sampark.execution.sniff import Kind, identify, named
from sampark.lab.markup import View, bitmap, rendered
from sampark.lab.table_view import TableView, of_file
from sampark.reply.figures import count

_TABLES = {"csv", "tsv", "xlsx"}
_TEXTS = {"md", "txt", "html"}
_LINES = 12


@dataclass(frozen=True, repr=False)
class FileView(View):
    """A file: its name and its bytes.

    Its size is not shown: where a format notes the time, it may change from run to run.
    """

    name: str
    content: bytes = field(repr=False)

    @property
    def kind(self) -> Kind:
        """What it really is, by its content."""
        return identify(self.name, self.content)

    @property
    def tables(self) -> list[TableView]:
        """The sheets of a table file; raises StepFailed if it is none, or is damaged."""
        return of_file(self.name, self.kind, self.content)

    @property
    def pages(self) -> list[str]:
        """The words of a PDF, page by page; raises StepFailed if it is none, or is damaged."""
        try:
            return [page.extract_text() for page in PdfReader(BytesIO(self.content)).pages]
        except PyPdfError:
            raise StepFailed(f"“{self.name}” is not a PDF that can be read.") from None

    def save(self, folder: Path | str = ".") -> Path:
        """Write the file into a folder that exists, and return its path."""
        path = Path(folder) / Path(self.name).name
        path.write_bytes(self.content)
        return path

    def text(self) -> str:
        """Return the name and the kind in one line."""
        return f"File({self.name!r}: {named(self.kind)}{self._extent()})"

    def html(self) -> str:
        """Return the name, and a preview where there is one."""
        return rendered("file", body=self.body())

    def body(self) -> Markup:
        """Return the preview without a frame, to stand inside another view."""
        return rendered(
            "file_body",
            name=self.name,
            kind=f"{named(self.kind)}{self._extent()}",
            preview=self._preview(),
        )

    def _extent(self) -> str:
        try:
            if self.kind == "pdf":
                return f", {count(len(self.pages), 'page')}"
            return f", {count(len(self.tables), 'table')}" if self.kind in _TABLES else ""
        except StepFailed:
            return ", damaged"

    def _preview(self) -> Markup:
        if self.kind == "png":
            return bitmap(self.content, self.name)
        try:
            if self.kind in _TABLES:
                return rendered("sheets", tables=[table.body() for table in self.tables])
        except StepFailed:
            return Markup()
        if self.kind in _TEXTS or self.name.endswith(".ics"):
            lines = self.content.decode(errors="replace").splitlines()
            return rendered("lines", lines=lines[:_LINES], more=max(0, len(lines) - _LINES))
        return Markup()


def by_name(files: Iterable[FileView]) -> dict[str, FileView]:
    """Return files by name, in their order; a name that is taken gets a number: `a (2).csv`."""
    named: dict[str, FileView] = {}
    for file in files:
        stem, dot, ending = file.name.rpartition(".")
        name, number = file.name, 2
        while name in named:
            name = f"{stem} ({number}){dot}{ending}" if dot else f"{file.name} ({number})"
            number += 1
        named[name] = replace(file, name=name)
    return named
