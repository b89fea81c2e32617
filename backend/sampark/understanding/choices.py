"""Which of the offered choices a reply takes: by number, letter, ordinal, its words, or plain consent."""

import re
from collections.abc import Mapping, Sequence

from sampark.understanding.courtesy import request_start
from sampark.understanding.reading import sentences, trimmed

CONSENT = frozenset(
    {
        "ok", "okay", "ok thanks", "yes", "yes please", "yep", "yeah", "sure", "fine", "agreed", "default",
        "defaults", "the default", "go", "go ahead", "do it", "please do", "correct", "right", "exactly",
        "sounds good", "that is fine", "that's fine", "that works", "works for me", "fine by me", "as you like",
        "up to you", "you choose", "perfect", "ja", "ja bitte", "passt", "genau", "gerne", "oui", "d'accord",
        "si", "sí", "de acuerdo", "vale",
    }
)  # fmt: skip
_PICKED = re.compile(
    r"(?:(?:i(?:'d| would| will|'ll)?|we(?:'d| would|'ll| will)?|let's|let us)\s+)?"
    r"(?:(?:like|prefer|choose|pick|take|go (?:for|with)|use|want|need|have|say|meant?|nehme|nimm|prends)\b\s*"
    r"|(?:make|do) (?:it|that)\s+|(?:it|that)(?:'s| is| should be| was)\s+|(?:the |my )?answer(?: is|:)\s*"
    r"|(?:should|must) be\s+|(?:sorry|oh|hmm?|ah|oops|well|right|actually|rather)\b[\s,:!-]*|(?:please|bitte)\b[\s,]*)",
    re.IGNORECASE,
)
_AIM = re.compile(r"(?:as|in|to|into|als|nach|en|an?|the|das|le|la|el)\s+", re.IGNORECASE)
_TRAILING = re.compile(
    r"[\s,.;:!?-]+(?:please|pls|thanks|thanks a lot|many thanks|thank you|thx|bitte|danke|merci|gracias|then|instead"
    r"|(?:would|will) (?:be|do)(?: \w+){0,2}|is (?:fine|ok|okay|good|enough|perfect|right)|works(?: for me)?"
    r"|reicht|passt|for me)[\s.!]*\Z",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"(?:(?:option|choice|number|no\.?|nr\.?|nummer|answer|#)\s*)?\(?(?P<mark>\d{1,2}|[a-h])\)?[.:)]?\Z",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"(?:the\s+|der\s+|die\s+|das\s+|le\s+|la\s+|el\s+)?(?P<which>[\w]+)"
    r"(?:\s+(?:one|option|choice|file|of\s+(?:them|those|these)|datei|fichier))?\Z",
    re.IGNORECASE,
)
_ORDINALS: Mapping[str, int] = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1,
    "former": 0, "latter": -1, "erste": 0, "ersten": 0, "zweite": 1, "zweiten": 1, "dritte": 2, "dritten": 2,
    "premier": 0, "première": 0, "deuxième": 1, "troisième": 2, "primero": 0, "primera": 0, "segundo": 1,
    "segunda": 1, "tercero": 2,
}  # fmt: skip
_REJECTED = re.compile(
    r"\b(?:not|no|nicht|kein\w*|pas(?: de)?|instead of|rather than|except)\s+(?:as\s+|in\s+|an?\s+|the\s+)?[\w.-]+",
    re.IGNORECASE,
)


def core(text: str) -> tuple[int, int]:
    """Return the span of the first thing a reply says, without courtesy, signs and thanks around it."""
    parts = sentences(text)
    if not parts:
        return 0, 0
    first = next((part for part in parts if request_start(part.text) < len(part.text)), parts[0])
    begin, end = first.start + request_start(first.text), first.end
    if begin >= end:
        begin = first.start
    return _bared(text, *trimmed(text, begin, end))


def _bared(text: str, begin: int, end: int) -> tuple[int, int]:
    for _ in range(4):
        picked = _PICKED.match(text, begin, end)
        if picked is None or picked.end() in {begin, end}:
            break
        begin = picked.end()
    for _ in range(4):
        while end > begin and text[end - 1] in ".,;:!? ":
            end -= 1
        trailing = _TRAILING.search(text, begin, end)
        if trailing is None:
            break
        end = trailing.start()
    return begin, end


def consents(said: str) -> bool:
    """Return whether the words only agree to what was proposed."""
    return " ".join(said.casefold().replace(",", " ").split()) in CONSENT


def place(said: str, count: int) -> int | None:
    """Return which of so many choices a number, a letter or an ordinal names, counted from 0."""
    ordinal = _ORDINAL.match(said)
    if ordinal is not None and ordinal["which"].lower() in _ORDINALS:
        at = _ORDINALS[ordinal["which"].lower()]
        return at % count if -count <= at < count else None
    mark = _MARK.match(said)
    if mark is None:
        return None
    sign = mark["mark"].lower()
    at = int(sign) - 1 if sign.isdecimal() else "abcdefgh".index(sign)
    return at if 0 <= at < count else None


def chosen(choices: Sequence[str], said: str) -> str | None:
    """Return the one choice that the words take, else None: what they reject is not taken."""
    at = place(said, len(choices)) if choices else None
    if at is not None:
        return choices[at]
    bare = _AIM.sub("", said, count=1) if _AIM.match(said) else said
    same = [choice for choice in choices if choice.casefold() in {said.casefold(), bare.casefold()}]
    if same:
        return same[0]
    wanted = _REJECTED.sub(" ", said)
    named = [choice for choice in choices if _speaks_of(wanted, choice)]
    return named[0] if len(named) == 1 else None


def _speaks_of(said: str, choice: str) -> bool:
    words = r"\s+".join(re.escape(word) for word in choice.split())
    return bool(re.search(rf"(?<![\w.]){words}(?![\w]|\.\w)", said, re.IGNORECASE))
