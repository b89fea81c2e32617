"""How a plain function becomes a durable step: one checkpoint, run in a thread."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from dbos import DBOS

P = ParamSpec("P")
R = TypeVar("R")


def durable(work: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    """Checkpoint the result of `work` under its own name; a crash before that repeats it.

    `work` must therefore be safe to repeat, and return small values that pickle.
    """

    @DBOS.step(name=_name(work))
    @wraps(work)
    async def step(*args: P.args, **kwargs: P.kwargs) -> R:
        return await in_thread(work, *args, **kwargs)

    return step


def durable_async(
    work: Callable[P, Coroutine[Any, Any, R]],
) -> Callable[P, Coroutine[Any, Any, R]]:
    """The same for a coroutine function, on the engine's own loop: it must not block."""
    step: Callable[P, Coroutine[Any, Any, R]] = DBOS.step(name=_name(work))(work)
    return step


async def in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `work` in a thread. A cancelled caller still waits for it: the store may close then."""
    return await in_thread_of(None, work, *args, **kwargs)


async def in_thread_of(
    pool: Executor | None, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Do the same in a thread of that pool; None is the loop's own."""
    context = contextvars.copy_context()
    under_way = asyncio.get_running_loop().run_in_executor(
        pool, lambda: context.run(work, *args, **kwargs)
    )
    try:
        return await asyncio.shield(under_way)
    except asyncio.CancelledError:
        await asyncio.wait([under_way])
        raise


def _name(work: Callable[..., object]) -> str:
    return f"{work.__module__.rpartition('.')[2]}.{work.__name__}"
