"""Listen to the mailboxes: take mail in, then start one workflow for each.

The mail is durable before its workflow starts; a start repeated after a crash attaches to the
workflow of the same id. So a mail is neither lost nor handled twice.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import timedelta
from weakref import WeakValueDictionary

import structlog
from dbos import DBOS, SetWorkflowID
from pydantic import JsonValue

from sampark.domain.base import AccountId, ThreadId
from sampark.domain.mail import MailRef
from sampark.errors import ReconnectNeeded, SamparkError
from sampark.mailbox import sync
from sampark.storage.rows import AccountState
from sampark.workflow.dialogue import TOPIC, workflow_id
from sampark.workflow.durable import in_thread
from sampark.workflow.handle_message import handle_message
from sampark.workflow.inbox import Inbox
from sampark.workflow.rhythm import Rhythm
from sampark.workflow.routing import task_id
from sampark.workflow.services import services

log = structlog.get_logger(__name__)

# Enough to keep two cores busy; each mail in flight holds its parsed self in memory.
IN_FLIGHT = 16
SWEEP_EVERY = timedelta(minutes=15)
SWEEP_BACK = timedelta(days=2)
# How soon an account that was connected again is noticed.
LOOK_FOR_GRANT = 5.0


class Listener:
    """Polls every mailbox, `every` seconds apart, on the engine's loop.

    The accounts share the process evenly: each has its own slots, its own pauses and its own
    failures.
    """

    def __init__(self, *, every: float) -> None:
        self._every = every
        self._slots: dict[AccountId, asyncio.Semaphore] = {}
        self._news: dict[AccountId, asyncio.Event] = {}
        self._turns: WeakValueDictionary[tuple[AccountId, ThreadId], asyncio.Lock] = (
            WeakValueDictionary()
        )
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as group:
            for account in services().mailboxes:
                group.create_task(self._listen(account))

    async def resume(self) -> None:
        """Start the workflow of every mail that has no outcome yet, as slots come free."""
        await self._start(await in_thread(services().store.mails.unfinished))

    async def sync_once(self, account: AccountId) -> int:
        """Take in what is new in one mailbox and start on it; return how many mails that were."""
        here = services()
        return await self._take_in(
            sync.sync(here.mailboxes[account], Inbox(here.store), clock=here.clock)
        )

    async def sweep_once(self, account: AccountId) -> int:
        """Sync, then look for mail of the last two days that was missed; return how many that was.

        Raises:
            MailboxError: Gmail could not be read.
        """
        here = services()
        until = here.clock.now()
        await self.sync_once(account)
        connected = (await in_thread(here.store.accounts.get, account)).added_at
        since = max(until - SWEEP_BACK, connected)
        found = await self._take_in(
            sync.sweep(here.mailboxes[account], Inbox(here.store), since=since, until=until)
        )
        detail: dict[str, JsonValue] = {"account": account, "repaired": found}
        await in_thread(here.store.events.add, None, "mailbox.swept", detail)
        if found:
            log.error("mail had been missed", account=account, mails=found)
        return found

    def nudge(self, account: AccountId) -> None:
        """Look at a mailbox now: Gmail told of news. Call it on the engine's loop."""
        self._news_of(account).set()

    async def _listen(self, account: AccountId) -> None:
        """Poll one mailbox for ever: whatever goes wrong is tried again, ever more rarely."""
        rhythm = Rhythm(self._every)
        known: AccountState | None = None
        swept = services().clock.now()
        while True:
            state: AccountState | None = "connected"
            try:
                pause = rhythm.after(await self.sync_once(account))
                await in_thread(services().store.accounts.note_read, account)
                if services().clock.now() - swept >= SWEEP_EVERY:
                    swept = services().clock.now()
                    await self.sweep_once(account)
            except ReconnectNeeded as error:
                # A refused grant is not shown to Google again: looking for a new one costs nothing.
                pause, state = min(2 * self._every, LOOK_FOR_GRANT), "reconnect needed"
                if known != state:
                    log.warning("mailbox lost", account=account, problem=_told(error))
            except Exception as error:  # noqa: BLE001 - the process edge of a mailbox
                pause, state = rhythm.after_failure(error), known
                log.warning("mailbox not read", account=account, problem=_told(error), wait=pause)
            if state is not None and state != known:
                known = state
                await in_thread(services().store.accounts.set_state, account, state)
            if await self._news_within(account, pause):
                rhythm.nudged()

    async def _news_within(self, account: AccountId, pause: float) -> bool:
        """Wait so many seconds, or until Gmail tells of news."""
        news = self._news_of(account)
        try:
            await asyncio.wait_for(news.wait(), pause)
        except TimeoutError:
            return False
        news.clear()
        return True

    async def _take_in(self, batches: Iterator[list[MailRef]]) -> int:
        """Store mail batch by batch and start on each; return how many mails that were."""
        mails = 0
        # A store that failed ends the batches early: the next look finds the rest.
        while (batch := await in_thread(next, batches, None)) is not None:
            await self._start(batch)
            mails += len(batch)
        return mails

    async def _start(self, refs: Sequence[MailRef]) -> None:
        threads = await in_thread(services().store.mails.threads, refs)
        for ref, thread in zip(refs, threads, strict=True):
            turn = self._turns.setdefault((ref.account, thread), asyncio.Lock())
            task = asyncio.create_task(self._handle(ref, turn))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _handle(self, ref: MailRef, turn: asyncio.Lock) -> None:
        async with self._slots_of(ref.account):
            try:
                # In the order they came: a mail may go on from the one before it in its thread.
                async with turn:
                    with SetWorkflowID(ref.key):
                        handle = await DBOS.start_workflow_async(handle_message, ref)
                    await handle.get_result()
                await services().floor.left(workflow_id(task_id(ref)))
            except Exception as error:  # noqa: BLE001 - the process edge of a mail
                log.error("mail not handled", mail=ref.key, error=type(error).__name__)  # noqa: TRY400 - a trace may quote a mail

    def _slots_of(self, account: AccountId) -> asyncio.Semaphore:
        share = max(2, IN_FLIGHT // max(1, len(services().mailboxes)))
        return self._slots.setdefault(account, asyncio.Semaphore(share))

    def _news_of(self, account: AccountId) -> asyncio.Event:
        return self._news.setdefault(account, asyncio.Event())


def _told(error: Exception) -> str:
    return error.problem if isinstance(error, SamparkError) else type(error).__name__


async def wake_due() -> None:
    """Wake every wait whose moment has come by our own clock."""
    here = services()
    for row in await in_thread(here.store.waits.due, here.clock.now()):
        await DBOS.send_async(row.workflow_id, "due", TOPIC)
