"""Listen to the mailboxes: take mail in, then start one workflow for each.

The mail is durable before its workflow starts; a start repeated after a crash attaches to the
workflow of the same id. So a mail is neither lost nor handled twice.
"""

import asyncio

import structlog
from dbos import DBOS, SetWorkflowID

from sampark.domain.base import AccountId
from sampark.domain.mail import MailRef
from sampark.errors import MailboxError, ReconnectNeeded
from sampark.mailbox.sync import sync
from sampark.workflow.dialogue import TOPIC
from sampark.workflow.handle_message import handle_message
from sampark.workflow.inbox import Inbox
from sampark.workflow.services import services

log = structlog.get_logger(__name__)

# Enough to keep two cores busy; each mail in flight holds its parsed self in memory.
IN_FLIGHT = 16
LONGEST_PAUSE = 60.0


class Listener:
    """Polls every mailbox, `every` seconds apart, on the engine's loop."""

    def __init__(self, *, every: float) -> None:
        self._every = every
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._handling: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as group:
            for account in services().mailboxes:
                group.create_task(self._listen(account))

    async def resume(self) -> None:
        """Start the workflow of every mail that has no outcome yet."""
        for ref in await asyncio.to_thread(services().store.mails.unfinished):
            await self._start(ref)

    async def sync_once(self, account: AccountId) -> int:
        """Take in what is new in one mailbox and start on it; return how many mails that were."""
        here = services()
        refs = await asyncio.to_thread(
            sync, here.mailboxes[account], Inbox(here.store), clock=here.clock
        )
        for ref in refs:
            await self._start(ref)
        return len(refs)

    async def _listen(self, account: AccountId) -> None:
        pause = self._every
        while True:
            try:
                await self.sync_once(account)
                pause = self._every
            except ReconnectNeeded as error:
                await asyncio.to_thread(self._needs_reconnecting, account, error)
                return
            except MailboxError as error:
                pause = min(max(pause, 0.5) * 2, LONGEST_PAUSE)
                log.warning("mailbox not reached", account=account, problem=error.problem)
            await asyncio.sleep(pause)

    async def _start(self, ref: MailRef) -> None:
        await self._slots.acquire()
        task = asyncio.create_task(self._handle(ref))
        self._handling.add(task)
        task.add_done_callback(self._handling.discard)

    async def _handle(self, ref: MailRef) -> None:
        try:
            with SetWorkflowID(ref.key):
                handle = await DBOS.start_workflow_async(handle_message, ref)
            await handle.get_result()
        finally:
            self._slots.release()

    @staticmethod
    def _needs_reconnecting(account: AccountId, error: ReconnectNeeded) -> None:
        store = services().store
        store.accounts.set_state(account, "reconnect needed")
        store.events.add(None, "account.reconnect", {"account": account, "problem": error.problem})
        log.error("account needs reconnecting", account=account)


async def wake_due() -> None:
    """Wake every wait whose moment has come by our own clock."""
    here = services()
    for row in await asyncio.to_thread(here.store.waits.due, here.clock.now()):
        await DBOS.send_async(row.workflow_id, "due", TOPIC)
