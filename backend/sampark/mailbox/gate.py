"""The requester gate: who really wrote a mail, and whether that person may ask anything.

Pure: headers and settings in, a verdict with its reason out. Deny by default; no reason quotes a
mail.
"""

from sampark.domain.base import Frozen
from sampark.domain.mail import Address, Message
from sampark.domain.verdict import Allowed, Ignored, Refused, SenderVerdict
from sampark.mailbox import auth_results, automated
from sampark.mailbox.addresses import is_plain

MARKER = "X-Sampark-Key"


class GateSettings(Frozen):
    """Whom the gate lets in.

    Attributes: requesters: exact addresses (no plus or dot folding), or "@domain" for one exact
    domain. own: the connected account and its aliases. authserv_id: the name under which the
    receiving server signs Authentication-Results. own_sent: this mail lies in the account's SENT
    mail. Gmail puts no Authentication-Results on a mail that somebody sends to himself; this label
    is the proof in their place. It belongs to one mail: `settings.model_copy(update={"own_sent":
    "SENT" in arrival.labels})`.
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

    In order: one From with one plain address; the topmost Authentication-Results, from the
    receiving server, with exactly one DMARC result, a pass for the domain of From; the allow-list;
    automated and resent mail; our own mail. A person who mails himself from the account is let in
    by `own_sent`.
    """
    sender = message.sender
    if sender is None or len(list(message.all_headers("from"))) != 1:
        return Refused(reason="The mail does not have one From header with one plain address.")
    if not is_plain(sender.email):
        return Refused(reason="The address in From is not a plain ASCII address.")
    return (
        _ours(message, sender, settings)
        or _unproven(message, sender, settings)
        or _unlisted(sender, settings)
        or _ignorable(message)
        or Allowed(reason=_allowance(sender, settings))
    )


def _ours(message: Message, sender: Address, settings: GateSettings) -> Ignored | None:
    if settings.is_own(sender) and message.header(MARKER) is not None:
        return Ignored(reason="It is this system's own mail: it carries the marker header.")
    return None


def _unproven(message: Message, sender: Address, settings: GateSettings) -> Refused | None:
    """The refusal of a mail whose sender's domain is not proven."""
    # Nobody but the account itself can put a mail among its SENT mail.
    if settings.is_own(sender) and settings.own_sent:
        return None
    # Only the topmost is the receiving server's own; those below came with the mail.
    topmost = message.header("authentication-results")
    if topmost is None:
        return Refused(reason="The mail has no Authentication-Results.")
    try:
        found = auth_results.read(topmost)
    except auth_results.Unreadable as odd:
        return Refused(reason=f"The topmost Authentication-Results cannot be read: {odd}.")
    if found.authserv_id != settings.authserv_id:
        return Refused(
            reason="The topmost Authentication-Results is not from the receiving server."
        )
    problem = _dmarc_problem(found.of("dmarc"), sender.email.rpartition("@")[2])
    return None if problem is None else Refused(reason=problem)


def _dmarc_problem(dmarc: tuple[auth_results.Result, ...], domain: str) -> str | None:
    if len(dmarc) != 1:
        return f"The topmost Authentication-Results has {len(dmarc)} DMARC results, not one."
    if dmarc[0].outcome == "temperror":
        return "DMARC could not be checked for a passing reason; the mail may be sent again."
    if dmarc[0].outcome != "pass":
        return "DMARC did not pass."
    if dmarc[0].properties.get("header.from", "") != domain:
        return "DMARC passed for another domain than that of From."
    return None


def _unlisted(sender: Address, settings: GateSettings) -> Ignored | Refused | None:
    if settings.allows(sender):
        return None
    if settings.is_own(sender):
        return Ignored(
            reason="It was sent from the account itself, which is not an allowed requester."
        )
    return Refused(reason="The sender is not on the list of allowed requesters.")


def _ignorable(message: Message) -> Ignored | None:
    """What an allowed requester's mailbox may send without asking anything."""
    if message.header(MARKER) is not None:
        return Ignored(reason="It carries the marker header of this system's own mail.")
    if any(header.name.lower().startswith("resent-") for header in message.headers):
        return Ignored(reason="It was resent by somebody (Resent headers).")
    rule = automated.reason(message)
    return None if rule is None else Ignored(reason=rule)


def _allowance(sender: Address, settings: GateSettings) -> str:
    listed = {requester.strip().lower() for requester in settings.requesters}
    rule = "the exact address" if sender.key in listed else "the domain"
    by_label = settings.is_own(sender) and settings.own_sent
    proof = "it lies in the account's own SENT mail" if by_label else "DMARC passed for its domain"
    return f"The allow-list names {rule} of the sender, and {proof}."
