"""Listen to the mailboxes: take mail in, then start one workflow for each.

The mail is durable before its workflow starts; a start repeated after a crash attaches to the
workflow of the same id. So a mail is neither lost nor handled twice.
"""

import asyncio
from collections.abc import Sequence

import structlog
from dbos import DBOS, SetWorkflowID

from sampark.domain.base import AccountId
from sampark.domain.mail import MailRef
from sampark.errors import ReconnectNeeded, SamparkError
from sampark.mailbox.refusals import Passing
from sampark.mailbox.sync import sync
from sampark.storage.rows import AccountState
from sampark.workflow.dialogue import TOPIC
from sampark.workflow.durable import in_thread
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
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as group:
            for account in services().mailboxes:
                group.create_task(self._listen(account))

    async def resume(self) -> None:
        """Start the workflow of every mail that has no outcome yet, as slots come free."""
        refs = await in_thread(services().store.mails.unfinished)
        self._keep(asyncio.create_task(self._start_all(refs)))

    async def sync_once(self, account: AccountId) -> int:
        """Take in what is new in one mailbox and start on it; return how many mails that were."""
        here = services()
        refs = await in_thread(sync, here.mailboxes[account], Inbox(here.store), clock=here.clock)
        await self._start_all(refs)
        return len(refs)

    async def _listen(self, account: AccountId) -> None:
        """Poll one mailbox for ever: whatever goes wrong is tried again, ever more rarely."""
        pause = self._every
        known: AccountState | None = None
        while True:
            state: AccountState | None = "connected"
            try:
                await self.sync_once(account)
                pause = self._every
            except Exception as error:  # noqa: BLE001 - the process edge of a mailbox
                pause = _longer(pause, error)
                state = "reconnect needed" if isinstance(error, ReconnectNeeded) else known
                log.warning("mailbox not read", account=account, problem=_told(error), wait=pause)
            if state is not None and state != known:
                known = state
                await in_thread(services().store.accounts.set_state, account, state)
            await asyncio.sleep(pause)

    async def _start_all(self, refs: Sequence[MailRef]) -> None:
        for ref in refs:
            await self._slots.acquire()
            self._keep(asyncio.create_task(self._handle(ref)))

    async def _handle(self, ref: MailRef) -> None:
        try:
            with SetWorkflowID(ref.key):
                handle = await DBOS.start_workflow_async(handle_message, ref)
            await handle.get_result()
        except Exception as error:  # noqa: BLE001 - the process edge of a mail
            log.error("mail not handled", mail=ref.key, error=type(error).__name__)  # noqa: TRY400 - a trace may quote a mail
        finally:
            self._slots.release()

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)


def _longer(pause: float, error: Exception) -> float:
    """Return how long to wait after a failure: twice as long as before, and as Gmail asked."""
    asked = error.retry_after if isinstance(error, Passing) else None
    return min(max(pause, 0.5) * 2 if asked is None else max(pause, asked), LONGEST_PAUSE)


def _told(error: Exception) -> str:
    return error.problem if isinstance(error, SamparkError) else type(error).__name__


async def wake_due() -> None:
    """Wake every wait whose moment has come by our own clock."""
    here = services()
    for row in await in_thread(here.store.waits.due, here.clock.now()):
        await DBOS.send_async(row.workflow_id, "due", TOPIC)
