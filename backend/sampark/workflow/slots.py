"""How many mails of each mailbox are worked on at once."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sampark.domain.base import AccountId


@dataclass
class _Lane:
    busy: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque[asyncio.Future[None]])


class Slots:
    """Lets mails of each mailbox in, in the order they came. Belongs to one event loop.

    Args:
        share: Returns how many slots each mailbox has just now: mailboxes come and go.
    """

    def __init__(self, share: Callable[[], int]) -> None:
        self._share = share
        self._lanes: dict[AccountId, _Lane] = {}

    @asynccontextmanager
    async def one(self, account: AccountId) -> AsyncGenerator[None]:
        """Wait for a slot of the mailbox, and hold it."""
        lane = self._lanes.setdefault(account, _Lane())
        ticket = asyncio.get_running_loop().create_future()
        lane.waiting.append(ticket)
        self._let_in(lane)
        try:
            await ticket
            yield
        finally:
            # A ticket that was never taken up was cancelled, and holds nothing.
            if ticket.done() and not ticket.cancelled():
                lane.busy -= 1
                self._let_in(lane)

    def shared_anew(self) -> None:
        """Let in who may enter now that the share has changed."""
        for lane in self._lanes.values():
            self._let_in(lane)

    def _let_in(self, lane: _Lane) -> None:
        while lane.waiting and lane.busy < self._share():
            ticket = lane.waiting.popleft()
            if not ticket.done():
                lane.busy += 1
                ticket.set_result(None)
