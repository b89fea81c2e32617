"""What another release left under way is begun anew, from the store.

The engine repeats a workflow by the order of its steps, so a workflow must end under the release
whose steps it took; `engine.APPLICATION_VERSION` names that order. The store knows all that counts:
what was read, planned, done and sent. A workflow that begins again finds it there.

What is to begin again is read from the store too: a kill within `take_up` loses nothing, for the
next start finds the same tasks without a workflow, and the same mails without an outcome.
"""

import structlog
from dbos import DBOS, WorkflowStatus

from sampark.domain.base import AccountId, GmailId, TaskId
from sampark.domain.mail import MailRef
from sampark.errors import SealBroken, StoreError
from sampark.workflow.dialogue import start_task
from sampark.workflow.durable import in_thread
from sampark.workflow.handle_message import work_on_task
from sampark.workflow.services import services
from sampark.workflow.telling import workflow_id

log = structlog.get_logger(__name__)

HANDLING = "handle_message"
UNENDED = frozenset({"PENDING", "ENQUEUED"})


async def take_up() -> None:
    """See to it that every open task has a workflow of this release, and every open mail gets one.

    This process's workflows of other releases are cleared away, one by one; so are those that broke
    off and left their task open, or their mail without an outcome.
    """
    left = await DBOS.list_workflows_async(
        status=["PENDING", "ENQUEUED", "ERROR"], load_input=False, load_output=False
    )
    stranded = [it for it in left if it.executor_id == DBOS.executor_id and _is_stranded(it)]
    live = {it.workflow_id for it in left} - {it.workflow_id for it in stranded}
    # Read after the workflows: the task of one that has ended since has ended too.
    found = await in_thread(services().store.tasks.open_ids)
    open_tasks = [task for task in found if workflow_id(task) not in live]
    for workflow in stranded:
        if _task(workflow) not in open_tasks:
            await _clear(workflow)
    for task in open_tasks:
        theirs = {it.workflow_id for it in stranded if _task(it) == task}
        await _begin_anew(task, theirs, live)


async def _clear(workflow: WorkflowStatus) -> None:
    """Clear away a workflow that need not go on; the mail that it handled is to, if it must."""
    if workflow.name == HANDLING and not await in_thread(_reopened, workflow):
        return
    if workflow.status in UNENDED or workflow.name == HANDLING:
        await DBOS.delete_workflows_async([workflow.workflow_id])


async def _begin_anew(task: TaskId, stranded: set[str], live: set[str]) -> None:
    """Give an open task its workflow, in place of one that is stranded or gone."""
    own = workflow_id(task)
    if own not in stranded and await _has_workflow(task):
        return
    log.warning("a task that stopped half-way is begun anew", task=task)
    await in_thread(_close_waits, task, live)
    await DBOS.delete_workflows_async([*(stranded - {own}), own])
    await start_task(work_on_task, task)


async def _has_workflow(task: TaskId) -> bool:
    """Whether a task has a workflow by now, or has come to its end with one."""
    records = await DBOS.list_workflows_async(
        workflow_ids=[workflow_id(task)], load_input=False, load_output=False
    )
    if any(it.status in UNENDED for it in records):
        return True
    return (await in_thread(services().store.tasks.status, task)).final


def _is_stranded(workflow: WorkflowStatus) -> bool:
    return workflow.status == "ERROR" or workflow.app_version != DBOS.application_version


def _task(workflow: WorkflowStatus) -> TaskId | None:
    """Return the task that a workflow works on or waits for."""
    kind, _, rest = workflow.workflow_id.partition("-")
    return TaskId(rest.partition("-")[0]) if kind in {"task", "wait"} else None


def _close_waits(task: TaskId, live: set[str]) -> None:
    waits = services().store.waits
    for row in waits.open(task):
        if row.workflow_id not in live:
            waits.done(task, row.step_key)


def _reopened(workflow: WorkflowStatus) -> bool:
    """Let a mail be handled once more where something may be left to do; False to leave it as it is.

    What a mail was to a task lies with the task: what it began, answered, amended or stopped.
    """
    mails, ref = services().store.mails, _ref(workflow.workflow_id)
    try:
        row = mails.row(ref)
    except (StoreError, SealBroken):
        # There is nothing that could be told of it; without an outcome it is taken up all the same.
        return True
    if row.outcome is None:
        return True
    if workflow.status == "ERROR":
        return False
    if row.outcome not in {"task", "answer"} and (row.outcome, row.reason) != ("control", "stop"):
        mails.reopen(ref)
    return True


def _ref(workflow: str) -> MailRef:
    account, _, gmail_id = workflow.rpartition(":")
    return MailRef(account=AccountId(account), gmail_id=GmailId(gmail_id))
