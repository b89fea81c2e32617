"""Page lists in words: 'pages 1 to 3 and 7' -> '1-3,7', 'every page' -> '', 'the last page' -> None (to be asked)."""

import re

from sampark.understanding.reading import Found

_ONE = r"\d{1,4}(?:\s*(?:-|to|through|thru|until|bis|à|a)\s*\d{1,4})?"
_LIST = rf"{_ONE}(?:\s*(?:,\s*(?:and\s+)?|;|\band\b|&|\bund\b|\bet\b|\by\b)\s*(?:pages?\s+)?{_ONE})*(?![\d:.]*\w)"
_PAGES = re.compile(
    rf"\b(?:pages?|pp?\.|seiten?|p[aá]ginas?)\s*:?\s*(?P<list>{_LIST})", re.IGNORECASE
)
_BARE = re.compile(rf"(?<![\w.:/-])(?P<list>{_LIST})", re.IGNORECASE)
_EVERY = re.compile(
    r"\b(?:every|each|all(?:\s+the)?|single|individual|separate|one)\s+(?:single\s+)?(?:pages?|seiten?)\b|\bpage\s+by\s+page\b"
    r"|\binto\s+(?:its\s+|the\s+|their\s+)?(?:single\s+|separate\s+|individual\s+)?pages\b|\bone\s+(?:file|pdf)\s+(?:per|for\s+each)\s+page\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"\bfirst\s+(?:(?P<n>\d{1,4}|two|three|four|five|six|ten)\s+)?pages?\b", re.IGNORECASE
)
_LAST = re.compile(r"\b(?:only\s+)?the\s+last\s+page\b|\blast\s+page\b", re.IGNORECASE)
_ONWARDS = re.compile(
    r"\b(?:from\s+)?page\s+(?P<n>\d{1,4})\s+(?:on(?:wards?)?|to\s+(?:the\s+)?(?:end|last(?:\s+page)?))\b",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"\b(?P<where>after|at|before|from)\s+(?:the\s+)?page\s+(?P<n>\d{1,4})\b", re.IGNORECASE
)
_UNKNOWN = re.compile(
    r"\b(?:last|odd|even|middle|remaining|other)\s+(?:\w+\s+)?pages?\b|\b(?:in|into)\s+(?:half|halves|two|three|\d+)\b",
    re.IGNORECASE,
)
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}


def read(text: str, *, bare: bool = False) -> tuple[Found, ...]:
    """Return the claim `pages`, or nothing; None as its value means: named, but not readable.

    The value has a part per new file: '1-3,7', 'last', '5-' (to the end); '' is every page alone.
    `bare` also takes a list without the word 'pages' ('/split 1-3,7').
    """
    cut = _ONWARDS.search(text) or _CUT.search(text)
    if cut is not None:
        return (Found("pages", _cut(cut), *cut.span()),)
    for form, value in ((_LAST, "last"), (_UNKNOWN, None)):
        if (match := form.search(text)) is not None:
            return (Found("pages", value, *match.span()),)
    first = _FIRST.search(text)
    if first is not None:
        number = int(_WORDS.get((first["n"] or "1").lower(), first["n"] or 1))
        return (Found("pages", "1" if number == 1 else f"1-{number}", *first.span()),)
    listed = _PAGES.search(text) or (_BARE.search(text) if bare else None)
    if listed is not None:
        return (Found("pages", _normal(listed["list"]), *listed.span()),)
    every = _EVERY.search(text)
    return (Found("pages", "", *every.span()),) if every else ()


def _cut(match: re.Match[str]) -> str | None:
    """Return 'after page 4' as '1-4,5-' and 'page 5 onwards' as '5-'."""
    number, where = int(match["n"]), match.groupdict().get("where")
    if where is None:
        return f"{number}-"
    first = number if where.lower() == "after" else number - 1
    return f"1-{first},{first + 1}-" if first > 0 else None


def _normal(words: str) -> str:
    spans = re.finditer(
        r"(\d+)(?:\s*(?:-|to|through|thru|until|bis|à|a)\s*(\d+))?", words, re.IGNORECASE
    )
    return ",".join(f"{span[1]}-{span[2]}" if span[2] else span[1] for span in spans)
