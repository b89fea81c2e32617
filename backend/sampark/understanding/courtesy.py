"""Courtesy around a request: what may stand before the verb, and mails that are nothing but courtesy."""

import re
from itertools import dropwhile, takewhile

from sampark.understanding.reading import spaced

_GREETINGS = (
    r"hi|hello|hey|hallo|hola|moin|servus|dear|greetings|bonjour|salut|sehr geehrte[rs]?|liebe[rs]?"
    r"|good (?:morning|afternoon|evening|day)|guten (?:tag|morgen|abend)|buenos d[ií]as"
)
_KNOWN = r"there|all|team|everyone|everybody|sampark|assistant|agent|robot|again|sir|madam"
_GREETING = re.compile(
    rf"(?:{_GREETINGS})\b(?:\s+(?:{_KNOWN})\b)*"
    r"(?:(?:\s+(?-i:[A-ZÄÖÜ])[\w.'-]{0,30}){1,3}(?=\s*(?:[,!:\n]|-\s|$)))?[\s,!.:-]*",
    re.IGNORECASE,
)

_POLITE = (
    r"please|pls|plz|plse|pleas|kindly|bitte|s'il (?:vous|te) pla[iî]t|por favor|ok|okay|so|well|now"
    r"|(?:could|can|would|will|might) (?:you|u|we|i)|(?:k[oö]nnt|k[oö]nn|w[uü]rd)(?:est|en|et|e) (?:du|sie)"
    r"|kannst du|pouvez-vous|peux-tu|pourriez-vous|puedes|podr[ií]as?"
    r"|i(?:'d| would| want| need|'d really)? ?(?:like|love|want|need) (?:you )?to"
    r"|i (?:want|need) (?:you )?to|we (?:want|need|would like) (?:you )?to|ich m[oö]chte"
    r"|help me(?: to| out:?)?|be so (?:kind|nice|good) (?:as |and )?(?:to )?"
    r"|(?:would|is) it (?:be )?(?:possible|ok|okay) (?:to|for you to|if you)"
    r"|do you think you (?:could|can)|do me a favou?r(?: and)?"
    r"|(?:it )?would be (?:great|nice|lovely|awesome|good|cool|helpful) if you (?:could|can|would)"
    r"|i was wondering (?:if|whether) you (?:could|can|would)|i wonder (?:if|whether) you (?:could|can)"
    r"|i'd appreciate (?:it )?if you (?:could|would)|i (?:just )?have a (?:quick )?(?:request|question)"
    r"|(?:a )?quick (?:one|question|request|task|favou?r)|when you (?:have|get) (?:a )?(?:time|moment|minute|chance)"
    r"|actually|oops|oh|on second thoughts?|just|quickly|also|and|then|(?:next|first|finally|asap)(?=,)|(?:for me|again|mal|mir|uns)"
    r"|here(?:'s| is) (?:what|my question|the question)(?: i need)?|my question|question|task|request|todo|to-do"
    r"|hope (?:you are|you're|this finds you) (?:well|fine|doing well)"
)
_LEAD = re.compile(spaced(rf"(?:{_POLITE})(?![\w'])[\s,!:-]*"), re.IGNORECASE)
_BULLET = re.compile(r"(?:[-*•>]+|\d{1,2}[.)]|\([a-c1-9]\))\s+")

_THANKS = re.compile(
    r"\b(?:thanks?|thx|thank\s+you|ta|cheers|great|perfect|awesome|wonderful|brilliant|lovely|nice|super"
    r"|dank|danke|merci|gracias|got\s+it|well\s+done|good\s+(?:job|work)|works?\s+(?:great|fine|well|perfectly)"
    r"|worked|appreciated?|helpful|love\s+it|excellent|amazing|fantastic)\b",
    re.IGNORECASE,
)

_SPOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SMALL = frozenset(
    {
        "thanks", "thank", "thx", "ta", "you", "so", "very", "much", "a", "lot", "many", "for",
        "the", "your", "this", "that", "it", "is", "was", "were", "all", "really", "just",
        "exactly", "great", "perfect", "awesome", "wonderful", "brilliant", "lovely", "nice",
        "super", "excellent", "amazing", "fantastic", "good", "cool", "works", "worked", "well",
        "job", "work", "done", "got", "received", "ok", "okay", "yes", "cheers", "again", "help",
        "quick", "fast", "reply", "answer", "report", "file", "files", "result", "results", "chart",
        "charts", "helpful", "appreciated", "appreciate", "i", "what", "needed", "wanted", "have",
        "day", "weekend", "evening", "week", "one", "hi", "hello", "dear", "sampark", "and", "in",
        "advance", "looks", "love", "best", "regards", "kind", "wishes", "danke", "dir", "ihnen",
        "vielen", "viele", "schön", "sehr", "toll", "merci", "beaucoup", "dank", "gracias", "muchas",
    }
)  # fmt: skip
_NAME_LINE = re.compile(r"\s*(?:[A-ZÄÖÜ][\w.'-]*[\s,.!]*){1,3}\Z")
_CLOSING = re.compile(
    r"\s*(?:many\s+|kind\s+|best\s+|warm\s+|with\s+best\s+|viele\s+|liebe\s+|beste\s+|mit\s+freundlichen\s+)*"
    r"(?:thanks?(?:\s+(?:a\s+lot|again|in\s+advance))?|thank\s+you|thx|cheers|regards|best|wishes|yours|sincerely"
    r"|gr[uü](?:ß|ss)en?|danke|merci|gracias|cordialement|saludos|lg|vg|mfg|br)[\s,.!]*(?:[A-ZÄÖÜ][\w.-]+[\s,.!]*){0,2}\Z",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"(?:(?:please|bitte|i need|can you|could you)\s+)?(?:help|hilfe|aide|ayuda|info|menu|commands|usage)(?:\s+me|\s+please)?"
    r"|(?:so\s+)?what (?:else )?(?:can|could|do) (?:you|i|we) (?:do|offer|ask|ask you|ask for|ask you for|send|send you)(?: here| for me| for us)?"
    r"|what (?:are you able to do|are you|is this)|who are you|how (?:does (?:this|it) work|do i use (?:this|it|you)|can you help(?: me)?)"
    r"|was k(?:annst du|önnen sie)(?: alles)?(?: für mich)?(?: tun)?|que (?:peux-tu|pouvez-vous) faire|qué puedes hacer|test",
    re.IGNORECASE,
)


def request_start(text: str) -> int:
    """Return where the request begins in a sentence: behind greetings, bullets and polite wrappers."""
    at = _spaces(text, 0)
    for _ in range(12):
        match = _BULLET.match(text, at) or _GREETING.match(text, at) or _LEAD.match(text, at)
        if match is None or match.end() == at:
            break
        at = _spaces(text, match.end())
    return at


def is_closing(line: str) -> bool:
    """Return whether a line only takes leave: 'Thanks', 'Best regards,', 'Viele Grüße'."""
    return bool(_CLOSING.match(line))


def says_only_thanks(body: str) -> bool:
    """Return whether a body does nothing but thank, praise and take leave: it wants no answer."""
    lines = [line for line in body.replace("’", "'").splitlines() if line.strip()]
    rest = list(dropwhile(_is_leave, lines))
    return bool(_THANKS.search(body)) and len(rest) < len(lines) and _is_name(rest)


def asks_what_can_be_done(words: str) -> bool:
    """Return whether words only greet, or only ask what may be asked: 'help', 'what can you do?'."""
    lines = [line for line in words.replace("’", "'").splitlines() if line.strip()]
    said = " ".join(takewhile(lambda line: not is_closing(line), lines))
    rest = _GREETING.sub("", said, count=1) if _GREETING.match(said) else said
    return not rest.strip(" .!?,") or bool(_HELP.fullmatch(rest.strip(" .!?,")))


def _is_leave(line: str) -> bool:
    return is_closing(line) or all(word in _SMALL for word in _SPOKEN.findall(line.casefold()))


def _is_name(lines: list[str]) -> bool:
    return len(lines) <= 2 and all(_NAME_LINE.match(line) for line in lines)


def is_only_thanks(body: str) -> bool:
    """Return whether a short body (25 words at most) thanks and asks nothing."""
    return len(body.split(maxsplit=26)) <= 25 and "?" not in body and bool(_THANKS.search(body))


def _spaces(text: str, at: int) -> int:
    while at < len(text) and (text[at].isspace() or text[at] in ",.!"):
        at += 1
    return at
