"""Keep what runs in step with the mailboxes that are connected, and note what they use.

Mailboxes are connected and disconnected by a command, in a process of its own: the store is where
it is heard of.
"""

import asyncio
from datetime import datetime, timedelta

import structlog

from sampark.domain.base import AccountId
from sampark.mailbox.connected import Mailboxes
from sampark.workflow.durable import in_thread
from sampark.workflow.hearing import Hearing
from sampark.workflow.listen import Listener
from sampark.workflow.services import services

log = structlog.get_logger(__name__)

LOOK_EVERY = 2.0
"""Seconds between looks at which mailboxes are connected."""

NOTE_EVERY = timedelta(minutes=1)
"""How often the units that were drawn of the quota are noted."""


class Roster:
    """Follows the mailboxes of the store, on the engine's loop.

    Args:
        listener: Is told who came and who went.
        hearing: The same, where Gmail tells of news.
        mailboxes: Are opened and left; without them those that run stay as they are.
    """

    def __init__(
        self,
        listener: Listener,
        *,
        hearing: Hearing | None = None,
        mailboxes: Mailboxes | None = None,
    ) -> None:
        self._listener = listener
        self._hearing = hearing
        self._mailboxes = mailboxes
        self._noted_at: datetime | None = None
        self._noted: dict[AccountId, int] = {}

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the process edge of the roster
                log.warning("mailboxes not looked up", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Take up who was connected, again or for the first time, and let go who no longer is."""
        if self._mailboxes is not None:
            grants = await in_thread(services().store.accounts.grants)
            changed = await in_thread(self._mailboxes.follow, grants)
            for account in sorted(changed):
                log.info(
                    "mailbox taken up" if account in grants else "mailbox let go", account=account
                )
            if changed:
                self._listener.follow(changed)
            if changed and self._hearing is not None:
                self._hearing.look()
        await in_thread(self._note_units)

    def _note_units(self) -> None:
        here = services()
        now = here.clock.now()
        if self._noted_at is not None and now - self._noted_at < NOTE_EVERY:
            return
        self._noted_at = now
        for account, gmail in here.mailboxes.items():
            if (quota := gmail.quota) is None:
                continue
            total = quota.total
            here.store.accounts.note_units(
                account,
                minute=quota.used(),
                limit=quota.per_minute,
                drawn=total - self._noted.get(account, 0),
            )
            self._noted[account] = total
