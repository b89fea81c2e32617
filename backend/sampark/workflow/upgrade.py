"""What another release left under way is begun anew, from the store.

The engine repeats a workflow by the order of its steps, so a workflow must end under the release
whose steps it took; `engine.APPLICATION_VERSION` names that order. The store knows all that counts:
what was read, planned, done and sent. A workflow that begins again finds it there.
"""

import structlog
from dbos import DBOS, WorkflowStatus

from sampark.domain.base import AccountId, GmailId
from sampark.domain.mail import MailRef
from sampark.workflow.dialogue import start_task, workflow_id
from sampark.workflow.durable import in_thread
from sampark.workflow.handle_message import work_on_task
from sampark.workflow.services import services

log = structlog.get_logger(__name__)

HANDLING = "handle_message"


async def take_up() -> list[MailRef]:
    """Clear away this process's workflows of other releases, and begin their tasks anew.

    So it goes with a task whose workflow broke off, and left it open.

    Returns:
        The mails whose handling is to begin anew.
    """
    left = await DBOS.list_workflows_async(
        status=["PENDING", "ENQUEUED", "ERROR"], load_input=False, load_output=False
    )
    old = [it for it in left if it.executor_id == DBOS.executor_id and _is_stranded(it)]
    open_tasks = await in_thread(services().store.tasks.open_ids) if old else []
    tasks = {workflow_id(task): task for task in open_tasks}
    gone = [it for it in old if it.status != "ERROR" or it.workflow_id in tasks]
    if not gone:
        return []
    log.warning("work that stopped half-way is begun anew", workflows=len(gone))
    await DBOS.delete_workflows_async([it.workflow_id for it in gone])
    for task in (tasks[it.workflow_id] for it in gone if it.workflow_id in tasks):
        await start_task(work_on_task, task)
    return [_ref(it.workflow_id) for it in gone if it.name == HANDLING]


def _is_stranded(workflow: WorkflowStatus) -> bool:
    return workflow.status == "ERROR" or workflow.app_version != DBOS.application_version


def _ref(workflow: str) -> MailRef:
    account, _, gmail_id = workflow.rpartition(":")
    return MailRef(account=AccountId(account), gmail_id=GmailId(gmail_id))
