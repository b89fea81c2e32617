"""Row conditions in words, cut into single ones: 'status is open and amount over 100' is two.

What a condition means is told by the table itself when it is asked; here only its words are found.
Nothing is dropped: words that no table understands fail there with its nearest columns.
"""

import re
from collections.abc import Iterator

MOST = 5
_AND = re.compile(
    r"\s+(?:and|&&|und)\s+(?:whose\s+|where\s+|with\s+)?|\s*[,;]\s*(?:and\s+)?"
    r"|(?<!\bdate)\s+(?=in\s+20\d\d\Z)",
    re.IGNORECASE,
)
_OPEN_RANGE = re.compile(r"\b(?:between\s+\S+|from\s+\d\S*)\Z", re.IGNORECASE)
_NUMBER_SPLIT = re.compile(r"\d\Z")
_LEAD = re.compile(
    r"(?:(?:only|those|where|whose|with|having|that|which|who|have|has|had|are|is|was|were|in|at|from|for|of|on|within|during|to"
    r"|when|came|come|comes|coming|made|placed|sold|ordered|shipped|recorded|belongs?|the|a|an|its|their|column|also|all|our|my|and|by)\s+)+",
    re.IGNORECASE,
)


_ROWS_BEHIND = re.compile(
    r"(?<=\w)\s+(?:orders?|rows?|records?|entries|entry|lines?|sales|invoices?|items?|customers?|ones)\Z",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:is|are|equals?|contains?|over|under|above|below|than|least|most|between|starts?|ends?)\b|[<>=:]",
    re.IGNORECASE,
)


def read(region: str) -> tuple[str, ...]:
    """Return the conditions that a region of words names, each as said; nothing for no words."""
    region = " ".join(region.split()).strip(" ,.;!?")
    return tuple(part for part in (_bare(piece) for piece in _parts(region)) if part)[:MOST]


def _parts(region: str) -> Iterator[str]:
    pieces = _AND.split(region)
    while pieces:
        piece = pieces.pop(0)
        if pieces and _OPEN_RANGE.search(piece):
            piece = f"{piece} and {pieces.pop(0)}"
        elif pieces and _NUMBER_SPLIT.search(piece) and pieces[0][:3].isdigit():
            piece = f"{piece},{pieces.pop(0)}"
        yield piece


def _bare(piece: str) -> str:
    lead = _LEAD.match(f"{piece} ")
    said = piece[lead.end() :].strip() if lead else piece.strip()
    # 'for paid orders': the last word only names the rows
    return said if _COMPARED.search(said) else _ROWS_BEHIND.sub("", said)
