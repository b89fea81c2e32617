"""Names of files: taken apart, and made from titles."""

from pathlib import PurePath

_KNOWN = {"csv", "tsv", "xlsx", "xls", "parquet", "docx", "pdf", "html", "md", "txt"}


def stem(name: str) -> str:
    """Return a file name without folder and last suffix, never empty."""
    return PurePath(name.replace("\\", "/")).stem.strip() or "file"


def suffix(name: str) -> str:
    """Return a file name's last suffix in lower case, without the dot."""
    return PurePath(name).suffix.lower().lstrip(".")


def file_title(title: str) -> str:
    """Return a title as a file name without suffix: letters, digits, ` ._-`, up to 80."""
    bare = title.rpartition(".")[0] if suffix(title) in _KNOWN else title
    kept = "".join(c if c.isalnum() or c in " ._-" else " " for c in bare)
    return " ".join(kept.split()).strip(" .")[:80] or "file"
