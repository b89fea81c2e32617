"""Kinds of files as playbooks and people call them, by sniffed media type."""

from collections.abc import Mapping

from sampark.domain.task import TaskInput

_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS: Mapping[str, str] = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    f"{_OFFICE}.spreadsheetml.sheet": "xlsx",
    "application/vnd.apache.parquet": "parquet",
    f"{_OFFICE}.wordprocessingml.document": "docx",
    "text/markdown": "md",
    "text/html": "html",
    "text/plain": "txt",
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
}
_CALLED: Mapping[str, str] = {
    "csv": "a csv file",
    "tsv": "a tab-separated file",
    "xlsx": "an Excel workbook",
    "parquet": "a Parquet file",
    "docx": "a Word document",
    "md": "a Markdown file",
    "html": "a web page",
    "txt": "a text file",
    "pdf": "a PDF",
    "png": "a picture",
    "jpg": "a picture",
}
_OLD: Mapping[str, str] = {
    "application/vnd.ms-excel": "an old Excel file; please save it as .xlsx",
    "application/vnd.oasis.opendocument.spreadsheet": "an OpenDocument sheet; please save it as .xlsx",
    "application/msword": "an old Word file; please save it as .docx",
    "application/vnd.oasis.opendocument.text": "an OpenDocument text; please save it as .docx",
}
_EMPTY = "application/x-empty"


def kind(item: TaskInput) -> str:
    """Return the kind of a file ('csv', 'pdf'), or '' for one that no playbook takes."""
    return "" if is_empty(item) else _KINDS.get(item.media_type, "")


def is_empty(item: TaskInput) -> bool:
    """Return whether the file has no content."""
    return item.size == 0 or item.media_type == _EMPTY


def called(item: TaskInput) -> str:
    """Return what a file is, for a person: 'a PDF', 'an old Excel file; please save it as .xlsx'."""
    if is_empty(item):
        return "empty"
    known = _CALLED.get(kind(item)) or _OLD.get(item.media_type)
    if known:
        return known
    family = item.media_type.partition("/")[0]
    return {"image": "a picture", "audio": "a sound", "video": "a film"}.get(
        family, f"of the type {item.media_type}"
    )
