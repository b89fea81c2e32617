"""How one mailbox stands: what its looks came to, told to the store where it is news."""

import structlog

from sampark.domain.base import AccountId
from sampark.errors import ReconnectNeeded, SamparkError
from sampark.storage.rows import AccountState
from sampark.workflow.durable import in_thread
from sampark.workflow.services import services

log = structlog.get_logger(__name__)


class Standing:
    """Tells the store of one mailbox. Only changes are written."""

    def __init__(self, account: AccountId) -> None:
        self._account = account
        # What a process before this one left is mended by the first look that succeeds.
        self._troubled = True

    async def read(self) -> None:
        """Note that the mailbox was read."""
        store = services().store
        await in_thread(store.accounts.note_read, self._account)
        await self._become("connected")
        if self._troubled:
            await in_thread(store.troubles.mend, "unread", self._account)
            self._troubled = False

    async def unread(self, error: SamparkError) -> None:
        """Note that it could not be read; a grant that is gone is logged once."""
        if not isinstance(error, ReconnectNeeded):
            self._troubled = True
            note = services().store.troubles.note
            await in_thread(note, "unread", self._account, error.problem)
        elif await self._become("reconnect needed"):
            log.warning("mailbox lost", account=self._account, problem=error.problem)

    async def _become(self, state: AccountState) -> bool:
        """Note the state; return whether it is another than before, and not for good."""
        accounts = services().store.accounts
        known = (await in_thread(accounts.get, self._account)).state
        if known in {state, "disconnected"}:
            return False
        await in_thread(accounts.set_state, self._account, state)
        return True
