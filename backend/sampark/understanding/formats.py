"""File formats as people name them, and which one a request wants or already has."""

import re
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from sampark.understanding.reading import Found, spaced

FORMATS: Mapping[str, str] = {
    "pdf": r"pdf-?(?:s|file|document|datei)?",
    "xlsx": r"xlsx|xls|excel|excel-?(?:datei|tabelle)|spreadsheet",
    "tsv": r"tsv|tab[- ]separated(?: values)?",
    "csv": r"csv|comma[- ]separated(?: values)?",
    "docx": r"docx?|(?:ms |microsoft )?word|word-?(?:datei|dokument)",
    "md": r"markdown|md",
    "html": r"html?|web ?page",
    "txt": r"txt|plain[- ]?text|text(?: ?file)?",
    "json": r"json",
    "png": r"png",
    "jpg": r"jpe?g",
    "pptx": r"pptx?|power ?point|slides",
    "odt": r"odt|libre ?office",
    "rtf": r"rtf",
    "xml": r"xml",
    "yaml": r"ya?ml",
    "epub": r"epub",
    "parquet": r"parquet",
    "mp3": r"mp3",
}
"""Canonical extension -> the words for it. Also formats nobody here writes: a clear no needs the name."""

ANY_FORMAT = "(?:" + "|".join(FORMATS.values()) + ")"
_SUFFIX = r"(?:[- ]?(?:files?|documents?|docs?|format|version|sheets?|copy|table|workbook|datei))?"
NOUN = rf"(?<![\w.])\.?{spaced(ANY_FORMAT + _SUFFIX)}(?![\w@]|\.\w)"
_ARTICLE = r"(?:(?:an?|the|one|my|einen?|ein|eine|un|une|new|single|proper|real|nice|good|simple|clean)\s+)*"
AIMED = rf"(?:\b(?:to|into|as|als|nach|zu|en)|->|=>)\s*{_ARTICLE}(?P<format>{NOUN})"

_NAMED = re.compile(NOUN, re.IGNORECASE)
_AIMED = re.compile(AIMED, re.IGNORECASE)
_INSIDE = re.compile(rf"\bin\s+(?:an?\s+)?(?P<format>{NOUN})", re.IGNORECASE)
_MORE = re.compile(
    rf"\s*(?:,|and|or|&|und|et|y|/)\s*(?:to\s+|as\s+)?(?:an?\s+)?(?P<format>{NOUN})", re.IGNORECASE
)
_FROM = re.compile(
    rf"\b(?:from|of|all|both|the|this|these|those|my|attached|every|each|any|von|aus|de)\s+"
    rf"(?:(?:the|this|these|attached|enclosed|my|all|two|three|four)\s+)*(?P<format>{NOUN})",
    re.IGNORECASE,
)
_TABLE = {
    name: re.compile(spaced(f"(?:{words}){_SUFFIX}"), re.IGNORECASE)
    for name, words in FORMATS.items()
}


def canonical(word: str) -> str | None:
    """Return the extension that a format word means ('Excel file' -> 'xlsx'), or None."""
    bare = word.strip().lstrip(".")
    return next((name for name, form in _TABLE.items() if form.fullmatch(bare)), None)


def targets(text: str) -> tuple[Found, ...]:
    """Return the formats a request wants ('to PDF', 'as pdf and docx'), else a format it merely names."""
    aimed = list(_AIMED.finditer(text)) or list(_INSIDE.finditer(text))[:1]
    if not aimed:
        sources = {found.start for found in _formats(_FROM.finditer(text), "source_format")}
        loose = [found for found in _loose(text) if found.start not in sources]
        return tuple(loose[:1])
    found: dict[JsonValue, Found] = {}
    for match in aimed:
        for item in _series(match, text):
            found.setdefault(item.value, item)
    return tuple(found.values())


def _series(match: re.Match[str], text: str) -> Iterator[Found]:
    yield _found(match, "target_format")
    at = match.end()
    while more := _MORE.match(text, at):
        yield _found(more, "target_format")
        at = more.end()


def source(text: str) -> tuple[Found, ...]:
    """Return the format of the files a request speaks of ('the csv files', 'from Word')."""
    wanted = {found.start for found in targets(text)}
    found = _formats(_FROM.finditer(text), "source_format")
    return tuple(item for item in found if item.start not in wanted)[:1]


def _loose(text: str) -> Iterator[Found]:
    for match in _NAMED.finditer(text):
        name = canonical(match[0])
        if name is not None and match[0].casefold() not in {"text", "slides", "word"}:
            yield Found("target_format", name, match.start(), match.end())


def _formats(matches: Iterator[re.Match[str]], name: str) -> Iterator[Found]:
    return (_found(match, name) for match in matches)


def _found(match: re.Match[str], name: str) -> Found:
    return Found(name, canonical(match["format"]), match.start("format"), match.end("format"))
