"""Which of the attached files the words name, and the words with file names veiled.

A file name is the sender's free text; veiled, its words can be mistaken for nothing else.
"""

import re
from collections.abc import Iterable, Sequence

from sampark.domain.task import TaskInput
from sampark.understanding.reading import Found, plain

VEIL = "ƒ"  # a letter no request needs: a veiled name is still one word
VEILED = f"{VEIL}+"

_SUFFIXES = (
    "csv|tsv|xlsx?|xlsm|ods|docx?|odt|rtf|pdf|md|markdown|html?|txt|json|png|jpe?g|gif|tiff?|bmp|pptx?|zip|ics|eml"
    "|parquet|xml|ya?ml|mp[34]|wav|py|sql|log"
)
_ANY_NAME = re.compile(
    rf"(?<![\w@.])[\w()+&-]+(?:\.[\w()+&-]+)*\.(?:{_SUFFIXES})(?!\w|@|\.\w)", re.IGNORECASE
)
_STEM_NOUNS = r"(?:file|sheet|table|csv|pdf|document|doc|spreadsheet|workbook|attachment)"


def named(text: str, inputs: Sequence[TaskInput]) -> tuple[Found, ...]:
    """Return one finding per place where the plain text names an attached file; the value is its handle.

    A whole name counts in any case. With several files a bare stem counts too, but only beside a word
    such as 'file' or 'sheet' ('the orders sheet', 'in orders'): alone it may just be a column.
    """
    whole = _spots(text, {plain(item.name): _edges(plain(item.name)) for item in inputs})
    stems = {_stem(item.name): _beside(_stem(item.name)) for item in inputs if len(inputs) > 1}
    spots = whole + [spot for spot in _spots(text, stems) if not _inside(spot, whole)]
    handles = [
        (item.handle, {plain(item.name).casefold(), _stem(item.name).casefold()}) for item in inputs
    ]
    found = [
        Found("file", handle, start, end)
        for name, start, end in sorted(spots, key=lambda spot: spot[1])
        for handle, names in handles
        if name.casefold() in names
    ]
    return tuple(found)


def files(text: str, inputs: Sequence[TaskInput]) -> tuple[Found, ...]:
    """Return one claim with the handles of the named files in the order of mention, or none."""
    found = named(text, inputs)
    if not found:
        return ()
    handles = list(dict.fromkeys(item.value for item in found))
    return (Found("files", handles, found[0].start, max(item.end for item in found)),)


def veil(text: str, inputs: Sequence[TaskInput]) -> str:
    """Return the plain text with every file name replaced letter by letter, every position kept."""
    names = sorted((plain(item.name) for item in inputs if item.name), key=len, reverse=True)
    for name in names:
        text = _edges(name).sub(_covered, text)
    return _ANY_NAME.sub(_covered, text)


def _spots(text: str, forms: dict[str, re.Pattern[str]]) -> list[tuple[str, int, int]]:
    return [
        (name, *match.span("name"))
        for name, form in forms.items()
        if name
        for match in form.finditer(text)
    ]


def _inside(spot: tuple[str, int, int], others: Iterable[tuple[str, int, int]]) -> bool:
    return any(start <= spot[1] < end for _, start, end in others)


def _edges(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.])(?P<name>{_loose(name)})(?!\w|\.\w)", re.IGNORECASE)


def _beside(stem: str) -> re.Pattern[str]:
    name = _loose(stem)
    return re.compile(
        rf"(?<![\w.])(?P<name>(?<=\bin ){name}(?!\w)|{name}(?=['\"]?\s+{_STEM_NOUNS}\b))",
        re.IGNORECASE,
    )


def _loose(name: str) -> str:
    return r"\s+".join(re.escape(part) for part in name.split())


def _stem(name: str) -> str:
    stem = plain(name).rpartition(".")[0].strip()
    return stem if len(stem) >= 3 else ""


def _covered(match: re.Match[str]) -> str:
    return VEIL * len(match[0])
