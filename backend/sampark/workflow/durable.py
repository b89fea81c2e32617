"""How a plain function becomes a durable step: one checkpoint, run in a thread."""

import asyncio
from collections.abc import Callable, Coroutine
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
        return await asyncio.to_thread(work, *args, **kwargs)

    return step


def durable_async(
    work: Callable[P, Coroutine[Any, Any, R]],
) -> Callable[P, Coroutine[Any, Any, R]]:
    """The same for a coroutine function, on the engine's own loop: it must not block."""
    step: Callable[P, Coroutine[Any, Any, R]] = DBOS.step(name=_name(work))(work)
    return step


def _name(work: Callable[..., object]) -> str:
    return f"{work.__module__.rpartition('.')[2]}.{work.__name__}"
