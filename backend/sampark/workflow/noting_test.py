import asyncio
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from sampark.domain.base import StepKey, TaskId
from sampark.domain.run import StepRun, StepStatus
from sampark.errors import StoreError
from sampark.storage.runs import Noted
from sampark.workflow.noting import Noting

AT = datetime(2027, 3, 5, tzinfo=UTC)


def noted(number: int, task: str = "task-1") -> Noted:
    run = StepRun(
        key=StepKey(f"step-{number}"), attempt=1, status=StepStatus.RUNNING, started_at=AT
    )
    return Noted(TaskId(task), 1, run)


class Book:
    """Keeps what is written; refuses what is about another task. `open` lets the writer go on."""

    def __init__(self) -> None:
        self.batches: list[list[Noted]] = []
        self.open = threading.Event()

    def write(self, notes: Sequence[Noted]) -> None:
        self.open.wait(10)
        if any(note.task != "task-1" for note in notes):
            raise StoreError("There is no such task.")
        self.batches.append(list(notes))


async def test_notes_that_wait_together_share_one_write_and_keep_their_order():
    book, noting = Book(), Noting()
    async with asyncio.TaskGroup() as group:
        for number in range(9):
            group.create_task(noting.note(book.write, noted(number)))
        await asyncio.sleep(0.05)
        book.open.set()
    written = [note for batch in book.batches for note in batch]
    assert written == [noted(number) for number in range(9)]
    assert len(book.batches) <= 2


async def test_a_note_returns_only_when_it_is_written():
    book, noting = Book(), Noting()
    note = asyncio.ensure_future(noting.note(book.write, noted(0)))
    await asyncio.sleep(0.05)
    assert not note.done()
    book.open.set()
    await note
    assert book.batches == [[noted(0)]]


async def test_a_note_that_is_refused_spoils_no_other():
    book, noting = Book(), Noting()
    notes = [noted(0), noted(1), noted(2, task="gone"), noted(3)]
    under_way = [asyncio.ensure_future(noting.note(book.write, note)) for note in notes]
    await asyncio.sleep(0.05)
    book.open.set()
    await asyncio.wait(under_way)
    with pytest.raises(StoreError, match="no such task"):
        await under_way[2]
    for kept in (0, 1, 3):
        await under_way[kept]
    assert sorted(note.run.key for batch in book.batches for note in batch) == [
        "step-0",
        "step-1",
        "step-3",
    ]
