"""How programs word the subjects of notices of absence, bounces and complaints, by language.

A person may write the same words, so each rule is anchored to the form that programs give them, and
the weak ones need a second sign: that the mail speaks as a notice speaks, or what servers attach.
"""

import re
from functools import cache

from sampark.domain.mail import Message
from sampark.mailbox import languages

_LOOK = 2_000
_REPORTED = frozenset(
    ("message/delivery-status", "message/global-delivery-status", "text/rfc822-headers")
)
# A colon, a bracket or the end must follow: "Automatic reply: Plan", but not "automatic reply to".
_END = r"\s?(?:[:\uff1a(\[\]]|$|[-\u2013] )"
# Notes and Domino name the person and the day.
_NAMED_AWAY = re.compile(
    r"auto\s?:\s.{0,120}(?:out of (?:the )?office|au(?:ß|ss)er haus|abwesend|absent|fuori ufficio|ausente"
    r"|afwezig|returning|wieder (?:da|im)|retour le|ruckkehr)"
    r"|.{1,80} (?:is|will be) out of the office\.? ?(?:\((?:returning|until|from)|until \d|$)"
)
_SURE_BOUNCE = re.compile(
    r"(?:undelivered mail returned to sender|delivery status notification\s?\((?:failure|delay|fehlgeschlagen)\)"
    r"|mail delivery failed\s?: returning message to sender"
    r"|returned mail\s?: (?:see transcript for details|user unknown)"
    r"|warning: message \S{3,40} delayed.{0,30}|warning: could not send message for.{0,60})$"
)
_COMPLAINT = re.compile(
    r"complaint about message from \[?[\d.:a-f]{3,45}\]?$|e-?mail feedback report for ip \S+"
    r"|(?:\[?(?:arf|fbl|feedback loop)\]?)\s?(?:complaint|report)\b"
)
# Folded text has no accents.
_CODE = re.compile(
    r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\d.@-])[45][0-5]\d[ -](?!\d)"
    r"|smtp error|(?:could|can) ?not be delivered|could(?:n't| not) deliver|user unknown|unknown user"
    r"|delivery (?:failed|to the following)|did not reach|undeliverable|mailbox (?:is )?full|no such user"
    r"|over quota|unable to deliver|nicht zugestellt|n'a pas pu etre|no (?:se )?ha podido (?:ser )?entreg"
    r"|non (?:e stato )?(?:possibile )?(?:consegn|recapit)|nao (?:foi|pode) (?:possivel )?(?:ser )?entreg"
    r"|не (?:было |может быть )?доставлен|配信|无法(?:投递|送达)|退信"
)


def absent(message: Message) -> bool:
    """Whether the subject is that of an automatic answer, with a second sign where it is weak."""
    subject = languages.folded(message.subject)
    if _sure().match(subject) or _NAMED_AWAY.match(subject):
        return True
    return _weak().match(subject) is not None and _speaks_as_notice(message)


def bounced(message: Message) -> bool:
    """Whether the subject is that of a bounce; a weak one counts with what servers attach to it."""
    subject = languages.folded(message.subject)
    if _SURE_BOUNCE.match(subject):
        return True
    attached = _attached(message)
    returned = attached & _REPORTED or ("message/rfc822" in attached and tells_of_failure(message))
    return bool(returned) and names_bounce(message)


def names_bounce(message: Message) -> bool:
    """Whether the subject begins as that of a bounce may; a person may write that too."""
    return _bounce().match(languages.folded(message.subject)) is not None


def tells_of_failure(message: Message) -> bool:
    """Whether the first words name a code of a mail server or say that a mail did not arrive."""
    if _attached(message) & _REPORTED:
        return True
    return _CODE.search(languages.folded(message.text[:_LOOK])) is not None


def complains(message: Message) -> bool:
    """Whether a provider passes on that somebody marked a mail as unwanted."""
    subject = languages.folded(message.subject)
    return "message/rfc822" in _attached(message) and _COMPLAINT.match(subject) is not None


def _attached(message: Message) -> set[str]:
    """The declared types of what the mail itself carries."""
    return {item.declared_type for item in message.attachments if "." not in item.handle}


def _speaks_as_notice(message: Message) -> bool:
    """Whether it begins as notices do: thanks for a mail that was not asked for, or says when back."""
    head = languages.folded(message.text.strip()[:300])
    return re.search(languages.bare("notice"), head) is not None


@cache
def _sure() -> re.Pattern[str]:
    return re.compile(rf"[\[(*]{{0,2}}(?:{languages.bare('away')})[\])*]{{0,2}}{_END}")


@cache
def _weak() -> re.Pattern[str]:
    return re.compile(
        rf"(?:auto\s?:\s*)?[\[(*]{{0,2}}(?:{languages.bare('absent')})[\])*]{{0,2}}{_END}|auto\s?:"
    )


@cache
def _bounce() -> re.Pattern[str]:
    return re.compile(rf"[\[(*]{{0,3}}(?:{languages.bare('bounced')})[\])*]{{0,3}}{_END}")
