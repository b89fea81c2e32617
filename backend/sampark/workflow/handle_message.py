"""The story of a mail. Read this first: everything else is a verb of it."""

from dbos import DBOS

from sampark.domain.base import TaskId
from sampark.domain.mail import MailRef
from sampark.domain.task import TaskStatus
from sampark.domain.verdict import Allowed, Ignored
from sampark.workflow import answers, approval, asking, dialogue, intake, pace
from sampark.workflow.edge import told
from sampark.workflow.endings import Over
from sampark.workflow.routing import Amend, Answer, Control, Held, NewTask, Thanks, new_task
from sampark.workflow.running import run
from sampark.workflow.sending import send, sent


@DBOS.workflow(name="handle_message", max_recovery_attempts=None)
@told
async def handle_message(ref: MailRef) -> None:
    """Open a mail, judge its writer, and start, feed or steer a task."""
    verdict = await intake.judge_sender(ref)
    if isinstance(verdict, Held):
        await sent(await pace.refuse(ref, verdict))
        return
    if not isinstance(verdict, Allowed):
        await intake.set_aside(ref, verdict)
        return
    match await intake.find_route(ref):
        case Control() as control:
            await dialogue.obey(ref, control)
        case Answer() | Amend() as more:
            if not await dialogue.pass_on(ref, more):
                await begin(ref, new_task(ref, more.task))
        case Thanks():
            await intake.set_aside(ref, Ignored(reason="It only says thanks."))
        case Held() as held:
            await sent(await pace.hold(ref, held))
        case new:
            await begin(ref, new)


async def begin(ref: MailRef, new: NewTask) -> None:
    """Start the task that a mail asks for, unless it is one too many."""
    if (held := await intake.open_task(ref, new)) is not None:
        await sent(await pace.hold(ref, held))
    else:
        await dialogue.start_task(work_on_task, new.task)


@DBOS.workflow(name="work_on_task", max_recovery_attempts=None)
@told
async def work_on_task(task: TaskId) -> None:
    """Bring a task to its end; when its requester writes again meanwhile, plan it anew."""
    while not await pursue(task, await dialogue.take_in(task)):
        pass


async def pursue(task: TaskId, taken: dialogue.Taken) -> bool:
    """Plan a task, ask if it must, run the plan and answer in the thread; False when amended."""
    if taken.stop:
        return await finish(task, Over(end=TaskStatus.STOPPED))
    planned = await asking.until_clear(task)
    if isinstance(planned, asking.Amended):
        return False
    if isinstance(planned, Over):
        return await finish(task, planned)
    refused = await approval.refused(task, planned)
    if refused is not None:
        return refused != "more" and await finish(task, refused)
    if planned.slow:
        await send(await answers.acknowledge(task))
    return await finish(task, Over(end=await run(task, planned, taken.amendments)))


async def finish(task: TaskId, over: Over) -> bool:
    """Tell the requester how it ended, then close the task; False when he amended it meanwhile."""
    if told_so := await sent(await answers.last(task, over)):
        await answers.close(task, over.end, over.reason)
    return told_so
