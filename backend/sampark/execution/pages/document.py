"""A document on pages."""

from datetime import datetime

from pydantic import JsonValue

from sampark.execution.documents.blocks import Block, Document, Grid
from sampark.execution.pages.layout import (
    LANDSCAPE,
    PORTRAIT,
    Data,
    Pictures,
    block_data,
    column_widths,
    fit,
)
from sampark.execution.pages.typeset import typeset


def document_pdf(document: Document, *, title: str, at: datetime) -> bytes:
    """Set a document on A4 pages; landscape throughout where a table needs the width.

    Args:
        document: What to set.
        title: The file's title where the document has none.
        at: The moment written into the file.
    """
    pictures = Pictures()
    wide = any(
        sum(column_widths(block)) > PORTRAIT for block in document.blocks if isinstance(block, Grid)
    )
    room = LANDSCAPE if wide else PORTRAIT
    blocks: JsonValue = [
        block_data(part, pictures) for block in document.blocks for part in _fitting(block, room)
    ]
    data: Data = {"title": document.title or title, "wide": wide, "blocks": blocks}
    return typeset("document", data, pictures.files, at=at)


def _fitting(block: Block, room: int) -> list[Block]:
    return [*fit(block, room)] if isinstance(block, Grid) else [block]
