"""PDF files opened with care, and pages copied without anything that acts."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject

from sampark.domain.ports import Bench
from sampark.domain.value import File
from sampark.errors import StepFailed
from sampark.execution.limits import PDF_PAGES
from sampark.execution.sniff import load, named

BROKEN: tuple[type[Exception], ...] = (
    PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError,
    RecursionError, AssertionError, OverflowError, NotImplementedError,
)  # fmt: skip
"""What pypdf raises on damaged files: its own error, and whatever a wrong type leads to."""

_SAFE_ACTIONS = {"/GoTo", "/URI", "/Named"}
_ACTIVE_ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}


def open_pdf(bench: Bench, file: File) -> PdfReader:
    """Open a PDF of the task.

    Raises:
        StepFailed: It is no PDF, needs a password, is damaged, has no pages or over 2,000.
    """
    kind, content = load(bench, file)
    if kind != "pdf":
        raise StepFailed(
            f"“{file.name}” is {named(kind)}, not a PDF.", fix="Please attach the PDF."
        )
    return read_pdf(file.name, content)


def read_pdf(name: str, content: bytes) -> PdfReader:
    """Open PDF bytes; raises StepFailed as `open_pdf`."""
    # pypdf tells of every oddity it repairs, and quotes the file in it: no log may hold that.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise StepFailed(
                f"“{name}” is protected by a password.", fix="Please send it without one."
            )
        pages = len(reader.pages)
    except BROKEN:
        raise StepFailed(
            f"“{name}” is damaged and cannot be opened.", fix="Please save it again and resend it."
        ) from None
    if not pages:
        raise StepFailed(f"“{name}” has no pages.")
    if pages > PDF_PAGES:
        raise StepFailed(f"“{name}” has {pages:,} pages; {PDF_PAGES:,} are the limit.")
    return reader


def copy_pages(name: str, reader: PdfReader, places: Iterable[int], writer: PdfWriter) -> None:
    """Append pages, by places from 0, to a new file, without scripts, actions and attachments.

    Raises:
        StepFailed: A page is damaged.
    """
    places = list(places)
    partial = len(set(places)) < len(reader.pages)
    for place in places:
        try:
            page = reader.pages[place]
            disarm(page)
            if partial:
                detach(page)
            writer.add_page(page)
        except BROKEN:
            raise StepFailed(
                f"Page {place + 1} of “{name}” is damaged and cannot be copied."
            ) from None


def pdf_bytes(writer: PdfWriter) -> bytes:
    """Return the new file. Its catalogue is new, so it holds no script and no open action."""
    writer.add_metadata({"/Producer": "Sampark", "/Creator": "Sampark"})
    writer.compress_identical_objects()
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def disarm(page: PageObject) -> None:
    """Take every action but plain links off a page, and annotations with files or media."""
    page.pop(NameObject("/AA"), None)
    kept = [each for each in _annotations(page) if _is_harmless(each)]
    for annotation in kept:
        annotation.pop(NameObject("/AA"), None)
        if not _is_safe_action(annotation.get("/A")):
            annotation.pop(NameObject("/A"), None)
    if "/Annots" in page:
        page[NameObject("/Annots")] = ArrayObject(each.indirect_reference or each for each in kept)


def _annotations(page: PageObject) -> list[DictionaryObject]:
    listed = page.get("/Annots")
    found = listed.get_object() if listed is not None else None
    each = (item.get_object() for item in found) if isinstance(found, ArrayObject) else ()
    return [item for item in each if isinstance(item, DictionaryObject)]


def detach(page: PageObject) -> None:
    """Cut a page's links to other pages: a copy would carry those pages along, unseen."""
    page.pop(NameObject("/B"), None)
    for annotation in _annotations(page):
        for name in ("/Dest", "/Parent", "/P", "/Popup", "/IRT"):
            annotation.pop(NameObject(name), None)
        action = annotation.get("/A")
        found = action.get_object() if action is not None else None
        if isinstance(found, DictionaryObject) and str(found.get("/S")) != "/URI":
            annotation.pop(NameObject("/A"), None)


def page_texts(reader: PdfReader, name: str) -> Iterator[str]:
    """Yield each page's text layer.

    Raises:
        StepFailed: A page is damaged.
    """
    for place, page in enumerate(reader.pages, start=1):
        try:
            yield page.extract_text()
        except BROKEN:
            raise StepFailed(f"Page {place} of “{name}” is damaged and cannot be read.") from None


def parse_pages(words: str, pages: int, name: str) -> list[list[int]]:
    """Return places from 0 for words such as `1-3,7`, one list per part.

    A part is a page (`7`, `last`), a range (`1-3`, `5-`, `-2`, `7-last`) or every page (`all`).

    Raises:
        StepFailed: A part is none of these, or names a page that the file does not have.
    """
    parts = [
        part
        for part in words.lower().replace(";", ",").replace(" and ", ",").split(",")
        if part.strip()
    ]
    return [_part(part.strip(), pages, name) for part in parts]


def _part(part: str, pages: int, name: str) -> list[int]:
    bare = (
        part.removeprefix("pages")
        .removeprefix("page")
        .strip()
        .replace("\u2013", "-")
        .replace(" to ", "-")
    )
    if bare == "all":
        return list(range(pages))
    start, dash, end = (piece.strip() for piece in bare.partition("-"))
    first = _page(start or "1", part, pages, name)
    last = _page(end or "last", part, pages, name) if dash else first
    return list(range(first - 1, last)) if first <= last else list(range(first - 1, last - 2, -1))


def _page(text: str, part: str, pages: int, name: str) -> int:
    number = (
        pages if text in {"last", "end"} else int(text) if text.isdecimal() and len(text) < 6 else 0
    )
    has = f"It has {pages} {'page' if pages == 1 else 'pages'}."
    if not text.isdecimal() and text not in {"last", "end"}:
        raise StepFailed(f"“{part}” does not name pages.", fix=f"Write them as 1-3,7. {has}")
    if not 1 <= number <= pages:
        raise StepFailed(f"“{name}” has no page {text}.", fix=has)
    return number


def span_name(places: Sequence[int]) -> str:
    """Return pages as a file name has them: `p3`, `p1-3`."""
    first, last = places[0] + 1, places[-1] + 1
    return f"p{first}" if first == last else f"p{first}-{last}"


def _is_harmless(annotation: DictionaryObject) -> bool:
    return str(annotation.get("/Subtype")) not in _ACTIVE_ANNOTATIONS


def _is_safe_action(action: PdfObject | None) -> bool:
    found = action.get_object() if action is not None else None
    if not isinstance(found, DictionaryObject) or str(found.get("/S")) not in _SAFE_ACTIONS:
        return False
    if str(found.get("/S")) != "/URI":
        return "/Next" not in found
    return (
        str(found.get("/URI")).lower().startswith(("http:", "https:", "mailto:"))
        and "/Next" not in found
    )
