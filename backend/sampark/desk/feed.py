"""One collector for every open screen: it reads the newest events once, and tells all listeners.

However many pages are open, the store is asked once per beat, in a thread, and nobody is told
anything while nothing happens.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from sampark.desk.queries import Queries
from sampark.desk.views import Overview
from sampark.errors import StoreError
from sampark.storage.rows import EventRow

News = tuple[EventRow, ...]
Listener = Callable[[News], None]

AGEING = 30.0
"""Seconds after which listeners are called without news, for "3 min ago" to stay true."""

_log = structlog.get_logger(__name__)


class Feed:
    """Tells listeners what happened. Belongs to one event loop.

    Args:
        ask: Where events are read.
        every: Seconds between two looks.
    """

    def __init__(self, ask: Queries, *, every: float = 0.4) -> None:
        self._ask = ask
        self._every = every
        self._listeners: dict[int, Listener] = {}
        self._number = 0
        self._overview: Overview | None = None
        self._read_at = 0.0
        self._reading = asyncio.Lock()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every batch of news, on the loop; return what ends that."""
        self._number += 1
        number = self._number
        self._listeners[number] = listener
        return lambda: self._forget(number)

    async def overview(self) -> Overview:
        """Return the state of the house, read again only when something has happened.

        Time is something too: what nobody reads for long becomes an alarm without any event.
        """
        async with self._reading:
            newest = await asyncio.to_thread(self._ask.last_event)
            old = time.monotonic() - self._read_at > AGEING / 2
            if self._overview is None or old or self._overview.seq != newest:
                self._overview = await asyncio.to_thread(self._ask.overview)
                self._read_at = time.monotonic()
            return self._overview

    async def run(self) -> None:
        """Collect until cancelled. A store that does not answer is asked again at the next beat."""
        seen, quiet = await self._newest(0), 0.0
        while True:
            await asyncio.sleep(self._every)
            quiet += self._every
            newest = await self._newest(seen)
            if newest <= seen and quiet < AGEING:
                continue
            news = await self._since(seen) if self._listeners and newest > seen else ()
            seen, quiet = news[-1].seq if news else newest, 0.0
            self._tell(news)

    async def _newest(self, seen: int) -> int:
        try:
            return await asyncio.to_thread(self._ask.last_event)
        except StoreError as error:
            _log.warning("feed.blind", problem=error.problem)
            return seen

    async def _since(self, seq: int) -> News:
        try:
            return tuple(await asyncio.to_thread(self._ask.events, seq))
        except StoreError as error:
            _log.warning("feed.blind", problem=error.problem)
            return ()

    def _tell(self, news: News) -> None:
        for listener in tuple(self._listeners.values()):
            listener(news)

    def _forget(self, number: int) -> None:
        self._listeners.pop(number, None)


class Refresher:
    """Runs one refresh at a time: news during a refresh causes one more, not a queue of them."""

    def __init__(self, refresh: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._refresh = refresh
        self._running = False
        self._stale = False

    async def __call__(self) -> None:
        """Refresh now, or once more after the refresh that is under way."""
        self._stale = True
        if self._running:
            return
        self._running = True
        try:
            while self._stale:
                self._stale = False
                await self._refresh()
        finally:
            self._running = False
