"""What an event is called and where it is; what a reminder reminds of.

Both are read from what is left of a sentence when the command, the time, the length and the addresses
are taken out of it. A label ('Title: ...', 'Place: ...') or a name in quotes comes first.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from sampark.understanding.courtesy import request_start
from sampark.understanding.reading import BLANK, Found, Sentence, mask, trimmed

_TITLE_LABEL = re.compile(
    r"(?:^|\n)[ ]*[-*]?[ ]*(?:title|what|topic|event|name|subject|titel|betreff)[ ]*:[ ]*(?P<value>[^\n]{1,200})",
    re.IGNORECASE,
)
_PLACE_LABEL = re.compile(
    r"(?:^|\n|[,;][ ]*)[ ]*[-*]?[ ]*(?:place|location|where|venue|room|ort|lieu|lugar)[ ]*:[ ]*(?P<value>[^\n\x1f]{1,120})",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:called|titled|named|entitled|with (?:the )?title|subject)[ ]*:?[ ]*(?P<mark>[\"'])(?P<value>[^\"\n]{1,120}?)(?P=mark)(?!\w)",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"(?<!\w)\"(?P<value>[^\"\n]{2,120})\"(?!\w)")
_PLACE_NOUN = (
    r"(?:room|conference room|meeting room|board ?room|office|building|hall|floor|caf[eé]|restaurant|hotel|bar|pub|canteen"
    r"|kitchen|lobby|library|airport|station|clinic|hospital|school|university|headquarters|hq|studio|gym|park|lab|house"
    r"|raum|b[uü]ro)"
)
_ONLINE = r"(?:zoom|teams|microsoft teams|ms teams|google meet|meet|skype|webex|jitsi|slack|phone|telephone|discord)"
_NOT_A_PLACE = (
    r"(?:my|your|the|our)?\s*(?:calendar|diary|agenda|kalender|morning|afternoon|evening|night|case|order|general|particular"
    r"|person|time|advance|total|noon|midnight|least|most|all|once)\b"
)
_NAME = r"(?-i:[A-ZÄÖÜ0-9])[\w.'&/-]*"
_PLACE = re.compile(
    rf"(?:\b(?:at|in|im|bei|chez)\s+|@\s*)(?!{_NOT_A_PLACE})(?P<value>(?:the\s+)?(?:"
    rf"{_NAME}(?:\s+(?:{_NAME}|of|the|de|la|am|{_PLACE_NOUN}\b))*"
    rf"|(?:(?!for\b|with\b|to\b)[\w'-]+\s+){{0,3}}?{_PLACE_NOUN}\b(?:\s+(?:\d[\w.-]*|(?-i:[A-Z])[\w.-]*))*))"
    rf"|\b(?:via|on|over|by|per)\s+(?P<online>{_ONLINE})\b",
    re.IGNORECASE,
)
_COURTESY = frozenset({"ein", "please", "pls", "thanks", "thx", "bitte", "danke", "merci"})
_EDGE_WORDS = _COURTESY | {
    "on", "at", "in", "for", "from", "to", "into", "with", "and", "or", "the", "a", "an", "is", "be", "of",
    "about", "that", "this", "it", "um", "am", "as", "by", "starting", "lasting", "then", "date", "time",
    "when", "start", "starts", "via", "me", "also", "will", "called", "titled", "named", "now", "den", "der",
    "einen", "eine", "ein",
}  # fmt: skip
_EDGE_SIGNS = f" \n,.;:!?()[]\"'*-{BLANK}"
_SCHEDULE = re.compile(
    r"(?:/\w+|schedule|arrange|set|organi[sz]e|fix|book|plan|make|create|generate|new|add|send|prepare|put|enter|save|write"
    r"|note|place|get|insert|invite|block|event(?=\s*:)|trag\w*|erstell\w*|mach\w*|hold|reserve|pencil|plane|planifie[rz]?|programa[r]?)\b(?:\s+(?:up|me|us|out|off|in|bitte)\b)*(?:\s+(?:an?|the|my|our|new|this|time|einen?|eine|ein|das|den|die|une?|una?)\b)*"
    r"(?:\s+(?:calendar\s+(?:event|entry|invite|invitation|item|file)|event|entry|invite|invitation|\.?ics(?:\s+file)?|slot"
    r"|calendar|termin)\b(?:\s*:|\s+(?:for|about|on|to|called|titled)\b)?)?",
    re.IGNORECASE,
)
_INTO_CALENDAR = re.compile(
    r"\b(?:in|into|to|on|onto)\s+(?:my|the|our|your|den|meinen|unseren)?\s*(?:\w+\s+)?(?:calendar|diary|agenda|kalender)\b(?:\s+ein\b)?",
    re.IGNORECASE,
)
_DOUBLED = re.compile(r"\s*([,.;:])(?:\s*[,.;:])*")
_WORD = re.compile(r"[^\W_]+")
_LAST_WORD = re.compile(r"(?<![^\W_])[^\W_]+\Z")
_TO_REMIND = re.compile(
    rf"[\s,:;{BLANK}-]*(?:(?:to|about|that|of|for|zu|an|de|daran|please|dass|also|me)\b[\s,:{BLANK}]*|d'(?=\w))+",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"(?:(?:this|that|it|these|them|the|my|an?|following|below|new|mail|e-?mail|thread|conversation|entry|event|item"
    r"|calendar|invite|invitation|appointment|reminder|details|everything|up|me|us|one|please|to)\b[\s,.]*)*\Z",
    re.IGNORECASE,
)


def commanded(text: str, verb: Found) -> Iterator[tuple[int, int]]:
    """Yield the spans of the words that only command an event: 'put', 'schedule a', 'into my calendar'."""
    match = _SCHEDULE.match(text, verb.start)
    if match is not None:
        yield match.span()
    for calendar in _INTO_CALENDAR.finditer(text):
        yield calendar.span()


def title(
    text: str, parts: Sequence[Sentence], taken: Iterable[tuple[int, int]]
) -> tuple[Found, ...]:
    """Return what an event is called, or nothing.

    `parts` are the sentences that may hold it, best first; `taken` are the spans of command, time,
    length, place and addresses.
    """
    for form in (_TITLE_LABEL, _CALLED, _QUOTED):
        labelled = form.search(text)
        if labelled is not None and labelled["value"].strip():
            return _clean("title", text, *labelled.span("value"))
    rest = mask(text, taken)
    for part in parts:
        found = remainder("title", text, rest, part.start + request_start(part.text), part.end)
        if found:
            return found
    return ()


def place(text: str, rest: str, near: str) -> tuple[Found, ...]:
    """Return where an event is: a label in `rest`, or 'at ...' in `near`; times and addresses are blanked."""
    labelled = _PLACE_LABEL.search(rest)
    if labelled is not None and labelled["value"].strip():
        return _clean("place", text, *labelled.span("value"))
    match = _PLACE.search(near)
    if match is None:
        return ()
    name = "online" if match["online"] else "value"
    return _clean("place", text, *match.span(name))


def place_with_lead(found: Found, text: str) -> tuple[int, int]:
    """Return the span of a place with the 'at' or 'in' before it."""
    lead = re.search(
        r"(?:\b(?:at|in|via|on|over|by|per|im|bei|chez)\s+|@\s*|\w+\s*:\s*)\Z",
        text[: found.start][-14:],
        re.IGNORECASE,
    )
    return found.start - (len(lead[0]) if lead else 0), found.end


def errand(text: str, rest: str, begin: int, end: int) -> tuple[Found, ...]:
    """Return what a reminder is about: what stands between its command and the end, without 'to', 'about'."""
    lead = _TO_REMIND.match(rest, begin, end)
    return remainder("title", text, rest, lead.end() if lead else begin, end)


def remainder(name: str, text: str, rest: str, start: int, end: int) -> tuple[Found, ...]:
    """Return what is left of a span when the blanked places and dangling little words are gone.

    The quote is one piece of the words; the value is that piece without what other readers took.
    """
    start, end = _edged(rest, start, end)
    if start >= end:
        return ()
    kept = [piece for piece in re.split(f"{BLANK}+", rest[start:end]) if piece.strip(" ,.;:-()")]
    pieces = (text[at : at + len(piece)] for piece, at in _placed(kept, rest, start))
    words = _DOUBLED.sub(r"\1", " ".join(" ".join(pieces).split()))
    if not words or _VAGUE.fullmatch(words):
        return ()
    return (Found(name, words[:200], start, end),)


def _placed(pieces: list[str], rest: str, at: int) -> Iterable[tuple[str, int]]:
    for piece in pieces:
        at = rest.index(piece, at)
        yield piece, at
        at += len(piece)


def _edged(rest: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without signs and little words at either end.

    At its end a word goes only if courtesy, or if what it led to was taken: 'to check in' stays whole.
    """
    while start < end:
        word = _WORD.match(rest, start, end)
        if rest[start] in _EDGE_SIGNS:
            start += 1
        elif word and word[0].lower() in _EDGE_WORDS and not rest.startswith("@", word.end()):
            start = word.end()
        else:
            break
    led_on = False
    while end > start:
        word = _LAST_WORD.search(rest, max(start, end - 12), end)
        if rest[end - 1] in _EDGE_SIGNS:
            led_on = led_on or rest[end - 1] == BLANK
            end -= 1
        elif word and word[0].lower() in (_EDGE_WORDS if led_on else _COURTESY):
            end = word.start()
        else:
            break
    return start, end


def _clean(name: str, text: str, start: int, end: int) -> tuple[Found, ...]:
    start, end = trimmed(text, start, end)
    while end > start and text[end - 1] in ".,;!\"'":
        end -= 1
    while start < end and text[start] in "\"'":
        start += 1
    value = " ".join(text[start:end].replace(BLANK, " ").split())
    return (Found(name, value, start, end),) if value else ()
