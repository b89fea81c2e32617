"""Which tasks this process is at work on, so that a burst of mail is not all taken up at once."""

import asyncio

LONGEST = 300.0
"""Seconds after which a task is no longer waited for: another process may have taken it over."""


class Floor:
    """The tasks that are worked on, by workflow id. A task that waits for something is not.

    Everything happens on the engine's loop.
    """

    def __init__(self) -> None:
        self._there: dict[str, asyncio.Event] = {}

    def enter(self, workflow: str) -> None:
        """Note that work on a task begins."""
        self._there.setdefault(workflow, asyncio.Event())

    def leave(self, workflow: str | None) -> None:
        """Note that it ended, or waits for a person, a date or a server that is away."""
        left = self._there.pop(workflow or "", None)
        if left is not None:
            left.set()

    async def left(self, workflow: str) -> None:
        """Wait until nobody works on the task, `LONGEST` at most."""
        there = self._there.get(workflow)
        if there is None:
            return
        try:
            await asyncio.wait_for(there.wait(), LONGEST)
        except TimeoutError:
            self.leave(workflow)
