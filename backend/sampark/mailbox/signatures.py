"""Signatures: the delimiter, the line that a phone adds, contact lines, notices, list footers."""

import re
from collections.abc import Sequence
from functools import cache

from sampark.mailbox import contacts, languages, notices
from sampark.mailbox.lines import LOOK, Line, plain

# "Sent from my" with a few words and no sentence after it, whatever the thing is called.
_OWN = re.compile(
    r"(?:sent from my|envoye (?:de|depuis) (?:mon|ma)|enviado (?:desde|de|do) (?:mi|meu)|inviato dal mio"
    r"|verstuurd vanaf mijn|verzonden vanaf mijn|skickat fran min|sendt fra min) [^.,;:!?]{1,30}$"
)

# A line that a phone or a program adds names one of these.
_DEVICE = re.compile(
    r"i(?:phon|pad|pod|os)|android|blackberry|samsung|galaxy|smartphone|huawei|xiaomi|redmi|oneplus|nokia"
    r"|htc|sony|xperia|motorola|pixel|windows|outlook|mail|yahoo|aol|handy|mobil|telefon|phone|tablet"
    r"|nexus|macbook|\bmac\b|posteo|gmx|web\.de|proton|tutanota|thunderbird|k-9|typeapp|spark|superhuman"
    r"|mailbird|em client|newton|\bnine\b|aquamail|\bhey\b|fastmail|zoho|mailspring|canary"
    r"|手机|手機|電話|휴대"
)
_FOOTER = re.compile(
    r"(?i)mailing list|listinfo|unsubscribe|to post to this|subscribed to|google groups|yahoogroups"
    r"|checked for viruses|virus-free|virenfrei|auf viren geprüft|sin virus|sans virus"
    r"|senza virus|avast|avg\.com"
    r"|reply to this email directly|you are receiving this"
    r"|message is scanned|gescannt|list archives?"
)
_DELIMITER = re.compile(r"\s?--\s?$|\s?[\u2014\u2013]{1,12}\s?$|_{2,4}\s?$")
_SENTENCE = re.compile(r"[?!:;]$|\w{3}\.$")
_ADDRESS = re.compile(r"\s?(?:https?://|www\.)\S{3,200}\s?$")
_LONGEST = 15
_LONG_RULE = 40
_MOST_ADVERT = 6
_MOBILE_AFTER = 6
_MOBILE_LENGTH = 120
_DEVICE_BEFORE = 40


@cache
def _added() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How a line that a phone adds begins, and how it ends."""
    begins = re.compile(rf"[<\[(~\"'*_ -]{{0,3}}(?:{languages.bare('device')})")
    ends = re.compile(rf"(?:{languages.bare('device_end')})[\s.!>\])]{{0,3}}$")
    return begins, ends


def start_of(lines: Sequence[Line]) -> int | None:
    """Return where the signature of one stretch of own lines starts, None if it has none.

    `-- ` opens one whatever follows; `--`, a long dash or a short rule only if at most 15 lines
    follow which do not begin with a sentence; a phone's line only near the end of the stretch; a
    list's footer only under a rule. Contact lines and notices need no opening.
    """
    found = (_opened(lines), contacts.start_of(lines), notices.start_of(lines))
    return min((at for at in found if at is not None), default=None)


def _opened(lines: Sequence[Line]) -> int | None:
    filled = [at for at, line in enumerate(lines) if not line.blank]
    for position, at in enumerate(filled):
        text = lines[at].text
        rest = len(filled) - position - 1
        if text.rstrip(" \u00a0") == "--" and len(text) > 2:
            return at
        if rest <= _LONGEST and (
            (
                len(text) < 16
                and _DELIMITER.match(text)
                and _is_signed(lines, filled[position + 1 :])
            )
            or _is_footer(lines, filled[position:])
        ):
            return at
        # A phone's line may be followed by a real signature, and by little else; at the very top
        # of a mail it says nothing about what follows.
        if (position or not rest) and rest <= _MOBILE_AFTER and is_mobile(lines[at]):
            return at
    return None


def _is_signed(lines: Sequence[Line], below: Sequence[int]) -> bool:
    """Whether a bare delimiter has a signature under it: a name is no sentence."""
    first = lines[below[0]].text.rstrip() if below else ""
    if len(first) < 70 and (not _SENTENCE.search(first) or is_mobile(lines[below[0]])):
        return True
    return _FOOTER.search(first) is not None


def is_mobile(line: Line) -> bool:
    """Whether a line is what a phone or a program adds ("Sent from my ...")."""
    text = languages.folded(plain(line.text)).partition("<http")[0].partition("(http")[0].strip()
    if not text or len(line.text) > LOOK or len(text) > _MOBILE_LENGTH:
        return False
    begins, ends = _added()
    if not begins.match(text) and not ends.search(text):
        return False
    device = _DEVICE.search(text)
    return (device is not None and device.start() < _DEVICE_BEFORE) or _OWN.match(text) is not None


def _is_footer(lines: Sequence[Line], filled: Sequence[int]) -> bool:
    """A rule of underscores, dashes or the like with a list's or a scanner's words under it."""
    first = lines[filled[0]].text.strip()
    if len(first) < 5 or first.strip("_-=~*") or len(filled) < 2:
        return False
    # Free mailers draw a long line above an advertisement and its address.
    advert = len(first) >= _LONG_RULE and first[0] == "_" and len(filled) <= _MOST_ADVERT
    if advert and any(_ADDRESS.match(lines[at].text) for at in filled[1:]):
        return True
    if any(_FOOTER.search(lines[at].text[:LOOK]) for at in filled[1:6]):
        return True
    return contacts.are_contacts([lines[at] for at in filled[1:]])
