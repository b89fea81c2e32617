"""Mails to the requester: each is planned in the outbox in one durable step, and sent by `send`.

A mail's key names the task, the kind of mail and the mail it answers: however often a step is
repeated, it plans the same row.
"""

import hashlib

from sampark.domain.base import TaskId
from sampark.domain.mail import MailRef
from sampark.domain.plan import Estimate, Plan, Ref
from sampark.domain.run import Effect, Outgoing, RunRecord
from sampark.domain.task import Task, TaskStatus
from sampark.domain.tool import AnyTool, Sink
from sampark.domain.value import File, Text
from sampark.errors import MailboxError, PlanRefused
from sampark.mailbox import build
from sampark.planning import estimate, picture
from sampark.reply import compose
from sampark.storage.records import OutboxRow
from sampark.workflow.durable import durable
from sampark.workflow.services import Services, services


@durable
def ask(task_id: TaskId) -> str:
    """Plan the mail that asks the open questions."""
    here = services()
    task = here.store.tasks.get(task_id)
    here.store.tasks.set_status(task_id, TaskStatus.ASKING)
    questions = here.store.tasks.questions(task_id)
    outgoing = compose.ask(task, questions, answer_days=here.limits.answer_days)
    return _plan(here, task, "ask", outgoing)


@durable
def cannot(task_id: TaskId, reason: str) -> str:
    """Plan the mail that lists what can be done."""
    here = services()
    task = here.store.tasks.get(task_id)
    here.store.tasks.set_status(task_id, TaskStatus.REPLYING)
    return _plan(here, task, "cannot", compose.cannot(task, _offers(here), reason=reason))


@durable
def propose(task_id: TaskId, reasons: tuple[str, ...]) -> str:
    """Plan the mail that shows the plan and asks for a `go`."""
    here = services()
    task = here.store.tasks.get(task_id)
    here.store.tasks.set_status(task_id, TaskStatus.APPROVING)
    plan = _plan_of(here, task_id)
    outgoing = compose.propose(
        task, plan, _estimate(here, plan), reasons=reasons, picture=_picture(plan, None)
    )
    return _plan(here, task, "propose", outgoing)


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
        wait_until=estimate.waits_until(plan, here.tools),
        picture=_picture(plan, None),
    )
    return _plan(here, task, "acknowledge", outgoing)


@durable
def report(task_id: TaskId, end: TaskStatus) -> str:
    """Plan the last mail of a task: the answer, what failed, or what was done before the stop."""
    here = services()
    task = here.store.tasks.get(task_id)
    here.store.tasks.set_status(task_id, TaskStatus.REPLYING)
    record = here.store.runs.record(task_id)
    if record is None:
        return _plan(here, task, "stopped", compose.stopped_early(task))
    outgoing = _ending(here, record, end)
    try:
        return _plan(here, task, end.value, outgoing)
    except MailboxError as error:
        notice = compose.notice(task, error.problem, error.fix)
        return _plan(here, task, f"{end.value}-notice", notice)


@durable
def status(ref: MailRef, task_id: TaskId | None) -> str:
    """Plan the answer to a one-word mail: where its task stands, or that there is none."""
    here = services()
    if task_id is None:
        here.store.mails.set_outcome(ref, "control", "no task in this thread", None)
        outgoing = compose.no_task(here.message(ref).subject)
        return _post(here, ref, f"{ref.key}:status", outgoing, None)
    here.store.mails.set_outcome(ref, "control", "status", task_id)
    task = here.store.tasks.get(task_id)
    record = here.store.runs.record(task_id)
    drawn = None if record is None else _picture(record.plan, record)
    outgoing = compose.status(
        record or task, here.store.tasks.status(task_id), picture=drawn, now=here.clock.now()
    )
    return _post(here, ref, f"{ref.key}:status", outgoing, task_id)


@durable
def give_up(task_id: TaskId, reason: str) -> str | None:
    """Close a task that failed for a reason of ours, and plan the mail that says so."""
    here = services()
    if here.store.tasks.status(task_id).final:
        return None
    task = here.store.tasks.get(task_id)
    here.store.tasks.set_status(task_id, TaskStatus.FAILED, note=reason)
    notice = compose.notice(
        task,
        "Something went wrong on our side, and the task was not finished.",
        "The operator can see why. You may send the same mail again later.",
    )
    return _plan(here, task, "gave-up", notice)


@durable
def close(task_id: TaskId, end: TaskStatus, note: str) -> None:
    """Give the task its final status."""
    services().store.tasks.set_status(task_id, end, note=note)


def _ending(here: Services, record: RunRecord, end: TaskStatus) -> Outgoing:
    drawn = _picture(record.plan, record)
    if end is TaskStatus.FAILED:
        return compose.failed(record, picture=drawn)
    if end is TaskStatus.STOPPED:
        return compose.stopped(record, picture=drawn)
    found = [item for ref in record.plan.deliverables for item in _delivered(here, record, ref)]
    return compose.answer(
        record,
        checked_estimate=_estimate(here, record.plan),
        picture=drawn,
        texts=tuple(item for item in found if isinstance(item, Text)),
        files=tuple(item for item in found if isinstance(item, File)),
    )


def _delivered(here: Services, record: RunRecord, ref: Ref) -> list[Text | File]:
    run = record.last(ref.step)
    if run is None or run.value is None:
        return []
    tool: AnyTool = here.tools[record.plan.step(ref.step).tool]
    field = getattr(tool.output.model_validate(run.value.data), ref.field)
    items = field if isinstance(field, list | tuple) else [field]
    return [item for item in items if isinstance(item, Text | File)]


def _plan(here: Services, task: Task, kind: str, outgoing: Outgoing) -> str:
    """Plan a mail to the requester as the answer to the task's latest mail."""
    refs = here.store.mails.for_task(task.id)
    parent = refs[-1] if refs else MailRef(account=task.account, gmail_id=task.gmail_id)
    return _post(here, parent, f"{task.id}:{kind}:{parent.gmail_id}", outgoing, task.id)


def _post(
    here: Services, parent: MailRef, name: str, outgoing: Outgoing, task: TaskId | None
) -> str:
    key = hashlib.sha256(f"{parent.account}:{name}".encode()).hexdigest()[:32]
    message = here.message(parent)
    to, cc = build.recipients(message, here.gate(parent.account))
    mime = build.reply(
        outgoing,
        account=parent.account,
        to=to,
        cc=cc,
        parent=message,
        key=key,
        contents={
            file.sha256: here.store.blobs.get(task, file.sha256)
            for file in outgoing.files
            if task is not None
        },
        date=here.clock.now(),
    )
    plan = here.store.runs.plan(task) if task is not None else None
    here.store.effects.plan(
        Effect(
            key=key,
            task=task,
            kind=Sink.REPLY_OWNER.value,
            args={
                "to": to.email,
                "cc": [address.email for address in cc],
                "subject": outgoing.subject,
                "files": [file.name for file in outgoing.files],
                "body": hashlib.sha256(outgoing.text.encode()).hexdigest(),
            },
            plan_hash=plan.hash if plan is not None else "",
        )
    )
    here.store.outbox.plan(
        OutboxRow.planned(
            key=key,
            account=parent.account,
            task=task,
            thread_id=here.store.mails.arrival(parent).thread_id,
            mime=mime,
        )
    )
    return key


def _plan_of(here: Services, task: TaskId) -> Plan:
    plan = here.store.runs.plan(task)
    if plan is None:
        raise PlanRefused(f"task {task} has no plan.", fix="Plan it first.")
    return plan


def _estimate(here: Services, plan: Plan) -> Estimate:
    return estimate.of_plan(plan, here.tools)


def _picture(plan: Plan, record: RunRecord | None) -> bytes:
    return picture.png(picture.svg(plan, record.steps if record is not None else ()))


def _offers(here: Services) -> tuple[compose.Offer, ...]:
    return tuple(
        compose.Offer(title=book.title, summary=book.summary, example=book.examples[0])
        for book in here.playbooks
    )


