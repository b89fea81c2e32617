"""How mail servers word bounces and complaints, by language.

A person may write the same words, so each rule is anchored to the form that programs give them, and
the weak ones need a second sign: what servers attach, or a text that speaks as servers speak.
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
_SURE_BOUNCE = re.compile(
    r"(?:undelivered mail returned to sender|delivery status notification\s?\((?:failure|delay|fehlgeschlagen)\)"
    r"|mail delivery failed\s?: returning message to sender"
    r"|returned mail\s?: (?:see transcript for details|user unknown)"
    r"|warning: message \S{3,40} delayed.{0,30}|warning: could not send message for.{0,60})$"
)
_COMPLAINT = re.compile(
    r"complaint about message from \[?[\d.:a-fx]{3,45}\]?$|e-?mail feedback report for ip \S+"
    r"|(?:\[?(?:arf|fbl|feedback loop)\]?)\s?(?:complaint|report)\b"
)
# Of DMARC (RFC 7489 section 7.2.1.1) and of SMTP TLS (RFC 8460 section 5.3).
_DOMAIN_REPORT = re.compile(
    r".{0,40}\breport domain\s?: .{1,260}\bsubmitter\s?: |\[.{0,40}\bdmarc (?:failure|aggregate|forensic) report\]"
)
# Folded text has no accents.
_CODE = re.compile(
    r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\d.@-])[45][0-5]\d[ :-](?!\d)"
    r"|smtp error|(?:could|can) ?not be delivered|could(?:n't| not) deliver|user unknown|unknown user"
    r"|delivery (?:failed|to the following)|did not reach|undeliverable|mailbox (?:is )?full|no such user"
    r"|not (?:yet )?been delivered|n(?:ot|'t) able to deliver|has been returned|no longer valid|not recognized"
    r"|invalid (?:final )?(?:delivery )?(?:userid|recipient|address)|exceeds allowed size|no valid recipients"
    r"|automatically rejected|quota exceeded|unknown host|over quota|unable to deliver"
    r"|nicht zugestellt|n'a pas pu etre|no (?:se )?ha podido (?:ser )?entreg"
    r"|non (?:e stato )?(?:possibile )?(?:consegn|recapit)|nao (?:foi|pode) (?:possivel )?(?:ser )?entreg"
    r"|не (?:было |может быть )?доставлен|配信|无法(?:投递|送达)|退信"
)
# A gateway without the manners of servers: its subject names a failure anywhere, its text begins as
# none of a person does, and the addresses stand on lines of their own.
_FAILURE = re.compile(
    r"(?!(?:fwd?|wg|tr|rv|i)\s?:).*\b(?:(?:mail|message|delivery|transport)\b.{0,30}\b(?:fail\w*|error|warning|delay\w*)"
    r"|(?:fail\w*|returned|non-?deliver\w*|undeliver\w*)\b|non remis|unzustellbar)"
)
_POSTPONED = re.compile(
    r"has been (?:postponed|delayed|returned)|failed recipient|not (?:yet )?been delivered"
)
_VOICE = re.compile(
    r"[\W_]*(?:non-?delivery report|your (?:message|mail|e-?mail)\b"
    r"|the (?:following |attached )?(?:message|mail|e-?mail)\b|delivery (?:of|to)\b"
    r"|failed recipient|could not deliver|unable to deliver|this is an? (?:advisory|automat)"
    r"|votre message|ihre nachricht|su mensaje|il (?:suo )?messaggio|a sua mensagem|message (?:from|to)\b)"
)
_LISTED = re.compile(
    r"(?m)^[ \t\"'<(*-]{0,8}[\w.+=-]{1,64}@[\w.-]{1,200}[\"'>)]{0,2}[ \t]*(?:$|[:;<])|failed recipient\(?s?\)?:? \S+@"
)


def bounced(message: Message) -> bool:
    """Whether the subject is that of a bounce; a weak one counts with what servers attach to it."""
    subject = languages.folded(message.subject)
    if _SURE_BOUNCE.match(subject):
        return True
    attached = _attached(message)
    returned = attached & _REPORTED or ("message/rfc822" in attached and tells_of_failure(message))
    return (bool(returned) and names_bounce(message)) or _speaks_as_server(message)


def names_bounce(message: Message) -> bool:
    """Whether the subject begins as that of a bounce may; a person may write that too."""
    return _bounce().match(languages.folded(message.subject)) is not None


def names_failure(message: Message) -> bool:
    """Whether the subject speaks of a failure anywhere, as it may in a person's mail."""
    return _FAILURE.match(languages.folded(message.subject)) is not None


def tells_of_failure(message: Message) -> bool:
    """Whether the first words name a code of a mail server or say that a mail did not arrive."""
    if _attached(message) & _REPORTED:
        return True
    return _CODE.search(languages.folded(message.text[:_LOOK])) is not None


def complains(message: Message) -> bool:
    """Whether a provider reports on mail of a domain, or that somebody marked one as unwanted."""
    subject = languages.folded(message.subject)
    if _DOMAIN_REPORT.match(subject) is not None:
        return True
    return "message/rfc822" in _attached(message) and _COMPLAINT.match(subject) is not None


def _attached(message: Message) -> set[str]:
    """The declared types of what the mail itself carries."""
    return {item.declared_type for item in message.attachments if "." not in item.handle}


def _speaks_as_server(message: Message) -> bool:
    head = languages.folded(message.text[:_LOOK])
    # Servers ask nothing.
    asks = re.search(r"\?(?:\s|$)", head[:600]) is not None
    if asks or not names_failure(message) or _VOICE.match(head) is None:
        return False
    return _LISTED.search(head) is not None and (
        _CODE.search(head) is not None or _POSTPONED.search(head) is not None
    )


@cache
def _bounce() -> re.Pattern[str]:
    return re.compile(rf"[\[(*]{{0,3}}(?:{languages.bare('bounced')})[\])*]{{0,3}}{_END}")
