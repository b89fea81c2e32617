"""Typst turns data into PDF: templates of this folder, data as JSON, pictures as files."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import typst
from pydantic import JsonValue

HERE = Path(__file__).parent
FONTS = HERE.parent / "fonts"


def typeset(
    template: str, data: JsonValue, pictures: Mapping[str, bytes], *, at: datetime
) -> bytes:
    """Return a PDF; the same input gives the same bytes.

    Args:
        template: A template of this folder, without its suffix.
        data: What the template reads as `data.json`. Its strings are text and never markup.
        pictures: PNG or JPEG bytes by the file name that `data` uses.
        at: The moment written into the file as its creation time.
    """
    with TemporaryDirectory(prefix="sampark-") as folder:
        root = Path(folder)
        for source in (template, "parts"):
            (root / f"{source}.typ").write_bytes((HERE / f"{source}.typ").read_bytes())
        (root / "data.json").write_text(json.dumps(data), encoding="utf-8")
        for name, content in pictures.items():
            (root / name).write_bytes(content)
        # System fonts stand behind the bundled ones: they are the only ones for many scripts.
        return typst.compile(
            str(root / f"{template}.typ"),
            root=str(root),
            font_paths=[str(FONTS)],
            format="pdf",
            timestamp=int(at.timestamp()),
        )
