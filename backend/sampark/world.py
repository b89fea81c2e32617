"""The whole system in one object, beside its own Gmail sandbox.

What the demo, the notebooks and the tests run is what `sampark serve` runs: the same wiring, a real
store, the real Gmail client over HTTP. Only the mailbox lives on this machine.
"""

import asyncio
import tempfile
import time
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from types import TracebackType
from typing import Literal

from google.oauth2.credentials import Credentials

from sampark import settings as settings_module
from sampark.domain.base import AccountId, TaskId
from sampark.domain.ports import Clock
from sampark.domain.run import Effect
from sampark.domain.task import Task, TaskStatus
from sampark.llm.models import ModelFactory
from sampark.sandbox.control import Control
from sampark.sandbox.person import Person
from sampark.sandbox.server import Sandbox
from sampark.sandbox.store import utc_now
from sampark.settings import Settings
from sampark.testing.clock import ManualClock
from sampark.wiring import System
from sampark.workflow import listen
from sampark.workflow.idle import moving

Approvals = Literal["deny_all", "honest", "rubber_stamp", "by_hand"]
Dmarc = Literal["pass", "fail", "none"]


class World:
    """Sampark and its sandbox. A context manager, plain or async.

    Args:
        home: Where everything is kept; a folder that vanishes with the world if None.
        settings: Settings to start from; `home` and `gmail_endpoint` are set here.
        model_factory: A model for each role; None answers without any model.
        clock: The clock of the system and of the sandbox, for example a ManualClock that `advance`
            turns: mail arrives at its moment.
        approvals: How the requester answers a request for approval: never with consent, with
            consent only to plans without an effect outside the thread, always with consent, or
            by the caller's own hand.
        listen: Poll the mailboxes all the time, as `serve` does; else only in `run_until_idle`.
    """

    def __init__(
        self,
        home: Path | None = None,
        *,
        settings: Settings | None = None,
        model_factory: ModelFactory | None = None,
        clock: Clock | None = None,
        approvals: Approvals = "deny_all",
        listen: bool = False,
    ) -> None:
        self._borrowed = None if home else tempfile.TemporaryDirectory(prefix="sampark-")
        place = home or Path(self._borrowed.name if self._borrowed else ".")
        base = settings or settings_module.load()
        self.settings = base.model_copy(update={"home": place.absolute()})
        self.approvals: Approvals = approvals
        self._models = model_factory
        self._clock = clock
        self._listen = listen
        self._answered: set[TaskId] = set()
        self._people: dict[str, Person] = {}
        settings_module.make_home(place)
        people = [name for name in self.settings.requesters if not name.startswith("@")]
        self.sandbox = Sandbox(
            place / "sandbox.db",
            accounts=[*self.settings.accounts, *people],
            port=self.settings.sandbox_port,
            now=clock.now if clock else utc_now,
        )
        self.system: System

    def __enter__(self) -> "World":
        return self.start()

    async def __aenter__(self) -> "World":
        return await asyncio.to_thread(self.start)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.stop)

    def start(self) -> "World":
        """Start the sandbox, then the system on it; the cursors are pinned before any mail."""
        self.sandbox.start()
        self.system = System(
            self.settings,
            endpoint=self.sandbox.endpoint,
            credentials=lambda account: Credentials(token=self.sandbox.token(account)),
            models=self._models,
            clock=self._clock,
        ).start(listen=False)
        for account in self.system.services.mailboxes:
            self.system.engine.call(self.system.listener.sync_once(account))
        if self._listen:
            self.system.listen()
        return self

    def stop(self) -> None:
        """Stop the system, then the sandbox."""
        for person in self._people.values():
            person.close()
        self.system.stop()
        self.sandbox.stop()
        if self._borrowed is not None:
            self._borrowed.cleanup()

    @property
    def account(self) -> AccountId:
        """The first connected mailbox."""
        return AccountId(self.settings.accounts[0])

    @property
    def faults(self) -> Control:
        """The sandbox's switches."""
        return self.sandbox.control

    @property
    def tasks(self) -> list[Task]:
        """Every task, oldest first."""
        rows = self.system.store.tasks.rows(limit=10_000)
        return [self.system.store.tasks.get(row.id) for row in reversed(rows)]

    @property
    def effects(self) -> list[Effect]:
        """The effect ledger, oldest first."""
        return self.system.store.effects.rows()

    @property
    def outbound(self) -> dict[str, list[bytes]]:
        """The final MIME bytes that left, by recipient address, oldest first."""
        sent: dict[str, list[bytes]] = {}
        for account in self.settings.accounts:
            for raw in self.person(account).raw_mails("SENT"):
                mail = message_from_bytes(raw)
                named = [str(mail.get(field, "")) for field in ("To", "Cc", "Bcc")]
                for address in filter(None, (pair[1] for pair in getaddresses(named))):
                    sent.setdefault(address.lower(), []).append(raw)
        return sent

    def status(self, task: TaskId) -> TaskStatus:
        """Return where a task stands."""
        return self.system.store.tasks.status(task)

    def person(self, email: str) -> Person:
        """Return a person of the sandbox, who writes and reads mail."""
        if email not in self._people:
            token = self.sandbox.token(email)
            self._people[email] = Person(self.sandbox.endpoint, email=email, token=token)
        return self._people[email]

    def deliver(
        self, mail: bytes | EmailMessage, *, to: str | None = None, dmarc: Dmarc = "pass"
    ) -> str:
        """Let a mail arrive from outside; return its Gmail id in the mailbox of `to`."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        return self.sandbox.control.deliver(raw, to=to or self.account, dmarc=dmarc).gmail_id

    def advance(self, step: timedelta) -> None:
        """Turn the manual clock and wake what has become due."""
        if not isinstance(self._clock, ManualClock):
            raise TypeError("advance needs a world made with clock=ManualClock()")
        self._clock.advance(step)
        self.system.engine.call(listen.wake_due())

    async def run_until_idle(self, *, seconds: float = 60) -> None:
        """Sync every mailbox and let the system come to rest, or raise TimeoutError.

        A task that waits for a person or a date rests.
        """
        await asyncio.to_thread(self.settle, seconds=seconds)

    def settle(self, *, seconds: float = 60) -> None:
        """Do the same without an event loop."""
        limit = time.monotonic() + seconds
        system = self.system
        while True:
            came = sum(
                system.engine.call(system.listener.sync_once(account))
                for account in system.services.mailboxes
            )
            still = moving(system.store, system.clock)
            if not came and not still and not self._approve():
                return
            if time.monotonic() > limit:
                raise TimeoutError(f"still moving after {seconds} s: {', '.join(still)}")
            time.sleep(0.01)

    def _approve(self) -> bool:
        """Answer, as the requester would, every open request for approval; True if any."""
        if self.approvals == "by_hand":
            return False
        store = self.system.store
        asked = [
            row
            for row in store.tasks.rows(limit=1_000, status=TaskStatus.APPROVING)
            if row.id not in self._answered
        ]
        for row in asked:
            self._answered.add(row.id)
            person = self.person(store.tasks.get(row.id).requester.key)
            asked_by = store.outbox.for_task(row.id)[-1].message_id
            letter = next(mail for mail in person.letters() if mail.message_id == asked_by)
            person.reply(letter, "go" if self._agrees(row.id) else "no")
        return bool(asked)

    def _agrees(self, task: TaskId) -> bool:
        plan = self.system.store.runs.plan(task)
        if plan is None or self.approvals == "deny_all":
            return False
        outside = any(self.system.services.tools[step.tool].sink for step in plan.steps)
        return self.approvals == "rubber_stamp" or not outside
