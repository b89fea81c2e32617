"""A task becomes a plan: a playbook if one fits, else the planner model, always compiled."""

from sampark.domain.base import Frozen, TaskId
from sampark.domain.plan import Plan
from sampark.domain.task import UNREAD, Question, Task, TaskStatus
from sampark.errors import ModelFailed, PlanRefused
from sampark.llm.ledger import CallRecord
from sampark.planning import check, playbooks, propose
from sampark.planning.check import CheckedPlan, PlanError
from sampark.storage.rows import ModelCall
from sampark.understanding import extract, following
from sampark.workflow.durable import durable, durable_async
from sampark.workflow.services import Services, services


class Planned(Frozen):
    """A plan that compiles, kept under this version.

    `slow`: worth an acknowledgement. `asks`: why a person must agree first, empty if none must.
    """

    version: int
    hash: str
    slow: bool
    asks: tuple[str, ...] = ()


class Asking(Frozen):
    """The requester must answer these before there can be a plan."""

    questions: tuple[Question, ...]


class Unfit(Frozen):
    """No plan: `reason` is written for the requester, and may be empty when nothing is known."""

    reason: str
    try_model: bool = False


class Rejected(Frozen):
    """The planner's plan does not compile, for these reasons."""

    plan: Plan
    errors: tuple[PlanError, ...]


Making = Planned | Asking | Unfit


async def make(task: TaskId) -> Making:
    """Return what can be done about a task as far as it is known now."""
    fitted = await fit_playbook(task)
    if not isinstance(fitted, Unfit) or not fitted.try_model:
        return fitted
    understood = await read_with_model(task)
    if isinstance(understood, Asking | Unfit):
        return understood
    fitted = await fit_playbook(task)
    if not isinstance(fitted, Unfit):
        return fitted
    proposed = await propose_plan(task, None)
    if isinstance(proposed, Rejected):
        proposed = await propose_plan(task, proposed)
    if isinstance(proposed, Rejected):
        return Unfit(reason="The plan that was written for it does not hold together.")
    return proposed


@durable
def fit_playbook(task_id: TaskId) -> Making:
    """Find the playbook that fits, or what to ask, or why none does."""
    here = services()
    task = here.store.tasks.get(task_id)
    if (plan := _planned_before(here, task)) is not None:
        return _sound(_keep(here, task, plan), plan)
    match playbooks.fit(task, here.playbooks):
        case playbooks.Fitted(plan=plan):
            kept = _keep(here, task, plan)
            return _sound(kept, plan)
        case playbooks.Missing(questions=questions):
            here.store.tasks.save_questions(task_id, questions)
            return Asking(questions=questions)
        case playbooks.Unfit(reason=reason):
            modelled = here.models("plan") is not None
            return Unfit(reason=reason, try_model=modelled)


def _planned_before(here: Services, task: Task) -> Plan | None:
    """Return the plan of the task that this one is to do once more, where no playbook made it.

    A playbook's is made anew: it knows what day it is. More words need a plan of their own.
    """
    _, taken = here.store.tasks.amendments(task.id)
    if task.follows is None or taken or not following.is_only_redone(task):
        return None
    plan = here.store.runs.plan(task.follows)
    if plan is None or plan.origin.kind == "playbook":
        return None
    return plan.model_copy(update={"version": 1, "parent": ""})


def _sound(kept: Planned | Rejected, plan: Plan) -> Planned:
    if isinstance(kept, Planned):
        return kept
    problems = "; ".join(error.problem for error in kept.errors)
    raise PlanRefused(f"playbook {plan.origin.name} does not compile: {problems}")


@durable_async
async def read_with_model(task_id: TaskId) -> Asking | Unfit | None:
    """Let the model say what is asked; what it claims without evidence is dropped in code."""
    here = services()
    task = here.store.tasks.get(task_id)
    model = here.models("understand")
    if model is None:
        return None
    try:
        read = await extract.extract(task, model, Ledger(here, task_id))
    except ModelFailed as error:
        return _unasked(here, task_id, error)
    # The model was shown every word: what code could make nothing of is not lost on it.
    claims = tuple(claim for claim in read.task.claims if claim.name != UNREAD)
    here.store.tasks.save(read.task.model_copy(update={"claims": claims}))
    if read.questions:
        here.store.tasks.save_questions(task_id, read.questions)
        return Asking(questions=read.questions)
    return None


@durable_async
async def propose_plan(task_id: TaskId, rejected: Rejected | None) -> Planned | Rejected | Unfit:
    """Let the planner write a plan, told what was wrong with the one before, and compile it."""
    here = services()
    task = here.store.tasks.get(task_id)
    model = here.models("plan")
    if model is None:
        return Unfit(reason="")
    try:
        plan = await propose.propose(
            task,
            here.tools,
            model,
            Ledger(here, task_id),
            errors=rejected.errors if rejected is not None else (),
            previous=rejected.plan if rejected is not None else None,
        )
    except ModelFailed as error:
        return _unasked(here, task_id, error)
    return _keep(here, task, plan)


def _unasked(here: Services, task: TaskId, error: ModelFailed) -> Unfit:
    """The requester hears that no plan was found; the operator reads why."""
    here.store.events.add(task, "model.failed", {"problem": error.problem, "fix": error.fix})
    return Unfit(reason="I could not work out a plan for it by myself.")


def _keep(here: Services, task: Task, plan: Plan) -> Planned | Rejected:
    """Compile the plan; keep it as the task's next version if it holds."""
    verdict = check.check(
        plan, here.tools, here.policy, now=here.clock.now(), deadline=task.deadline
    )
    if not isinstance(verdict, CheckedPlan):
        return Rejected(plan=plan, errors=tuple(verdict))
    plan = _next_version(here.store.runs.plan(task.id), verdict.plan)
    here.store.runs.save_plan(task.id, plan)
    here.store.tasks.set_status(task.id, TaskStatus.PLANNING)
    waits = any(here.tools[step.tool].waits for step in plan.steps)
    slow = waits or verdict.estimate.p50 > here.limits.acknowledge_after
    asks = tuple(reason for _, reason in verdict.approvals)
    if here.limits.approve_plans and not asks:
        asks = ("every plan is shown before it runs",)
    return Planned(version=plan.version, hash=plan.hash, slow=slow, asks=asks)


def _next_version(kept: Plan | None, plan: Plan) -> Plan:
    """Return the plan as the successor of the one that is kept, or that one if it is the same.

    A planner that is asked again after a crash may answer otherwise; what it wrote first is kept.
    """
    if kept is None:
        return plan
    if kept == plan.model_copy(update={"version": kept.version, "parent": kept.parent}):
        return kept
    return plan.model_copy(update={"version": kept.version + 1, "parent": kept.hash})


class Ledger:
    """Writes every model call of a task into the store."""

    def __init__(self, here: Services, task: TaskId) -> None:
        self._here = here
        self._task = task

    def __call__(self, call: CallRecord) -> None:
        """Keep one call, also a failed one."""
        self._here.store.calls.add(ModelCall.of(call, task=self._task, at=self._here.clock.now()))
