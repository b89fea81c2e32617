"""The story of a mail. Read this first: everything else is a verb of it."""

from dbos import DBOS

from sampark.domain.base import TaskId
from sampark.domain.mail import MailRef
from sampark.domain.task import TaskStatus
from sampark.domain.verdict import Allowed, Ignored
from sampark.workflow import answers, approval, dialogue, intake, pace, plans
from sampark.workflow.edge import told
from sampark.workflow.plans import Asking, Planned, Unfit
from sampark.workflow.routing import Answer, Control, Held, Thanks
from sampark.workflow.running import run
from sampark.workflow.sending import send


@DBOS.workflow(name="handle_message", max_recovery_attempts=None)
@told
async def handle_message(ref: MailRef) -> None:
    """Open a mail, judge its writer, and start, feed or steer a task."""
    verdict = await intake.judge_sender(ref)
    if not isinstance(verdict, Allowed):
        await intake.set_aside(ref, verdict)
        return
    match await intake.find_route(ref):
        case Control() as control:
            await dialogue.obey(ref, control)
        case Answer() as answer:
            await dialogue.pass_on(ref, answer)
        case Thanks():
            await intake.set_aside(ref, Ignored(reason="It only says thanks."))
        case Held() as held:
            await hold_back(ref, held)
        case new:
            held = await intake.open_task(ref, new)
            if held is not None:
                await hold_back(ref, held)
                return
            await dialogue.start_task(work_on_task, new.task)


async def hold_back(ref: MailRef, held: Held) -> None:
    """Leave a mail unanswered for a limit; its writer is told so once."""
    told = await pace.hold(ref, held)
    if told is not None:
        await send(told)


@DBOS.workflow(name="work_on_task", max_recovery_attempts=None)
@told
async def work_on_task(task: TaskId) -> None:
    """Plan a task, ask if it must, run the plan and answer in the thread."""
    planned = await plans.make(task)
    while isinstance(planned, Asking):
        await send(await answers.ask(task))
        if not await dialogue.answered(task):
            await finish(task, TaskStatus.STOPPED)
            return
        planned = await plans.make(task)
    if isinstance(planned, Unfit):
        await send(await answers.cannot(task, planned.reason))
        await answers.close(task, TaskStatus.DONE, planned.reason)
    elif await approval.granted(task, planned):
        await work_out(task, planned)
    else:
        await finish(task, TaskStatus.STOPPED)


async def work_out(task: TaskId, planned: Planned) -> None:
    """Run an approved plan and send what came of it."""
    if planned.slow:
        await send(await answers.acknowledge(task))
    await finish(task, await run(task, planned))


async def finish(task: TaskId, end: TaskStatus) -> None:
    """Tell the requester how it ended, then close the task."""
    await send(await answers.report(task, end))
    await answers.close(task, end, "")
