"""Mails to the requester: each is planned in the outbox in one durable step, and sent by `send`."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sampark.domain.base import Frozen, TaskId
from sampark.domain.mail import MailRef
from sampark.domain.plan import Estimate, Plan
from sampark.domain.run import Outgoing, RunRecord
from sampark.domain.task import Task, TaskStatus
from sampark.domain.value import File, Text
from sampark.errors import MailboxError, PlanRefused, SealBroken
from sampark.execution.binding import sleeps_until
from sampark.execution.unchanged import unchanged
from sampark.mailbox import packing
from sampark.mailbox.packing import Packed
from sampark.planning import check, picture
from sampark.planning.check import CheckedPlan
from sampark.reply import compose, figures
from sampark.understanding import courtesy
from sampark.workflow.delivered import delivered
from sampark.workflow.durable import durable, durable_async, in_thread
from sampark.workflow.endings import Over
from sampark.workflow.posting import LAST, post_for, posted
from sampark.workflow.services import Services, services
from sampark.workflow.telling import tell, workflow_id

_LOOK_EVERY = 0.05  # seconds
_LOOKS = 60


class Asked(Frozen):
    """The key of a mail that asks, and the answers to it that a workflow before this one heard."""

    key: str | None = None
    answers: tuple[MailRef, ...] = ()


async def ask(task_id: TaskId, *, last: bool) -> str | None:
    """Plan the mail that asks the open questions; None if the task was amended or is to stop.

    `last`: the same was asked before, and is not asked again after this.
    """
    return await _heard_again(task_id, await plan_question(task_id, last=last))


async def propose(task_id: TaskId, reasons: tuple[str, ...]) -> str | None:
    """Plan the mail that shows the plan and asks for a `go`; None if it was amended or is to stop."""
    return await _heard_again(task_id, await plan_proposal(task_id, reasons))


async def _heard_again(task_id: TaskId, asked: Asked) -> str | None:
    for ref in asked.answers:
        await tell(workflow_id(task_id), ref.gmail_id, once=ref.key)
    return asked.key


@durable_async
async def plan_question(task_id: TaskId, *, last: bool) -> Asked:
    """Plan the mail of `ask`; one that was asked before a restart is the same mail still."""
    await _thread_read(task_id)
    return await in_thread(_ask, services(), task_id, last=last)


def _ask(here: Services, task_id: TaskId, *, last: bool) -> Asked:
    if here.store.tasks.stop_requested(task_id):
        return Asked()
    answers = _unlearned(here, task_id)
    if answers or here.store.tasks.status(task_id) is TaskStatus.ASKING:
        # It was asked by a workflow that is gone, and answered perhaps: what it heard is heard again.
        before = posted(here, task_id, "ask")
        key = before.key if before else here.store.outbox.for_task(task_id)[-1].key
        return Asked(key=key, answers=answers)
    if not here.store.tasks.turn(task_id, TaskStatus.REPLYING):
        return Asked()
    task = here.store.tasks.get(task_id)
    questions = here.store.tasks.questions(task_id)
    outgoing = compose.ask(task, questions, _deadline(here, task), last=last)
    key = post_for(here, task, "ask", outgoing)
    here.store.tasks.set_status(task_id, TaskStatus.ASKING)
    return Asked(key=key)


@durable
def plan_proposal(task_id: TaskId, reasons: tuple[str, ...]) -> Asked:
    """Plan the mail of `propose`; an answer that came in before a restart counts for the same plan."""
    here = services()
    if here.store.tasks.stop_requested(task_id):
        return Asked()
    plan = _plan_of(here, task_id)
    if answers := _unlearned(here, task_id):
        before = posted(here, task_id, "propose")
        if before is not None and before.plan_hash == plan.hash:
            return Asked(key=before.key, answers=answers)
        # They were said to another plan, and agree to nothing that this one does.
        here.store.tasks.amend_with(task_id, [ref.gmail_id for ref in answers])
    if not here.store.tasks.turn(task_id, TaskStatus.REPLYING):
        return Asked()
    task = here.store.tasks.get(task_id)
    outgoing = compose.propose(
        task,
        plan,
        reasons,
        _deadline(here, task),
        estimate=_estimate(here, plan),
        picture=_picture(plan, None),
    )
    key = post_for(here, task, "propose", outgoing, about=plan.hash)
    here.store.tasks.set_status(task_id, TaskStatus.APPROVING)
    return Asked(key=key)


def _unlearned(here: Services, task_id: TaskId) -> tuple[MailRef, ...]:
    account = here.store.tasks.row(task_id).account
    found = here.store.tasks.unlearned(task_id)
    return tuple(MailRef(account=account, gmail_id=gmail_id) for gmail_id in found)


@durable
def acknowledge(task_id: TaskId) -> str:
    """Plan the mail that says what will be done and when."""
    here = services()
    task = here.store.tasks.get(task_id)
    plan = _plan_of(here, task_id)
    outgoing = compose.acknowledge(
        task,
        plan,
        _estimate(here, plan),
        wait_until=_sleeps_until(here, plan),
        picture=_picture(plan, None),
    )
    return post_for(here, task, "acknowledge", outgoing)


@durable_async
async def last(task_id: TaskId, over: Over) -> str | None:
    """Plan the last mail of a task: the answer, what failed, what cannot be done or understood.

    Returns:
        The mail's key; None if the task was amended meanwhile, so that it goes on.
    """
    await _thread_read(task_id)
    return await in_thread(_last, services(), task_id, over)


def _last(here: Services, task_id: TaskId, over: Over) -> str | None:
    here.store.tasks.amend_with(task_id, here.store.tasks.unlearned(task_id))
    if not here.store.tasks.turn(task_id, TaskStatus.REPLYING):
        return None
    task = here.store.tasks.get(task_id)
    match over.told:
        case "cannot":
            asked = courtesy.asks_what_can_be_done(task.words) and not task.inputs
            outgoing = compose.cannot(task, _offers(here), reason=over.reason, asked=asked)
            return post_for(here, task, LAST, outgoing)
        case "unclear":
            questions = here.store.tasks.questions(task_id)
            examples = [book.examples[0] for book in here.playbooks if book.verb == task.kind]
            return post_for(here, task, LAST, compose.unclear(task, questions, examples))
        case "report":
            return _report(here, task, over)


def _report(here: Services, task: Task, over: Over) -> str:
    if here.store.runs.plan(task.id) is None:
        return post_for(here, task, LAST, compose.stopped(task, reason=over.reason))
    record = here.store.runs.record(task.id)
    outgoing = _ending(here, record, over)
    try:
        return post_for(here, task, LAST, outgoing)
    except MailboxError as error:
        notice = compose.notice(task, error.problem, error.fix)
        return post_for(here, task, LAST, notice)


@durable
def status(ref: MailRef, task_id: TaskId) -> str:
    """Plan the answer to the one word `status`: where the task of the thread stands."""
    here = services()
    task = here.store.tasks.get(task_id)
    planned = here.store.runs.plan(task_id) is not None
    record = here.store.runs.record(task_id) if planned else None
    waits = here.store.waits.open(task_id)
    outgoing = compose.status(
        record or task,
        here.store.tasks.status(task_id),
        picture=_picture(record.plan, record) if record is not None else None,
        wait_until=min((wait.due_at for wait in waits), default=None),
    )
    key = post_for(here, task, "status", outgoing, parent=ref)
    here.store.mails.set_outcome(ref, "control", "status", task_id)
    return key


@durable
def give_up(task_id: TaskId, reason: str) -> str | None:
    """Close a task that failed for a reason of ours, and plan the mail that says so, if one can."""
    here = services()
    if here.store.tasks.status(task_id) in {TaskStatus.DONE, TaskStatus.STOPPED}:
        return None
    try:
        task = here.store.tasks.get(task_id)
    except SealBroken:
        # Whom to tell stands in what cannot be opened: the operator must see it.
        here.store.tasks.set_status(task_id, TaskStatus.FAILED, note=reason)
        return None
    notice = compose.notice(
        task,
        "Something went wrong on our side, and the task was not finished.",
        "The operator can see why. You may send the same mail again later.",
    )
    key = post_for(here, task, "gave-up", notice)
    here.store.tasks.set_status(task_id, TaskStatus.FAILED, note=reason)
    return key


@durable
def close(task_id: TaskId, end: TaskStatus, note: str) -> None:
    """Give the task its final status."""
    services().store.tasks.set_status(task_id, end, note=note)


async def _thread_read(task_id: TaskId) -> None:
    """Wait a little while mails of the task's thread are being read: they may be more words of it."""
    store = services().store
    task = await in_thread(store.tasks.get, task_id)
    for _ in range(_LOOKS):
        if not await in_thread(store.mails.on_their_way, task.account, task.thread_id):
            return
        await asyncio.sleep(_LOOK_EVERY)


def _ending(here: Services, record: RunRecord, over: Over) -> Outgoing:
    found = delivered(here, record)
    texts = tuple(item for item in found if isinstance(item, Text))
    packed = _packed(here, record.task, [item for item in found if isinstance(item, File)])
    if over.end is TaskStatus.STOPPED:
        return compose.stopped(
            record, files=packed.files, left_out=packed.left_out, reason=over.reason
        )
    tell = compose.failed if over.end is TaskStatus.FAILED else compose.answer
    return tell(
        record,
        checked_estimate=_estimate(here, record.plan),
        picture=_picture(record.plan, record),
        texts=texts,
        files=packed.files,
        left_out=packed.left_out,
        amended=_amended(here, record),
        beside=_beside(here, record.task),
    )


def _beside(here: Services, task: Task) -> Task | None:
    """Return the task before this one in its thread if that is still under way."""
    if task.follows is None or here.store.tasks.status(task.follows).final:
        return None
    return here.store.tasks.get(task.follows)


def _amended(here: Services, record: RunRecord) -> tuple[str, ...] | None:
    """Return the steps that are new since the requester wrote again; None if he did not."""
    mails, _ = here.store.tasks.amendments(record.task.id)
    first = here.store.runs.plan(record.task.id, 1)
    if not mails or first is None:
        return None
    same = unchanged(first, record.plan)
    return tuple(step.title for step in record.plan.steps if step.key not in same)


def _packed(here: Services, task: Task, files: Sequence[File]) -> Packed:
    """Return what can go along, with the contents that packing made kept for the mail."""
    contents = {file.sha256: here.store.blobs.get(task.id, file.sha256) for file in files}
    packed = packing.pack(files, contents)
    for content in packed.made.values():
        here.store.blobs.put(task.id, content)
    return packed


def _deadline(here: Services, task: Task) -> str:
    """Return until when an answer is waited for, on the requester's clock."""
    return figures.moment(here.clock.now() + timedelta(days=here.limits.answer_days), task)


def _plan_of(here: Services, task: TaskId) -> Plan:
    plan = here.store.runs.plan(task)
    if plan is None:
        raise PlanRefused(f"task {task} has no plan.", fix="Plan it first.")
    return plan


def _estimate(here: Services, plan: Plan) -> Estimate:
    verdict = check.check(plan, here.tools, here.policy)
    return verdict.estimate if isinstance(verdict, CheckedPlan) else Estimate()


def _sleeps_until(here: Services, plan: Plan) -> datetime | None:
    """Return the last moment to come that a step of the plan waits for, as far as the plan tells."""
    waiting = [step for step in plan.steps if here.tools[step.tool].waits]
    named = [sleeps_until(step, here.tools[step.tool], {}) for step in waiting]
    now = here.clock.now()
    return max((moment for moment in named if moment and moment > now), default=None)


def _picture(plan: Plan, record: RunRecord | None) -> bytes:
    return picture.png(picture.svg(plan, record.steps if record is not None else ()))


def _offers(here: Services) -> tuple[compose.Offer, ...]:
    return tuple(
        compose.Offer(title=book.title, summary=book.summary, example=book.examples[0])
        for book in here.playbooks
    )
