"""Fixtures of the desk's tests: a real store on SQLite, a manual clock, nouns to fill it with."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from sampark.desk.people import People
from sampark.domain.base import AccountId, GmailId, StepKey, TaskId, ThreadId
from sampark.domain.mail import Address, Arrival, MailRef
from sampark.domain.plan import Plan, PlanOrigin, Ref, Step
from sampark.domain.policy import Policy
from sampark.domain.run import StepRun, StepStatus
from sampark.domain.task import Task, TaskStatus
from sampark.domain.value import REQUESTER, Value
from sampark.storage.rows import OutboxRow
from sampark.storage.store import Store
from sampark.storage.vault import Vault
from sampark.testing.builders import mail
from sampark.testing.clock import ManualClock
from sampark.workflow.names import RequesterNames
from sampark.workflow.services import Services

ACCOUNT = AccountId("sampark@example.com")


class Stage:
    """A store with what a test puts on it."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self.store = store
        self.clock = clock
        self.services = Services(
            store=store,
            clock=clock,
            mailboxes={},
            gate=_no_gate,
            timezone=lambda _: "",
            tools={},
            playbooks=(),
            policy=Policy.default(),
            models=lambda _: None,
            names=RequesterNames(store),
        )
        self._mails = 0

    def mail(
        self, body: str, *, subject: str = "Sales", files: dict[str, bytes] | None = None
    ) -> MailRef:
        """Let a mail arrive."""
        self._mails += 1
        ref = MailRef(account=ACCOUNT, gmail_id=GmailId(f"g{self._mails}"))
        arrival = Arrival(
            ref=ref,
            thread_id=ThreadId(f"t{self._mails}"),
            labels=("INBOX",),
            internal_date=self.clock.now(),
            raw=mail(body, subject=subject, files=files).as_bytes(),
        )
        self.store.mails.take_in(ACCOUNT, [arrival], None)
        self.store.mails.set_head(ref, f"<{self._mails}@x>", "You <you@example.com>", subject)
        return ref

    def task(
        self,
        name: str = "one",
        *,
        status: TaskStatus = TaskStatus.RUNNING,
        body: str = "Please sum it up.",
        files: dict[str, bytes] | None = None,
        plan: Plan | None = None,
    ) -> TaskId:
        """Add a task with its mail."""
        ref = self.mail(body, files=files)
        task = TaskId(name)
        self.store.tasks.add(
            Task(
                id=task,
                account=ACCOUNT,
                thread_id=ThreadId(f"t{self._mails}"),
                gmail_id=ref.gmail_id,
                requester=Address(name="You", email="you@example.com"),
                goal="Sum it up",
                words=body,
                subject="Sales",
                kind="ask",
                asked_at=self.clock.now(),
            ),
            TaskStatus.NEW,
        )
        self.store.mails.set_outcome(ref, "task", "", task)
        if plan is not None:
            self.store.runs.save_plan(task, plan)
        if status is not TaskStatus.NEW:
            self.store.tasks.set_status(task, status)
        return task

    def answer(self, task: TaskId, body: str, *, files: dict[str, bytes] | None = None) -> str:
        """Plan a mail of ours; return its key."""
        raw = mail(body, sender=f"Sampark <{ACCOUNT}>", to="you@example.com", files=files)
        row = OutboxRow(
            key=f"key-{task}",
            account=ACCOUNT,
            task=task,
            thread_id=ThreadId("t1"),
            mime=raw.as_bytes(),
        )
        return self.store.outbox.plan(row).key

    def done(self, task: TaskId, key: str, data: dict[str, object]) -> None:
        """Note that a step was done and what it gave."""
        now = self.clock.now()
        run = StepRun(
            key=StepKey(key),
            attempt=1,
            status=StepStatus.DONE,
            started_at=now - timedelta(seconds=2),
            finished_at=now,
            value=Value.model_validate({"data": data, "origins": [REQUESTER]}),
        )
        self.store.runs.finish(task, 1, run)

    def made(self, task: TaskId, name: str, content: bytes) -> dict[str, object]:
        """Keep a file that a step made; return it as a value."""
        self.store.blobs.put(task, content)
        digest = hashlib.sha256(content).hexdigest()
        return {"name": name, "media_type": "text/csv", "size": len(content), "sha256": digest}


def _no_gate(_: AccountId) -> NoReturn:
    raise LookupError("no mail is judged at the desk")


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at noon."""
    return ManualClock()


@pytest.fixture(scope="session")
def desk_vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    """One key for all stores of the run."""
    return Vault.open(tmp_path_factory.mktemp("key") / "desk.key", create=True)


@pytest.fixture
def stage(tmp_path: Path, desk_vault: Vault, clock: ManualClock) -> Iterator[Stage]:
    """An empty store on SQLite, to be filled."""
    store = Store.open(f"sqlite:///{tmp_path / 'sampark.db'}", vault=desk_vault, clock=clock)
    store.accounts.add(ACCOUNT)
    yield Stage(store, clock)
    store.close()


@pytest.fixture
def people(stage: Stage, clock: ManualClock) -> People:
    """The people of that store; hashing is as cheap as it gets."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    return People(stage.store, clock, hasher=quick)


@pytest.fixture
def two_steps() -> Callable[[], Plan]:
    """Builds a plan of two steps, the second taking the first one's file."""

    def build() -> Plan:
        opened = Step(
            key=StepKey("open"),
            title="Open the file",
            tool="file.open",
            args={"handle": "att1", "sheet": ""},
        )
        read = Step(
            key=StepKey("read"),
            title="Read the table",
            tool="table.read",
            args={"file": Ref(step=StepKey("open"), field="file"), "sheets": ("a", "b")},
        )
        origin = PlanOrigin(kind="playbook", name="ask", version="1")
        return Plan(goal="Sum it up", steps=(opened, read), origin=origin)

    return build
