"""Row conditions in words: 'status is open', 'amount over 100', 'price between 5 and 10'.

The result is one condition per entry in the form `column op value`, op one of `= != < <= > >= contains`.
What cannot be read as a condition is not dropped: it comes back as None, so that it is asked about.
"""

import re
from collections.abc import Iterator

_COLUMN = r"(?P<column>\"[^\"]+\"|'[^']+'|[\w%€$#&./()-]+(?:\s+[\w%€$#&./()-]+){0,3}?)"
_VALUE = r"(?P<value>\"[^\"]*\"|'[^']*'|\S.{0,59}?)"
_BE = r"(?:\s+(?:is|are|was|were|be|has|have))?"
_OPERATORS: tuple[tuple[str, str], ...] = (
    ("!=", r"\s*(?:!=|<>)\s*|\s+(?:is not|isn't|are not|aren't|was not|not equal to|does not equal|other than|not)\s+"),
    (">=", rf"\s*>=\s*|{_BE}\s+(?:at least|no less than|not less than|greater than or equal to|from)\s+"),
    ("<=", rf"\s*<=\s*|{_BE}\s+(?:at most|no more than|not more than|less than or equal to|up to)\s+"),
    (">", rf"\s*>\s*|{_BE}\s+(?:greater than|more than|higher than|larger than|bigger than|later than|over|above|after)\s+"
          r"|\s+exceeds?\s+"),
    ("<", rf"\s*<\s*|{_BE}\s+(?:less than|lower than|smaller than|fewer than|earlier than|under|below|before)\s+"),
    ("contains", r"\s+(?:contains?|including|includes?|containing)\s+"),
    ("=", r"\s*==?\s*|\s*:\s*|\s+(?:is equal to|equals?|equal to|is|are|was|were)\s+"),
)  # fmt: skip
_BETWEEN = re.compile(
    rf"{_COLUMN}(?:\s+(?:is|are|was|lies))?\s+between\s+(?P<low>\S{{1,40}})\s+and\s+(?P<high>\S{{1,40}})\s*\Z".replace(
        " ", r"\s+"
    ),
    re.IGNORECASE,
)
_FORMS = tuple(
    (
        operator,
        re.compile(rf"{_COLUMN}(?:{form.replace(' ', r'[ ]+')}){_VALUE}[\s,.]*\Z", re.IGNORECASE),
    )
    for operator, form in _OPERATORS
)
_BARE = re.compile(r"(?P<column>[\w-]+)\s+(?P<value>\"[^\"]*\"|'[^']*'|[\w.-]+)\s*\Z")
_AND = re.compile(r"\s+(?:and|&&|und)\s+|\s*,\s*(?:and\s+)?", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_ARTICLES = re.compile(r"(?:the|its|their|a|an|column|where|whose)\s+", re.IGNORECASE)
_EMPTY = re.compile(r"(?:empty|missing|blank|null|none|given|set|filled)\b", re.IGNORECASE)


def read(region: str, *, bare: bool = False) -> list[str] | None:
    """Return the conditions that a region of words names, or None where any of it cannot be read.

    `bare` also takes 'status open' for 'status = open', as after 'with' or 'having'.
    """
    region = " ".join(region.split()).strip(" ,.;!?")
    if not region or len(region) > 300 or _OR.search(region):
        return None
    conditions: list[str] = []
    for part in _parts(region):
        read_part = _condition(part, bare=bare)
        if not read_part:
            return None
        conditions.extend(read_part)
    return conditions or None


def _parts(region: str) -> Iterator[str]:
    pieces = _AND.split(region)
    while pieces:
        piece = pieces.pop(0)
        if pieces and re.search(r"\bbetween\s+\S+\Z", piece, re.IGNORECASE):
            piece = f"{piece} and {pieces.pop(0)}"
        yield piece


def _condition(part: str, *, bare: bool) -> list[str]:
    between = _BETWEEN.match(part)
    if between is not None:
        column = _column(between["column"])
        return [f"{column} >= {_value(between['low'])}", f"{column} <= {_value(between['high'])}"]
    for operator, form in _FORMS:
        match = form.match(part)
        if match is not None and not _EMPTY.match(match["value"]):
            return [f"{_column(match['column'])} {operator} {_value(match['value'])}"]
    match = _BARE.match(part) if bare else None
    return [f"{_column(match['column'])} = {_value(match['value'])}"] if match else []


def _column(words: str) -> str:
    lead = _ARTICLES.match(words)
    return words[lead.end() if lead else 0 :].strip("\"' ")


def _value(words: str) -> str:
    return words.strip("\"' .,")
