"""The edge of a workflow: what nobody expected becomes a row and a word, never a silence."""

from collections.abc import Awaitable, Callable, Coroutine
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from dbos import DBOS
from dbos import error as engine_error

from sampark.domain.base import TaskId
from sampark.domain.mail import MailRef
from sampark.errors import SamparkError
from sampark.workflow import answers, intake
from sampark.workflow.sending import send
from sampark.workflow.services import services

P = ParamSpec("P")
Subject = TypeVar("Subject", bound=str | MailRef)

log = structlog.get_logger(__name__)


def told(
    story: Callable[Concatenate[Subject, P], Awaitable[None]],
) -> Callable[Concatenate[Subject, P], Coroutine[Any, Any, None]]:
    """Close a failed story: its mail or task says that it failed, its requester is told."""

    @wraps(story)
    async def edge(subject: Subject, *args: P.args, **kwargs: P.kwargs) -> None:
        try:
            await story(subject, *args, **kwargs)
        except engine_error.DBOSException:
            raise
        except Exception as error:  # noqa: BLE001 - the process edge of every story
            reason = error.problem if isinstance(error, SamparkError) else type(error).__name__
            log.error("story failed", subject=str(subject), error=type(error).__name__)  # noqa: TRY400 - a trace may quote a mail
            if isinstance(subject, MailRef):
                await intake.give_up(subject, reason)
            elif (key := await answers.give_up(TaskId(subject), reason)) is not None:
                await send(key)
        finally:
            services().floor.leave(DBOS.workflow_id)

    return edge
