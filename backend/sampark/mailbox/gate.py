"""The requester gate: who really wrote a mail, and whether that person may ask anything.

Pure: headers and settings in, a verdict with its reason out. Deny by default; no reason quotes a mail.
"""

from sampark.domain.base import Frozen
from sampark.domain.mail import Address, Message
from sampark.domain.verdict import Allowed, Ignored, Refused, SenderVerdict
from sampark.mailbox import auth_results, automated
from sampark.mailbox.addresses import is_plain

MARKER = "X-Sampark-Key"


class GateSettings(Frozen):
    """Whom the gate lets in.

    Attributes:
        requesters: exact addresses (no plus or dot folding), or "@domain" for one exact domain.
        own: the connected account and its aliases.
        authserv_id: the name under which the receiving server signs Authentication-Results.
        own_sent: this mail lies in the account's SENT mail. Gmail puts no Authentication-Results on a
            mail that somebody sends to himself; this label is the proof in their place. It belongs to
            one mail: `settings.model_copy(update={"own_sent": "SENT" in arrival.labels})`.
    """

    requesters: tuple[str, ...]
    own: tuple[str, ...]
    authserv_id: str = "mx.google.com"
    own_sent: bool = False

    def allows(self, address: Address) -> bool:
        """Whether an address is on the allow-list, in any case of letters."""
        allowed = {requester.strip().lower() for requester in self.requesters}
        return address.key in allowed or f"@{address.key.rpartition('@')[2]}" in allowed

    def is_own(self, address: Address) -> bool:
        """Whether an address is the account's own or one of its aliases."""
        return address.key in {own.strip().lower() for own in self.own}


def judge(message: Message, settings: GateSettings) -> SenderVerdict:
    """Say whether a mail may ask for anything.

    In order: one From with one plain address; the topmost Authentication-Results, from the receiving
    server, with exactly one DMARC result, a pass for the domain of From; the allow-list; automated and
    resent mail; our own mail. A person who mails himself from the account is let in by `own_sent`.
    """
    sender = message.sender
    if sender is None or len(list(message.all_headers("from"))) != 1:
        return Refused(reason="The mail does not have one From header with one plain address.")
    if not is_plain(sender.email):
        return Refused(reason="The address in From is not a plain ASCII address.")
    is_own = settings.is_own(sender)
    if is_own and message.header(MARKER) is not None:
        return Ignored(reason="It is this system's own mail: it carries the marker header.")
    if not (is_own and settings.own_sent):
        refusal = _unproven(message, sender, settings.authserv_id)
        if refusal is not None:
            return Refused(reason=refusal)
    if not settings.allows(sender):
        if is_own:
            return Ignored(
                reason="It was sent from the account itself, which is not an allowed requester."
            )
        return Refused(reason="The sender is not on the list of allowed requesters.")
    ignorable = _ignorable(message)
    if ignorable is not None:
        return Ignored(reason=ignorable)
    return Allowed(reason=_allowance(sender, settings, by_label=is_own and settings.own_sent))


def is_automated(message: Message) -> bool:
    """Whether a program wrote a mail: a bounce, a report, an automatic answer, a list."""
    return automated.reason(message) is not None


def flags(message: Message, settings: GateSettings) -> tuple[str, ...]:
    """Return what a person should know of an allowed mail: answers asked to go elsewhere, a borrowed name."""
    found: list[str] = []
    sender = message.sender
    others = [
        address for address in message.reply_to if sender is None or address.key != sender.key
    ]
    if any(not settings.allows(address) for address in others):
        found.append("Reply-To names an address that is not an allowed requester; it is not used.")
    if sender is not None and "@" in sender.name and sender.key not in sender.name.lower():
        found.append("The display name shows another address than the sender's.")
    return tuple(found)


def _unproven(message: Message, sender: Address, authserv_id: str) -> str | None:
    """Why the sender's domain is not proven; None if it is."""
    topmost = message.header("authentication-results")
    if topmost is None:
        return "The mail has no Authentication-Results."
    try:
        found = auth_results.read(topmost)
    except auth_results.Unreadable as odd:
        return f"The topmost Authentication-Results cannot be read: {odd}."
    if found.authserv_id != authserv_id:
        return "The topmost Authentication-Results is not from the receiving server."
    dmarc = found.of("dmarc")
    if len(dmarc) != 1:
        return f"The topmost Authentication-Results has {len(dmarc)} DMARC results, not one."
    if dmarc[0].outcome == "temperror":
        return "DMARC could not be checked for a passing reason; the mail may be sent again."
    if dmarc[0].outcome != "pass":
        return "DMARC did not pass."
    if dmarc[0].properties.get("header.from", "") != sender.email.rpartition("@")[2]:
        return "DMARC passed for another domain than that of From."
    return None


def _ignorable(message: Message) -> str | None:
    if message.header(MARKER) is not None:
        return "It is this system's own mail: it carries the marker header."
    if any(header.name.lower().startswith("resent-") for header in message.headers):
        return "It was resent by somebody else (Resent headers)."
    return automated.reason(message)


def _allowance(sender: Address, settings: GateSettings, *, by_label: bool) -> str:
    listed = {requester.strip().lower() for requester in settings.requesters}
    rule = "the exact address" if sender.key in listed else "the domain"
    proof = "it lies in the account's own SENT mail" if by_label else "DMARC passed for its domain"
    return f"The allow-list names {rule} of the sender, and {proof}."
