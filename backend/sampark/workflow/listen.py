"""Listen to the mailboxes: take mail in, then start one workflow for each.

The mail is durable before its workflow starts; a start repeated after a crash attaches to the
workflow of the same id. So a mail is neither lost nor handled twice.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import structlog
from dbos import DBOS, SetWorkflowID
from pydantic import JsonValue

from sampark.domain.base import AccountId, ThreadId
from sampark.domain.mail import MailRef
from sampark.errors import ReconnectNeeded, SamparkError
from sampark.mailbox import sync
from sampark.workflow.durable import in_thread
from sampark.workflow.handle_message import handle_message
from sampark.workflow.inbox import Inbox
from sampark.workflow.rhythm import Rhythm
from sampark.workflow.routing import task_id
from sampark.workflow.services import services
from sampark.workflow.slots import Slots
from sampark.workflow.standing import Standing
from sampark.workflow.telling import tell, workflow_id

log = structlog.get_logger(__name__)

# Enough to keep two cores busy; each mail in flight holds its parsed self in memory.
IN_FLIGHT = 16
SWEEP_EVERY = timedelta(minutes=15)
SWEEP_BACK = timedelta(days=2)
# How long it is told that a sweep found what had been missed.
MISSED_FOR = timedelta(days=1)
# How soon an account that was connected again is noticed.
LOOK_FOR_GRANT = 5.0


class Listener:
    """Polls every connected mailbox, `every` seconds apart, on the engine's loop.

    The accounts share the process evenly: each has its own slots, its own pauses and its own
    failures.
    """

    def __init__(self, *, every: float) -> None:
        self._every = every
        self._slots = Slots(_share)
        self._news: dict[AccountId, asyncio.Event] = {}
        self._listening: set[AccountId] = set()
        self._swept_at: dict[AccountId, datetime] = {}
        self._changed = asyncio.Event()
        self._turns: WeakValueDictionary[tuple[AccountId, ThreadId], asyncio.Lock] = (
            WeakValueDictionary()
        )
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Listen until cancelled, to whichever mailboxes are connected."""
        async with asyncio.TaskGroup() as group:
            while True:
                for account in {*services().mailboxes} - self._listening:
                    self._listening.add(account)
                    group.create_task(self._listen(account))
                await self._changed.wait()
                self._changed.clear()

    def follow(self, changed: Iterable[AccountId]) -> None:
        """Begin and end listening: these mailboxes came or went. Call it on the engine's loop."""
        for account in changed:
            self.nudge(account)
        self._slots.shared_anew()
        self._changed.set()

    async def resume(self) -> None:
        """Start the workflow of every mail that has no outcome yet, as slots come free.

        Those of one thread follow each other, oldest first.
        """
        await self._start(await in_thread(services().store.mails.unfinished))

    async def sync_once(self, account: AccountId) -> int:
        """Take in what is new in one mailbox and start on it; return how many mails that were."""
        here = services()
        return await self._take_in(
            sync.sync(here.mailbox(account), Inbox(here.store), clock=here.clock)
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
            sync.sweep(here.mailbox(account), Inbox(here.store), since=since, until=until)
        )
        detail: dict[str, JsonValue] = {"account": account, "repaired": found}
        await in_thread(here.store.events.add, None, "mailbox.swept", detail)
        troubles = here.store.troubles
        if found:
            log.error("mail had been missed", account=account, mails=found)
            await in_thread(troubles.note, "missed", account, f"{found:,}")
        else:
            await in_thread(troubles.mend, "missed", account, older=MISSED_FOR)
        return found

    def nudge(self, account: AccountId) -> None:
        """Look at a mailbox now: Gmail told of news. Call it on the engine's loop."""
        self._news_of(account).set()

    async def _listen(self, account: AccountId) -> None:
        """Poll one mailbox while it is connected: what goes wrong is tried again, ever more rarely.

        It ends between two looks, never within one: a mail that was stored is started on, too.
        """
        rhythm, standing = Rhythm(self._every), Standing(account)
        self._swept_at.setdefault(account, services().clock.now())
        while account in services().mailboxes:
            try:
                pause = rhythm.after(await self._look(account, standing))
                await self._sweep_if_due(account)
            except Exception as error:  # noqa: BLE001 - the process edge of a mailbox
                pause = self._after_failure(account, error, rhythm)
            if await self._news_within(account, pause):
                rhythm.nudged()
        self._listening.discard(account)

    async def _look(self, account: AccountId, standing: Standing) -> int:
        """Take in what is new, and note how the mailbox stands."""
        try:
            mails = await self.sync_once(account)
        except SamparkError as error:
            await standing.unread(error)
            raise
        await standing.read()
        return mails

    async def _sweep_if_due(self, account: AccountId) -> None:
        now = services().clock.now()
        if now - self._swept_at[account] >= SWEEP_EVERY:
            self._swept_at[account] = now
            await self.sweep_once(account)

    def _after_failure(self, account: AccountId, error: Exception, rhythm: Rhythm) -> float:
        if isinstance(error, ReconnectNeeded):
            # A refused grant is not shown to Google again: looking for a new one costs nothing.
            return min(2 * self._every, LOOK_FOR_GRANT)
        pause = rhythm.after_failure(error)
        log.warning("mailbox not read", account=account, problem=_told(error), wait=pause)
        return pause

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
        async with self._slots.one(ref.account):
            try:
                # In the order they came: a mail may go on from the one before it in its thread.
                async with turn:
                    with SetWorkflowID(ref.key):
                        handle = await DBOS.start_workflow_async(handle_message, ref)
                    await handle.get_result()
                await services().floor.left(workflow_id(task_id(ref)))
            except Exception as error:  # noqa: BLE001 - the process edge of a mail
                log.error("mail not handled", mail=ref.key, error=type(error).__name__)  # noqa: TRY400 - a trace may quote a mail

    def _news_of(self, account: AccountId) -> asyncio.Event:
        return self._news.setdefault(account, asyncio.Event())


def _share() -> int:
    """How many mails of each mailbox are worked on at once."""
    return max(2, IN_FLIGHT // max(1, len(services().mailboxes)))


def _told(error: Exception) -> str:
    return error.problem if isinstance(error, SamparkError) else type(error).__name__


async def wake_due() -> None:
    """Wake every wait whose moment has come by our own clock."""
    here = services()
    for row in await in_thread(here.store.waits.due, here.clock.now()):
        await tell(row.workflow_id, "due")
