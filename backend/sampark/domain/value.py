"""What flows between steps: typed values that remember where they came from.

Large content (files, tables) lives in the blob store under its SHA-256; a value holds the
reference, so that plans, checkpoints and events stay small.
"""

from typing import Literal

from pydantic import JsonValue

from sampark.domain.base import Frozen

OriginKind = Literal["requester", "mail", "attachment", "web", "model"]


class Origin(Frozen):
    """A label on a value: who could have shaped it. `ref`: a mail id, handle, host or role."""

    kind: OriginKind
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.ref}" if self.ref else self.kind


REQUESTER = Origin(kind="requester")


class File(Frozen):
    """A file in the blob store. `size` in bytes."""

    name: str
    media_type: str
    size: int
    sha256: str


class Column(Frozen):
    """A column of a table: its name as the sheet spells it, and what its cells hold."""

    name: str
    kind: Literal["number", "text", "date", "boolean", "empty"]


class Table(Frozen):
    """A table in the blob store, as Parquet. `rows` counts data rows without the header."""

    name: str
    columns: tuple[Column, ...]
    rows: int
    sha256: str


class Text(Frozen):
    """Words for the answer, as Markdown (a subset: paragraphs, lists, emphasis, tables)."""

    markdown: str


class Value(Frozen):
    """A step's output as JSON, with the union of the origins of all that went into it."""

    data: dict[str, JsonValue]
    origins: frozenset[Origin]
