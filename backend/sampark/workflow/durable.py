"""How a plain function becomes a durable step: one checkpoint, run in a thread."""

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import structlog
from dbos import DBOS

from sampark.errors import ParserDown, StoreAway

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger(__name__)

# Apart from the engine's own threads: its checkpoints must not wait behind a slow mail server.
_WORKERS = ThreadPoolExecutor(32, "sampark-work")
FIRST_PAUSE = 0.1
LONGEST_PAUSE = 30.0


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

    @DBOS.step(name=_name(work))
    @wraps(work)
    async def step(*args: P.args, **kwargs: P.kwargs) -> R:
        return await held_up(lambda: work(*args, **kwargs))

    return step


async def in_thread(work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run `work`, which must be safe to repeat, in a thread; see `in_thread_of`."""
    return await in_thread_of(_WORKERS, work, *args, **kwargs)


async def in_thread_of(
    pool: Executor, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs
) -> R:
    """Run `work` in a thread of that pool, again and again while its database cannot be used.

    A cancelled caller still waits for the thread: the store may close then.
    """
    return await held_up(lambda: _once(pool, work, *args, **kwargs))


async def held_up(work: Callable[[], Awaitable[R]]) -> R:
    """Await `work`, which must be safe to repeat, until what it stands on can be used.

    A full disk or a server that restarts must hold a mail up, not fail it; so must a machine on
    which no process to read mail in can be started.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return await work()
        except StoreAway as error:
            log.warning("the store cannot be used", problem=error.problem, wait=pause)
        except ParserDown as error:
            log.warning("no mail can be read", problem=error.problem, wait=pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


async def _once(pool: Executor, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
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
