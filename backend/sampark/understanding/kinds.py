"""Which work a mail names: command verbs at the head of a clause, slash commands, plus-aliases.

A verb counts where a request can stand: at the head of a sentence behind courtesy, or behind 'and',
'then', 'please', 'you', 'to' and the like; never behind a negation. Weak phrasings ('as a PDF please')
count only where the mail names no work outright.
"""

import re
from collections.abc import Iterator

from sampark.understanding.courtesy import request_start
from sampark.understanding.files import VEILED
from sampark.understanding.formats import AIMED, NOUN
from sampark.understanding.reading import Found, Sentence, spaced

ALIASES = {
    **dict.fromkeys(("profile", "analyse", "analyze", "eda"), "profile"),
    **dict.fromkeys(("ask", "query"), "ask"),
    **dict.fromkeys(("convert", "conv"), "convert"),
    **dict.fromkeys(("merge", "combine", "join"), "merge"),
    **dict.fromkeys(("split", "pages", "extract"), "split"),
    **dict.fromkeys(("event", "calendar", "ics", "meeting", "appointment", "invite"), "event"),
    **dict.fromkeys(("remind", "reminder", "remindme"), "remind"),
}
"""A slash command or plus-alias -> the kind of work."""

MEASURE_ALIASES = frozenset(
    ("sum", "total", "average", "avg", "mean", "median", "count", "top", "bottom", "min", "max")
) | {"list"}
"""Slash commands that are the first word of a question about a sheet ('/top 3 by amount')."""

_LEAD = (
    r"(?:\A|[,;:(\x1f-]\s*|\b(?:and|then|please|pls|plz|kindly|you|to|just|also|quickly|now|bitte|und|dann"
    r"|et|puis|y|let's|or)\s+)"
)
_FILE = rf"{VEILED}(?!\w)"
_THING = (
    r"(?:the|this|these|those|that|my|our|your|all|both|each|every|attached|enclosed|it|them|following|two|three"
    rf"|files?|documents?|docs?|pdfs?|attachments?|sheets?|{_FILE})"
)
_DATA = (
    r"(?:data ?(?:set|frame|file)?s?|sheets?|spread ?sheets?|tables?|csvs?|xlsx|excel(?: file)?|workbooks?|columns?"
    rf"|numbers|figures|{_FILE})"
)
_SOME_DATA = rf"(?:[\w'-]+ ){{0,4}}?{_DATA}"
_EVENT = (
    r"(?:meetings?|calls?|appointments?|events?|lunch|dinner|breakfast|coffee|review|workshop|interview|sync"
    r"|stand-?up|kick-?off|session|demo|party|calendar (?:entry|event|item|invite|invitation)"
    r"|invite|invitation|ics(?: file)?|slot|termin|treffen|besprechung|r[eé]union|rendez-vous|reuni[oó]n|cita)"
)
_PAGES = r"pages?\b|seiten?\b|p[aá]ginas?\b"

_COMMANDS: tuple[tuple[str, str], ...] = (
    ("remind", r"(?:remind (?:me|us)|ping me|nudge me|(?:don't|do not) let me forget)\b"),
    (
        "remind",
        r"(?:set(?: up)?|create|make|add|send me|schedule|give me) (?:me )?(?:an? )?reminder\b(?! that)",
    ),
    ("remind", r"reminder\s*:(?![^\n]*\b(?:is|are|was|were|will)\b)"),
    ("remind", r"reminder (?=to\b|for\b|on\b|at\b|in\b|tomorrow|next|about\b)"),
    (
        "remind",
        r"(?:erinner(?:e|n sie)? (?:mich|uns)|rappelle[sz]?[- ]moi|recu[eé]rda(?:me|nos))\b",
    ),
    (
        "event",
        rf"(?:schedule|arrange|set up|organi[sz]e|fix) (?:an? |the |our |my )?(?:[\w'-]+ ){{0,4}}?{_EVENT}\b",
    ),
    (
        "event",
        rf"(?:book|plan|make|create|generate|new|add|send|prepare) (?:me |us )?"
        rf"(?:an? |the |our |my )?(?:new |[\w'-]+ ){{0,2}}?{_EVENT}\b(?! room)",
    ),
    (
        "event",
        r"(?:put|add|enter|save|write|note|place|get|schedule|book|insert)\b[^\n]{0,160}?"
        r"\b(?:in|into|to|on|onto) (?:my |the |our |your )?(?:calendar|diary|agenda|kalender)\b",
    ),
    ("event", r"invite (?=\S+@|[^\n]{0,80}?\bto\b)"),
    ("event", r"(?:block (?:my calendar|my time|out|time|off)|save the date)\b"),
    (
        "event",
        r"(?:trag\w*|erstell\w*|plan(?:e|en)|mach\w*)\b[^\n]{0,80}?\b(?:termin|kalender|meeting|treffen|besprechung)\b",
    ),
    (
        "event",
        r"(?:planifie[rz]?|organise[rz]?|programa[r]?|agenda[r]?|crea[r]?) (?:une? |una? |la |le )?(?:r[eé]union|rendez-vous|reuni[oó]n|cita)\b",
    ),
    ("merge", rf"(?:merge|concatenate|stitch|staple)\b(?=\s*\Z|\s+{_THING}|[^\n]*\bpdf)"),
    (
        "merge",
        rf"(?:combine|join|put|bind|assemble|bring)\b(?=[^\n]*\b(?:pdfs?|files?|documents?|them|these|attachments?"
        rf"|{_FILE}))(?=[^\n]*\b(?:(?:in)?to (?:a |one |1 |single )|together|combine|join))",
    ),
    (
        "merge",
        r"(?:f[uü]g\w*\b[^\n]{0,80}\bzusammen|zusammenf[uü]gen|fusionne[rz]?|combina[r]?)\b",
    ),
    (
        "split",
        rf"(?:split|separate|divide|break|burst|cut)\b(?! the (?:bill|cost))(?=\s*\Z|[^\n]*\b(?:{_PAGES}|pdfs?|files?"
        rf"|documents?|attachments?|{_FILE})|\s+(?:it|this|them|\d))",
    ),
    (
        "split",
        rf"(?:extract|pull|take|keep|get|give me|send me|cut|i (?:only |just )?(?:need|want)|return|remove all but)\b"
        rf"(?=[^\n]{{0,40}}?\b(?:{_PAGES}))(?! (?:the )?number)",
    ),
    (
        "split",
        rf"(?:teil\w*|trenn\w*|divise[rz]?|divid[ei]r?)\b(?=[^\n]*\b(?:pdf|seiten?|pages?|p[aá]ginas?|{_FILE}))",
    ),
    ("convert", rf"(?:convert|transform)\b(?!\s+[\d$€£])(?=\s*\Z|[^\n]*\b(?:{_THING}|{NOUN}))"),
    (
        "convert",
        rf"(?:konvertier\w*|wandle?|umwandeln|convertis\w*|convert[ie]\w*|conviert\w*)\b(?=[^\n]*(?:{NOUN}))",
    ),
    ("profile", rf"(?:profile)\b(?=\s*\Z|\s+(?:of|for)?\s*(?:{_THING}|{_DATA})\b)"),
    (
        "profile",
        rf"(?:analy[sz]e|examine|explore|describe|inspect|study|analysier\w*) (?={_SOME_DATA}\b)",
    ),
    ("profile", rf"summari[sz]e (?={_SOME_DATA}\b)"),
    (
        "profile",
        rf"(?:do|run|make|create|give me|send me|prepare|produce|generate|get me|i need|i want|i'd like|show me|write)"
        rf" (?:me )?(?:an? |the |some |basic |full |quick |short |detailed )*(?:(?:data|descriptive|statistical|summary|quality|exploratory"
        rf"|data quality|exploratory data|sheet|csv) )*(?:profile|profiling|statistics|stats|eda|analysis|overview"
        rf"|summary|description|(?:quality )?(?:report|check))\b(?=\s*\Z|[^\n]*\b(?:{_DATA}|it|this|attached))",
    ),
    (
        "profile",
        r"(?:check|look at|scan|test|search|go through)\b[^\n]{0,80}\b(?:missing|outliers?|data quality|anomal\w+|gaps|nulls)\b",
    ),
    (
        "profile",
        r"(?:what|which|how many|are there|find|show me|list|tell me)\b[^\n]{0,30}\b(?:missing values?|outliers?|data types|nulls|empty cells)\b",
    ),
)

_WEAK: tuple[tuple[str, str], ...] = (
    (
        "convert",
        rf"\b(?:turn|change|export|save|make|put|get|give|send|need|want|render|print|have|return|like|bring|see|store"
        rf"|provide|rewrite|create)\b[^\n]{{0,160}}?(?:{AIMED}|\bin (?:an? )?{NOUN})",
    ),
    (
        "convert",
        rf"\b(?:make|give|send|need|want|create|get|produce|generate|like|have|render)\b(?: me| us)?"
        rf" (?:it |this |that )?(?:an? |the )?{NOUN}(?: please| version| copy)?(?: (?:of|from|out of|for) {_THING}|\s*\Z)",
    ),
    (
        "convert",
        rf"\A(?:to|into|as|in)?\s*(?:an? )?{NOUN}(?:\s*,?\s*(?:please|pls|thanks?))?[\s.!?]*\Z",
    ),
    ("convert", rf"{_THING} (?:as|to|into) (?:an? )?{NOUN}"),
    ("convert", rf"\b(?:in|nach|als) (?:eine? )?{NOUN} (?:umwandeln|konvertieren|umzuwandeln)\b"),
    ("profile", r"\b(?:tabelle|datei|daten|zahlen|csv|excel) (?:zu )?analysieren\b"),
    ("split", rf"\A(?:only |just |the )*(?:(?:{_PAGES})\s*\d|(?:first|last)(?: \w+)? pages?\b)"),
    ("split", r"\b(?:every|each) page\b"),
    ("merge", r"\b(?:in)?to (?:one|a single|1)(?: big)? (?:pdf|file|document)\b"),
    (
        "profile",
        rf"\A(?:data )?(?:profile|profiling|statistics|stats|analysis|summary|overview|eda)"
        rf" (?:of|for|on|about) (?:{_THING}|{_DATA})\b",
    ),
    (
        "profile",
        r"\b(?:analy[sz]e|summari[sz]e|describe|examine|explore) (?:this|it|these|them|the attach\w+|attached)\b"
        r"|\A(?:analy[sz]e|summari[sz]e)(?: please)?[\s.!]*\Z|\bdata quality\b"
        r"|\A(?:data )?(?:profile|profiling|statistics|analysis|summary)(?: please)?[\s.!]*\Z",
    ),
    (
        "profile",
        rf"\b(?:what(?:'s| is) in|tell me about|report (?:on|about)|insights? (?:on|from|into|about)) {_SOME_DATA}\b",
    ),
    (
        "event",
        r"\A(?:event|meeting|appointment|termin)\b(?!\s+(?:was|is|were|went|has|minutes|notes|room|request))(?=.*\d)",
    ),
    (
        "event",
        r"\bcalendar (?:entry|invite|invitation|event|item|file)\b|\b(?:an?|the) (?:ics|\.ics)\b|\bnew (?:event|appointment)\b",
    ),
    ("event", r"\Aschedule (?=.*\d)"),
)

_SLOT = re.compile(
    spaced(
        r"(?P<act>block|reserve|hold|keep)(?: (?:out|off|free|my calendar|the slot|the time|time|from|on))*\s*(?=\x1f)"
        rf"|(?P<act2>put|add|enter|pencil(?: in)?|plan|note(?: down)?) (?:down |in )?(?!it\b|this file\b)[^\n:{VEILED[0]}]{{2,80}}?"
        r"(?:\s+(?:on|for|at|am|from|to)|[:,])?\s*(?=\x1f)"
        r"|(?P<act3>(?:meet|lunch|dinner|breakfast|coffee|call|meeting|drinks|session|workshop|interview) with\b)[^\n]*?(?=\x1f)"
    ),
    re.IGNORECASE,
)
"""What puts something at a time: 'block Friday 9-10', 'put the review on 12 May at 14:00'."""

_NEGATED = re.compile(
    r"\b(?:don't|dont|do not|doesn't|not|never|no need|nicht|cannot|can't|couldn't|didn't|won't|instead of|without"
    r"|rather than|unable|failed|forgot|tried|trying|already|(?:i|we|he|she|they)(?:'ve| have| had)? (?:just )?\w+ed)\b[^,;:]*\Z",
    re.IGNORECASE,
)
_SLASH = re.compile(r"(?:\A|\n)[ \x1f]*/(?P<word>[a-z]+)\b(?P<rest>[^\n]*)", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:title|what|subject|when|where|place|location|venue|date|time|with|who|attendees|invitees|guests|duration|length"
    r"|agenda|description|notes?|topic|titel|ort|datum|zeit)\s*:",
    re.IGNORECASE,
)


def _compiled(
    table: tuple[tuple[str, str], ...], lead: str
) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (kind, re.compile(lead + "(?P<act>" + spaced(form) + ")", re.IGNORECASE))
        for kind, form in table
    )


_STRONG_FORMS = _compiled(_COMMANDS, _LEAD)
_WEAK_FORMS = _compiled(_WEAK, "")


def slash(text: str) -> tuple[Found, Found] | None:
    """Return the first slash command as a verb and what stands behind it on its line, or None.

    The verb's value is '' for a command that nobody here knows; the tail is named 'rest'.
    """
    match = _SLASH.search(text)
    if match is None:
        return None
    word = match["word"].lower()
    kind = "ask" if word in MEASURE_ALIASES else ALIASES.get(word, "")
    verb = Found("verb", kind, match.start("word") - 1, match.end("word"))
    start = match.start("word") if word in MEASURE_ALIASES else match.start("rest")
    return verb, Found("rest", text[start : match.end("rest")], start, match.end("rest"))


def alias(addresses: tuple[str, ...]) -> str:
    """Return the kind that a plus-alias hints at ('sampark+convert@...' -> 'convert'), or ''."""
    for address in addresses:
        tag = address.partition("@")[0].partition("+")[2].lower()
        if tag in ALIASES:
            return ALIASES[tag]
    return ""


def commands(sentence: Sentence) -> tuple[Found, ...]:
    """Return every kind of work that a sentence commands outright, first come first.

    A reminder or an event swallows the rest of its sentence: 'remind me to convert the files' is one job.
    """
    found = sorted(_matches(sentence, _STRONG_FORMS), key=lambda item: item.start)
    kept: list[Found] = []
    for item in found:
        if not any(item.value == earlier.value or item.start < earlier.end for earlier in kept):
            kept.append(item)
        if item.value in {"remind", "event"}:
            break
    return tuple(kept)


def hints(sentence: Sentence) -> tuple[Found, ...]:
    """Return the kind of work that a sentence asks for in weaker words: one at most."""
    found = sorted(_matches(sentence, _WEAK_FORMS), key=lambda item: item.start)
    return tuple(found[:1])


def slots(sentence: Sentence, timed: str) -> tuple[Found, ...]:
    """Return the event that a sentence puts at a time; in `timed` the moments of its text are blanked."""
    begin = request_start(sentence.text)
    match = _SLOT.match(timed, begin)
    if match is None or _NEGATED.search(sentence.text, begin, match.start()):
        return ()
    name = next(name for name in ("act", "act2", "act3") if match[name])
    start, end = match.span(name)
    return (Found("verb", "event", sentence.start + start, sentence.start + end),)


def is_label(sentence: Sentence) -> bool:
    """Return whether a sentence is a filled-in label ('Title: ...', 'Place: ...')."""
    return bool(_LABEL.match(sentence.text))


def _matches(sentence: Sentence, forms: tuple[tuple[str, re.Pattern[str]], ...]) -> Iterator[Found]:
    begin = request_start(sentence.text)
    text = sentence.text[begin:]
    if _LABEL.match(text):
        return
    for kind, form in forms:
        match = form.search(text)
        if match is not None and not _NEGATED.search(text, 0, match.start("act")):
            start = sentence.start + begin + match.start("act")
            yield Found("verb", kind, start, sentence.start + begin + match.end("act"))
