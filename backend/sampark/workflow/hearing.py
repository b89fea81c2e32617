"""Hear what Gmail tells of its mailboxes, and keep it telling.

A hint only says where to look: it wakes the listener, and is let go. Whatever becomes of it, the
mailboxes are also looked at from time to time, so that a hint that never came loses nothing.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from sampark.domain.base import AccountId
from sampark.errors import MailboxError, SamparkError
from sampark.mailbox.hints import Subscription, pushed
from sampark.mailbox.push import PushCheck, PushRefused
from sampark.storage.rows import AccountRow
from sampark.workflow.durable import in_thread
from sampark.workflow.listen import Listener
from sampark.workflow.services import services

log = structlog.get_logger(__name__)

RENEW = timedelta(days=6)
"""A watch lasts seven days, and Google advises to renew it daily: one with less left is renewed."""

LOOK_EVERY = 600.0
"""Seconds between looks at whether a watch must be renewed; so often too after a refusal."""

LASTING = 2.0
"""A pause, in seconds, that only follows several failures in a row: a lasting trouble."""

_LONGEST_PAUSE = 60.0


class Hearing:
    """Gmail's hints, pulled or pushed.

    Args:
        listener: Is told which mailbox has news.
        topic: The Pub/Sub topic that Gmail tells: "projects/PROJECT/topics/NAME".
        subscribe: Opens what is pulled, with a grant that allows it now; None pulls nothing.
        check: Judges pushes; without it none is taken.
    """

    def __init__(
        self,
        listener: Listener,
        *,
        topic: str,
        subscribe: Callable[[], Subscription] | None = None,
        check: PushCheck | None = None,
    ) -> None:
        self._listener = listener
        self._topic = topic
        self._subscribe = subscribe
        self._subscription: Subscription | None = None
        self._check = check
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = asyncio.Event()
        self._anew = threading.Event()
        self._anew.set()
        self._ended = threading.Event()

    async def run(self) -> None:
        """Hear until cancelled, on the engine's loop."""
        self._loop = asyncio.get_running_loop()
        if self._subscribe is not None:
            # The server holds a pull for a minute or more: at the end nobody waits for this thread.
            threading.Thread(target=self._pull, name="sampark-hints", daemon=True).start()
        while True:
            try:
                await self.renew()
            except Exception as error:  # noqa: BLE001 - the process edge of the watches
                log.warning("watches not looked at", error=type(error).__name__)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), LOOK_EVERY)
            self._changed.clear()

    def look(self) -> None:
        """Look at watches and hints anew: mailboxes came or went. Call it on the engine's loop."""
        self._changed.set()
        self._anew.set()

    def stop(self) -> None:
        """Hear no more."""
        self._ended.set()
        self._anew.set()
        if self._subscription is not None:
            self._subscription.close()

    async def renew(self) -> None:
        """Renew the watches that need it, the one that ends first before the others.

        One that cannot be is told as an event and in the log; the others are renewed all the same.
        """
        here = services()
        rows = await in_thread(here.store.accounts.all)
        for row in _ending_first(rows, here.clock.now()):
            if row.account in here.mailboxes:
                await in_thread(self._watch, row.account)

    def push(self, authorization: str, body: bytes) -> None:
        """Take a pushed hint; garbage and unknown mailboxes change nothing.

        Raises:
            PushRefused: It does not prove to come from our subscription.
            MailboxError: That cannot be checked now.
        """
        if self._check is None:
            raise PushRefused("No pushes are expected here.")
        self._check.check(authorization)
        account = pushed(body)
        self._hear([account] if account is not None else [])

    def _watch(self, account: AccountId) -> None:
        here = services()
        try:
            until = here.mailbox(account).watch(self._topic)
        except MailboxError as error:
            here.store.events.add(
                None, "watch.failed", {"account": account, "problem": error.problem}
            )
            here.store.troubles.note("watch", account, error.problem)
            log.error("watch not renewed", account=account, problem=error.problem)  # noqa: TRY400 - told above
        else:
            here.store.accounts.set_watch(account, until)
            here.store.troubles.mend("watch", account)

    def _pull(self) -> None:
        """Pull for ever: whatever goes wrong is tried again, ever more rarely."""
        pause, problem, troubles = 0.0, "", services().store.troubles
        while True:
            self._anew.wait(pause)
            if self._ended.is_set():
                return
            try:
                if pause > LASTING:
                    troubles.note("hints", "", problem)
                self._pull_once(self._opened())
                if not self._ended.is_set():
                    troubles.mend("hints", "")
                pause = 0.0
            except SamparkError as error:
                pause, problem = min(max(pause, 0.5) * 2, _LONGEST_PAUSE), error.problem
                if not self._ended.is_set():
                    log.warning("hints not pulled", problem=problem, wait=pause)

    def _opened(self) -> Subscription:
        """Return what is pulled; opened anew after mailboxes came or went: the grant may be gone."""
        assert self._subscribe is not None
        before = self._subscription
        if before is not None and not self._anew.is_set():
            return before
        self._anew.clear()
        if before is not None:
            self._subscription = None
            before.close()
        self._subscription = fresh = self._subscribe()
        return fresh

    def _pull_once(self, subscription: Subscription) -> None:
        found = subscription.pull()
        self._hear(found.accounts)
        if found.ack_ids:
            subscription.acknowledge(found.ack_ids)

    def _hear(self, accounts: Iterable[AccountId]) -> None:
        """Wake the listener for those of the mailboxes that are ours."""
        if self._loop is None or self._ended.is_set():
            return
        for account in accounts:
            if account in services().mailboxes:
                self._loop.call_soon_threadsafe(self._listener.nudge, account)


def _ending_first(rows: Iterable[AccountRow], now: datetime) -> list[AccountRow]:
    """Return the accounts whose watch is to be renewed, the most urgent first."""
    ends = {row.account: row.watch_expires_at or now for row in rows}
    due = [row for row in rows if row.state == "connected" and ends[row.account] - now <= RENEW]
    return sorted(due, key=lambda row: ends[row.account])
