"""Notes of attempts, written by one thread: those that wait together share one commit.

The store lets one writer in at a time, and each commit reaches the disk before it returns. A wide
plan's steps begin and end by the dozen: a thread and a commit for each would only queue there.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sampark.errors import StoreError
from sampark.storage.runs import Noted
from sampark.workflow.durable import in_thread_of

Write = Callable[[Sequence[Noted]], None]


class _Note:
    """One note on its way. `kept`: it is in the store."""

    def __init__(self, noted: Noted) -> None:
        self.noted = noted
        self.kept = False


class Noting:
    """The thread that writes, and what waits for it."""

    def __init__(self) -> None:
        self._waiting: deque[_Note] = deque()
        self._thread = ThreadPoolExecutor(1, "sampark-writer")

    async def note(self, write: Write, noted: Noted) -> None:
        """Write a note, with others that wait; it is in the store when this returns.

        Raises:
            StoreError: What it is about is not there.
        """
        note = _Note(noted)
        self._waiting.append(note)
        await in_thread_of(self._thread, self._keep, write, note)

    def _keep(self, write: Write, note: _Note) -> None:
        if note.kept:  # one that waited before it took it along
            return
        batch = [note, *(other for other in self._taken() if other is not note)]
        try:
            write([each.noted for each in batch])
        except StoreError:
            if len(batch) == 1:
                raise
            # Alone, so that each learns of its own trouble; the others' turns come.
            batch = [note]
            write([note.noted])
        for each in batch:
            each.kept = True

    def _taken(self) -> list[_Note]:
        return [self._waiting.popleft() for _ in range(len(self._waiting))]
