"""One attempt at one step: bind, check, run within limits, label. The edge where tools break."""

import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

import structlog
from pydantic import BaseModel

from sampark.domain.plan import Step
from sampark.domain.ports import Bench
from sampark.domain.tool import Tool
from sampark.domain.value import Value
from sampark.errors import ParserDown, StepFailed, StepInterrupted, StoreAway
from sampark.execution.binding import Values, bind, origins
from sampark.execution.slots import in_slot, in_thread

In = TypeVar("In", bound=BaseModel)
Out = TypeVar("Out", bound=BaseModel)

log = structlog.stdlib.get_logger(__name__)


async def attempt(step: Step, tool: Tool[In, Out], values: Values, bench: Bench) -> Value:
    """Make one attempt at a step and return its labelled output.

    A plain tool runs in a thread of its own, a coroutine on the loop; both wait for one of the
    tool's slots first. The step's time limit counts from there.

    Args:
        step: The step; its arguments are literals and references into `values`.
        tool: The tool it names.
        values: The outputs of the steps it needs, by key.
        bench: What the tool may touch.

    Raises:
        StepFailed: The arguments do not fit, or the tool cannot do it. Written for the requester.
        StepInterrupted: The same for a passing reason: worth another attempt.
        StoreAway, ParserDown: What the bench stands on cannot be used at the moment: no fault of
            the step.
    """
    given = bind(step, tool.input, values)
    try:
        output = await in_slot(tool.name, tool.limit, step.timeout, _starter(tool, given, bench))
    except StepInterrupted as late:
        raise StepInterrupted(
            f"“{step.title}” was interrupted. {late.problem}", fix=late.fix
        ) from None
    except (StepFailed, StoreAway, ParserDown):
        raise
    except MemoryError:
        raise StepFailed(f"“{step.title}” needs more memory than there is.") from None
    except (ConnectionError, TimeoutError, BlockingIOError) as error:
        raise StepInterrupted(_broke(step, error)) from None
    except Exception as error:  # noqa: BLE001 - the edge: a library may raise anything on bad input
        log.warning("tool broke", tool=tool.name, step=step.key, error=type(error).__name__)
        raise StepFailed(_broke(step, error)) from None
    return Value(data=output.model_dump(mode="json"), origins=origins(step, tool.input, values))


def _starter(tool: Tool[In, Out], given: In, bench: Bench) -> Callable[[], Awaitable[Out]]:
    if inspect.iscoroutinefunction(tool.run):
        return lambda: cast("Awaitable[Out]", tool.run(given, bench))
    return lambda: in_thread(tool.name, lambda: cast("Out", tool.run(given, bench)))


def _broke(step: Step, error: Exception) -> str:
    # Only the kind of the error: its text may quote the file.
    return f"“{step.title}” could not be done: an unexpected problem ({type(error).__name__})."
