"""How many calls of one tool run at once, and the thread in which a plain function runs.

A slot is held until the work has truly ended: a thread that outlives its time-out still counts.
"""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TypeVar
from weakref import WeakKeyDictionary

from sampark.errors import StepInterrupted

T = TypeVar("T")

# One semaphore per event loop and tool name: an asyncio semaphore belongs to one loop.
_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Semaphore]] = (
    WeakKeyDictionary()
)


class ThreadFuture(asyncio.Future[T]):
    """The outcome of work in a thread, which nothing can end before its time."""


async def in_slot(name: str, limit: int, seconds: float, start: Callable[[], Awaitable[T]]) -> T:
    """Wait for one of the tool's slots, start the work, and wait for it at most so long.

    Args:
        name: The tool's name: calls of one name share the slots.
        limit: How many calls may run at once on this event loop.
        seconds: The time limit, counted from the start of the work, not of the waiting.
        start: Starts the work and returns what to wait for.

    Raises:
        StepInterrupted: The time was over. A coroutine is cancelled; a thread cannot be.
    """
    slots = _slots.setdefault(asyncio.get_running_loop(), {})
    slot = slots.setdefault(name, asyncio.Semaphore(limit))
    await slot.acquire()
    work = asyncio.ensure_future(start())
    work.add_done_callback(lambda ended: _free(slot, ended))
    try:
        finished, _ = await asyncio.wait([work], timeout=seconds)
    finally:
        # A future of `in_thread` is no task: cancelling it would free the slot too early.
        if not isinstance(work, ThreadFuture):
            work.cancel()
    if not finished:
        raise StepInterrupted(f"It took longer than the {seconds:g} seconds it may take.")
    return work.result()


def in_thread(name: str, run: Callable[[], T]) -> asyncio.Future[T]:
    """Start a plain function in its own daemon thread, with the caller's context variables.

    A daemon thread, so that a parser that hangs cannot keep the process from ending. A future and
    not a task, so that a loop which closes does not wait for it either.
    """
    loop = asyncio.get_running_loop()
    outcome = ThreadFuture[T](loop=loop)
    context = contextvars.copy_context()

    def tell(how: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(how)

    def work() -> None:
        try:
            result = context.run(run)
        except Exception as error:  # noqa: BLE001 - it is raised again where the future is awaited
            tell(partial(outcome.set_exception, error))
        else:
            tell(partial(outcome.set_result, result))

    Thread(target=work, name=f"tool {name}", daemon=True).start()
    return outcome


def _free(slot: asyncio.Semaphore, ended: asyncio.Future[T]) -> None:
    slot.release()
    # After a time-out nobody asks for the exception, and asyncio would log it as lost.
    if not ended.cancelled():
        ended.exception()
