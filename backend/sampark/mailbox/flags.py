"""What is odd about who a mail says it comes from: for the operator's eyes, no verdict.

The gate goes by proof and address alone. A person goes by the name that a mail program shows, so a
name that is borrowed is worth a word, whatever the gate said.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from sampark.domain.mail import Address, Message
from sampark.domain.verdict import Allowed, Refused, SenderVerdict
from sampark.mailbox import languages
from sampark.mailbox.gate import GateSettings

_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:@]{1,255}")

# Letters of other scripts that look like Latin ones (Unicode confusables, the common ones).
_LOOKS_LIKE = str.maketrans(
    "\u0430\u0432\u0435\u0456\u0458\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0455\u04bb\u0501\u051b\u051d"
    "\u03b1\u03b2\u03b5\u03b9\u03ba\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7\u0261\u0131\u217c",
    "abeijkmhopctyxshdqwabeikvoptuxgil",
)


def flags(
    message: Message, settings: GateSettings, verdict: SenderVerdict, names: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return what is odd about a mail's sender, each as a sentence that quotes no mail.

    Args:
        message: the mail.
        settings: what the gate went by.
        verdict: what the gate said.
        names: display names under which allowed requesters have written so far.
    """
    sender = message.sender
    return () if sender is None else tuple(_odd(message, sender, settings, verdict, names))


def _odd(
    message: Message,
    sender: Address,
    settings: GateSettings,
    verdict: SenderVerdict,
    names: Iterable[str],
) -> Iterator[str]:
    shown = {found.lower() for found in _ADDRESS.findall(_plain(sender.name))}
    if shown - {sender.key}:
        yield "The display name shows another address than the sender's."
    if isinstance(verdict, Allowed):
        if any(not settings.allows(to) for to in message.reply_to if to.key != sender.key):
            yield "Reply-To names an address that is not an allowed requester; it is not used."
    elif settings.allows(sender):
        if isinstance(verdict, Refused):
            yield "From names an allowed requester, without proof that he wrote it."
    elif _letters(sender.name) in _known(settings, names):
        yield "The display name is that of an allowed requester, whose address this is not."


def _known(settings: GateSettings, names: Iterable[str]) -> set[str]:
    """The names of requesters: those they wrote under, and those that their addresses spell."""
    spelled = (
        requester.strip().rpartition("@")[0].replace(".", " ").replace("_", " ")
        for requester in settings.requesters
    )
    return {known for name in (*names, *spelled) if (known := _letters(name)) and " " in known}


def _letters(name: str) -> str:
    """Return a name's words as they look, in an order of their own: "Rao, Asha" is "Asha Rao"."""
    looks = languages.folded(_plain(name).lower().translate(_LOOKS_LIKE))
    return " ".join(sorted(re.findall(r"\w+", looks)))


def _plain(text: str) -> str:
    """Return text without what nobody sees, in the ordinary forms of its letters."""
    seen = "".join(ch for ch in text if unicodedata.category(ch) not in {"Cf", "Cc", "Mn"})
    return unicodedata.normalize("NFKC", seen)
