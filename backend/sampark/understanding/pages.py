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
_UNKNOWN = re.compile(
    r"\b(?:last|odd|even|middle|remaining|other)\s+(?:\w+\s+)?pages?\b|\b(?:after|at|before|from)\s+(?:the\s+)?(?:\w+\s+)?page\s+\d+(?:\s+on(?:wards?)?)?"
    r"|\bpages?\s+\d+\s+(?:on(?:wards?)?|to\s+(?:the\s+)?(?:end|last))\b|\b(?:in|into)\s+(?:half|halves|two|three|\d+)\b",
    re.IGNORECASE,
)
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10}


def read(text: str, *, bare: bool = False) -> tuple[Found, ...]:
    """Return the claim `pages`; `bare` also takes a list without the word 'pages' ('/split 1-3,7')."""
    unknown = _UNKNOWN.search(text)
    if unknown is not None:
        return (Found("pages", None, *unknown.span()),)
    listed = _PAGES.search(text) or (_BARE.search(text) if bare else None)
    if listed is not None:
        return (Found("pages", _normal(listed["list"]), *listed.span()),)
    first = _FIRST.search(text)
    if first is not None:
        number = int(_WORDS.get((first["n"] or "1").lower(), first["n"] or 1))
        return (Found("pages", "1" if number == 1 else f"1-{number}", *first.span()),)
    every = _EVERY.search(text)
    return (Found("pages", "", *every.span()),) if every else ()


def _normal(words: str) -> str:
    spans = re.finditer(
        r"(\d+)(?:\s*(?:-|to|through|thru|until|bis|à|a)\s*(\d+))?", words, re.IGNORECASE
    )
    return ",".join(f"{span[1]}-{span[2]}" if span[2] else span[1] for span in spans)
