"""A tool: a typed function that a plan may call, with what it costs and what it touches."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

from pydantic import BaseModel

from sampark.domain.ports import Bench


class Sink(StrEnum):
    """Where an effect lands outside the run. A tool without a sink is pure."""

    REPLY_OWNER = "reply.owner"
    MAIL_SEND = "mail.send"
    WEB_FETCH = "web.fetch"


class Approval(StrEnum):
    """Who must agree before the effect: nobody, the requester, an operator on the dashboard."""

    NONE = "none"
    MAIL = "mail"
    DASHBOARD = "dashboard"


class Marker:
    """A mark on a tool's input field, read by the compiler."""


class HandleMark(Marker):
    """The string is the handle of an attachment of this task."""


Handle = Annotated[str, HandleMark()]


@dataclass(frozen=True)
class Prior:
    """What one call takes before this installation has its own history: seconds, tokens, USD."""

    p50: float = 0.2
    p90: float = 1.0
    tokens: int = 0
    usd: float = 0.0


In = TypeVar("In", bound=BaseModel)
Out = TypeVar("Out", bound=BaseModel)


@dataclass(frozen=True)
class Tool(Generic[In, Out]):
    """One tool. Wiring is checked against the field types of its input and output models.

    `run` may be a plain function (it then runs in a thread) or a coroutine function.
    `waits` marks a tool whose output names the moment until which the plan sleeps, at no cost.
    `limit` is how many calls of this tool may run at once in one process.
    """

    name: str
    summary: str
    input: type[In]
    output: type[Out]
    run: Callable[[In, Bench], Out | Awaitable[Out]]
    sink: Sink | None = None
    approval: Approval = Approval.NONE
    prior: Prior = Prior()
    waits: bool = False
    limit: int = 4


# A catalogue holds tools of different types; what fits what is checked from the models at run time.
AnyTool: TypeAlias = Tool[Any, Any]
