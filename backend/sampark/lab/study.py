"""What needs no mail: reading words as a task, fitting a plan, compiling it, trying it on files."""

import asyncio
from datetime import datetime, tzinfo
from functools import cached_property

from pydantic import BaseModel

from sampark.domain.base import AccountId, GmailId, ThreadId
from sampark.domain.mail import Arrival, MailRef
from sampark.domain.plan import Plan
from sampark.domain.policy import Policy
from sampark.domain.ports import Clock, SystemClock
from sampark.domain.task import Task
from sampark.domain.tool import AnyTool
from sampark.execution.tools.catalog import TOOLS
from sampark.lab.bench import TRIAL, TrialBench, trial_task
from sampark.lab.check_view import CheckView
from sampark.lab.files import Files, attached, handles, inputs, parsed
from sampark.lab.listing import Listing
from sampark.lab.plan_view import PlanView
from sampark.lab.progress import Progress, silent
from sampark.lab.run_view import RunView
from sampark.lab.task_view import AskView, TaskView
from sampark.lab.trial import Trial, in_thread
from sampark.planning import check, playbooks
from sampark.planning.check import CheckedPlan
from sampark.planning.playbooks import Playbook
from sampark.planning.type_words import words as type_words
from sampark.planning.wiring_types import annotation
from sampark.understanding import words as reading

YOU = "you@example.com"
SAMPARK = AccountId("sampark@example.com")


class Study:
    """The system's own reading, planning, compiling and running, on words and files at hand.

    Attributes:
        clock: the time that plans are compiled and run by.
        tools: what the steps of a plan may call, by name.
        policy: what effects may happen with whose words.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self.tools = TOOLS
        self.policy = Policy.default()

    @cached_property
    def _playbooks(self) -> tuple[Playbook, ...]:
        return playbooks.load()

    def playbooks(self) -> Listing[Playbook]:
        """Return the plans that need no model: what each does, and words that ask for it."""
        return Listing(
            noun="playbook",
            columns=("playbook", "what it does", "for example"),
            items=self._playbooks,
            row=lambda each: (each.title, each.summary, next(iter(each.examples), "")),
        )

    def catalog(self) -> Listing[AnyTool]:
        """Return the tools that a step may call, with what they take and what they give."""
        return Listing(
            noun="tool",
            columns=("tool", "what it does", "takes", "gives"),
            items=tuple(self.tools.values()),
            row=lambda tool: (tool.name, tool.summary, _fields(tool.input), _fields(tool.output)),
        )

    def understand(
        self, words: str, *, subject: str = "", files: Files = (), at: datetime | None = None
    ) -> TaskView:
        """Return the task that a mail with these words would start; nothing is sent.

        Args:
            words: the body of the mail.
            subject: its subject.
            files: what it has attached: sample names, paths, or content by name.
            at: when it is sent, with the writer's offset; now in UTC if not given.

        Raises:
            SettingsError: A file cannot be read.
        """
        content = attached(files)
        message = parsed(words, subject=subject, files=content, sender=YOU)
        asked_at = at or self.clock.now()
        arrival = Arrival(
            ref=MailRef(account=SAMPARK, gmail_id=GmailId("lab")),
            thread_id=ThreadId("lab"),
            labels=(),
            internal_date=asked_at,
            raw=b"",
        )
        task = reading.understand(
            message, task_id=TRIAL, arrival=arrival, asked_at=asked_at, timezone=_zone(asked_at)
        )
        return TaskView(task=task, files=content)

    def fit(self, task: TaskView | Task) -> PlanView | AskView:
        """Return the plan that a playbook makes of a task, or what must be asked first."""
        view = task if isinstance(task, TaskView) else TaskView(task=task)
        match playbooks.fit(view.task, self._playbooks):
            case playbooks.Fitted(plan=plan):
                return PlanView(plan=plan, files=view.files)
            case playbooks.Missing(questions=questions):
                return AskView(task=view, questions=questions)
            case playbooks.Unfit(reason=reason):
                return AskView(task=view, reason=reason)

    def check(
        self,
        plan: PlanView | Plan,
        *,
        deadline: datetime | None = None,
        budget_usd: float | None = None,
    ) -> CheckView:
        """Compile a plan; nothing runs.

        Args:
            plan: any plan, also one that makes no sense.
            deadline: when its last step must be done, timezone-aware.
            budget_usd: what it may cost, in USD.
        """
        given = plan.plan if isinstance(plan, PlanView) else plan
        verdict = check.check(
            given,
            self.tools,
            self.policy,
            now=self.clock.now(),
            deadline=deadline,
            budget_usd=budget_usd,
        )
        found = verdict if isinstance(verdict, CheckedPlan) else tuple(verdict)
        return CheckView(plan=given, verdict=found)

    def run(
        self, plan: PlanView | Plan, *, files: Files | None = None, progress: bool = False
    ) -> RunView:
        """Compile a plan and run it on files, with the real tools and without any mail.

        What the steps make stays in memory; a step that waits for a date does not wait.

        Args:
            plan: the plan.
            files: what the handles `att1`, `att2`, ... stand for; the plan's own files otherwise.
            progress: draw a bar while it runs.

        Raises:
            PlanRefused: It does not compile, or would act outside; the message names every error.
            SettingsError: A file cannot be read.
        """
        return in_thread(lambda: asyncio.run(self.arun(plan, files=files, progress=progress)))

    async def arun(
        self, plan: PlanView | Plan, *, files: Files | None = None, progress: bool = False
    ) -> RunView:
        """Do the same as `run`, to be awaited."""
        view = plan if isinstance(plan, PlanView) else PlanView(plan=plan)
        if files is not None:
            content = attached(files)
            replaced = view.plan.model_copy(update={"inputs": inputs(content)})
            view = PlanView(plan=replaced, files=content)
        checked = self.check(view).checked
        bench = TrialBench(
            task=trial_task(checked.plan.goal, self.clock),
            clock=self.clock,
            files=handles(view.files),
        )
        trial = Trial(checked.plan, self.tools, bench, Progress() if progress else silent)
        runs = await trial.run()
        ran = PlanView(plan=checked.plan, runs=runs, files=view.files)
        return RunView(plan=ran, values=trial.values, bench=bench)


def _fields(model: type[BaseModel]) -> str:
    return ", ".join(
        f"{name}: {type_words(annotation(field))}" for name, field in model.model_fields.items()
    )


def _zone(at: datetime) -> str:
    zone: tzinfo | None = at.tzinfo
    return str(getattr(zone, "key", ""))
