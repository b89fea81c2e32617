"""From a task to a plan, asking back as often as it must: never the same thing without an end."""

from collections import Counter

from sampark.domain.base import Frozen, TaskId
from sampark.domain.task import TaskStatus
from sampark.workflow import answers, dialogue, plans
from sampark.workflow.endings import Over
from sampark.workflow.plans import Asking, Planned, Unfit
from sampark.workflow.sending import sent

MOST_TRIES = 3
"""How often one thing is asked: answers that cannot be read, or do not serve, are no reason to go on."""


class Amended(Frozen):
    """The requester wrote more before he could be asked: his words are to be taken in first."""


async def until_clear(task: TaskId) -> Planned | Over | Amended:
    """Return the plan of a task, or how it ends without one; its requester is asked what is missing."""
    planned = await plans.make(task)
    asked: Counter[str] = Counter()
    while isinstance(planned, Asking):
        asked.update({question.about for question in planned.questions})
        tries = max(asked[question.about] for question in planned.questions)
        if tries > MOST_TRIES:
            return Over(end=TaskStatus.FAILED, reason=_reason(planned), told="unclear")
        if not await sent(await answers.ask(task, last=tries == MOST_TRIES)):
            return Amended()
        if not await dialogue.answered(task):
            return await dialogue.unanswered(task)
        planned = await plans.make(task)
    if isinstance(planned, Unfit):
        return Over(end=TaskStatus.DONE, reason=planned.reason, told="cannot")
    return planned


def _reason(asking: Asking) -> str:
    return " ".join(question.text for question in asking.questions)
