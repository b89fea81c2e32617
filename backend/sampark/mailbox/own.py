"""Which addresses are the connected account's own: its mailbox and what it may send as."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from sampark.domain.base import AccountId
from sampark.domain.ports import Clock
from sampark.errors import MailboxError
from sampark.mailbox.gmail import Gmail

log = structlog.get_logger(__name__)

KNOWN_FOR = timedelta(days=1)
ASK_AGAIN_AFTER = timedelta(minutes=5)


class OwnAddresses:
    """Asks Gmail once a day for each account's send-as addresses. Safe for several threads.

    While Gmail does not tell, what it told last counts, and at first the account alone: our own
    mail is known by its marker as well.
    """

    def __init__(self, mailboxes: Mapping[AccountId, Gmail], clock: Clock) -> None:
        self._mailboxes = mailboxes
        self._clock = clock
        self._known: dict[AccountId, tuple[str, ...]] = {}
        self._ask_at: dict[AccountId, datetime] = {}
        self._turns: dict[AccountId, threading.Lock] = {}

    def of(self, account: AccountId) -> tuple[str, ...]:
        """Return the account's own addresses, the account first."""
        # A mailbox that answers slowly holds up no other.
        with self._turns.setdefault(account, threading.Lock()):
            now = self._clock.now()
            gmail = self._mailboxes.get(account)
            if gmail is not None and now >= self._ask_at.get(account, now):
                self._ask_at[account] = now + self._ask(account, gmail)
            return (account, *(each for each in self._known.get(account, ()) if each != account))

    def _ask(self, account: AccountId, gmail: Gmail) -> timedelta:
        """Ask Gmail; return how long the answer counts."""
        try:
            self._known[account] = gmail.send_as()
        except MailboxError as error:
            log.warning("send-as addresses not read", account=account, problem=error.problem)
            return ASK_AGAIN_AFTER
        return KNOWN_FOR
