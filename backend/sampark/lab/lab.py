"""The lab: a whole system of its own to write to, or an installation to look at."""

import asyncio
import tempfile
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from sampark import settings
from sampark.domain.base import GmailId, TaskId
from sampark.domain.mail import MailRef
from sampark.errors import SettingsError
from sampark.lab.bench import TrialBench
from sampark.lab.conversation import Conversation
from sampark.lab.files import Files, attached
from sampark.lab.listing import Listing
from sampark.lab.markup import short
from sampark.lab.plan_view import PlanView
from sampark.lab.run_view import RunView
from sampark.lab.standing import latest
from sampark.lab.story import Story, story
from sampark.lab.study import SAMPARK, YOU, Study
from sampark.lab.task_view import TaskView
from sampark.lab.threads import SentThread, StoredThread, letter_mail, read_mail, task_view
from sampark.llm.models import ModelFactory
from sampark.mailbox import mime
from sampark.settings import Settings
from sampark.storage.store import Store
from sampark.testing.builders import mail
from sampark.wiring import open_vault
from sampark.world import Approvals, World

TaskLike = TaskView | Conversation | str
"""A task, a conversation about one, or a task's id."""

_ALL = 10_000
_running: "weakref.WeakSet[Lab]" = weakref.WeakSet()


class Lab(Study):
    """A system to try things on. Use it in a `with`, or close it when done.

    Make one with `Lab.open()`. Nothing in it is a stand-in but the mailbox: mails go through a
    Gmail sandbox on this machine, into the real system, and come back the same way.

    Attributes:
        store: the system's store.
        world: the whole system; None in a lab that only reads an installation.
    """

    def __init__(
        self, store: Store, world: World | None = None, *, ends: Sequence[Callable[[], None]] = ()
    ) -> None:
        super().__init__(world.system.clock if world else None)
        self.store = store
        self.world = world
        self._sent: list[Conversation] = []
        self._told = store.events.last()
        # Runs when the lab is closed or forgotten, and at the end of the process.
        self._end = weakref.finalize(self, _each, ends or (store.close,))

    @classmethod
    def open(
        cls,
        home: Path | str | None = None,
        *,
        models: ModelFactory | Mapping[str, str] | None = None,
        approvals: Approvals = "deny_all",
    ) -> "Lab":
        """Return a lab.

        Args:
            home: the folder of an installation, to be read and never written to; a fresh system
                in a folder that vanishes with the lab if not given.
            models: a model for each role, as `{"plan": "openai:gpt-5"}` or as a factory; none
                otherwise, whatever the environment says.
            approvals: how the requester answers when asked for approval, as `World` has it.

        Opening a fresh system closes the one before: a process runs one at a time.

        Raises:
            SettingsError: There is no installation in that folder.
            StoreError: It cannot be read.
        """
        return cls._fresh(models, approvals) if home is None else cls._of(Path(home))

    @classmethod
    def _fresh(cls, models: ModelFactory | Mapping[str, str] | None, approvals: Approvals) -> "Lab":
        for other in list(_running):
            other.close()
        named = models if isinstance(models, Mapping) else {}
        factory = None if isinstance(models, Mapping) else models
        folder = tempfile.TemporaryDirectory(prefix="sampark-lab-")
        world = World(
            Path(folder.name),
            settings=_own_settings(Path(folder.name), named),
            model_factory=factory,
            approvals=approvals,
        ).start()
        lab = cls(world.system.store, world, ends=(world.stop, folder.cleanup))
        _running.add(lab)
        return lab

    @classmethod
    def _of(cls, home: Path) -> "Lab":
        chosen = settings.load(home=home)
        if not Store.exists(chosen.store_url):
            raise SettingsError(
                f"there is no Sampark in {home}.",
                fix="Name the folder that sampark serve keeps its data in, or open a fresh lab.",
            )
        return cls(Store.open(chosen.store_url, vault=open_vault(chosen)))

    def __enter__(self) -> "Lab":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the system and remove its folder; again is the same as once."""
        self._end()

    def send(
        self,
        body: str,
        *,
        subject: str = "",
        files: Files = (),
        sender: str = YOU,
        proven: bool = True,
    ) -> Conversation:
        """Send a mail to sampark@example.com, and return its thread.

        Args:
            body: the words.
            subject: the subject; the first words of the body if not given.
            files: what to attach: sample names, paths, or content by name.
            sender: who writes. you@example.com is the one whom this system answers.
            proven: whether the sender's domain vouches for the mail (DMARC); False is a forgery.

        Raises:
            SettingsError: A file cannot be read, or this lab only reads.
        """
        content = attached(files)
        title = subject or short(body, 60)
        world = self._world()
        thread = (
            self._from_you(world, body, title, content)
            if sender == YOU and proven
            else self._from_outside(world, body, title, content, sender=sender, proven=proven)
        )
        self._sent.append(Conversation(thread))
        return self._sent[-1]

    def settle(self, *, seconds: float = 60) -> Story:
        """Let the system work until it rests, and return what happened.

        A task that waits for an answer or a date rests.

        Raises:
            SettingsError: This lab only reads.
            TimeoutError: It still moved after so many seconds.
        """
        self._world().settle(seconds=seconds)
        before, self._told = self._told, self.store.events.last()
        return story(self.store, before)

    async def asettle(self, *, seconds: float = 60) -> Story:
        """Do the same as `settle`, to be awaited."""
        return await asyncio.to_thread(lambda: self.settle(seconds=seconds))

    def threads(self) -> Listing[Conversation]:
        """Return the threads of this lab, or of the installation, oldest first."""
        return _listed(self._sent if self.world else self._stored(imported=False))

    def imported(self, *, mails: int = 1_000) -> Listing[Conversation]:
        """Return the threads of mail that `sampark import` read, oldest first.

        Args:
            mails: the threads of so many mails, the newest ones.
        """
        return _listed(self._stored(imported=True, mails=mails))

    def tasks(self) -> Listing[TaskView]:
        """Return the tasks, oldest first."""
        rows = reversed(self.store.tasks.rows(limit=_ALL))
        return Listing(
            noun="task",
            columns=("what is asked", "kind", "stands"),
            items=tuple(task_view(self.store, row.id) for row in rows),
            row=lambda each: (
                short(each.task.goal),
                each.task.kind,
                each.status.value if each.status else "",
            ),
        )

    def task(self, which: TaskLike) -> TaskView:
        """Return a task as it stands now.

        Raises:
            StoreError: There is no task of that id.
            LookupError: The conversation started none.
        """
        return task_view(self.store, _task_id(which))

    def plan(self, which: TaskLike) -> PlanView:
        """Return the latest plan of a task, and how its steps stand; raises as `task`.

        Raises:
            LookupError: The task has no plan.
        """
        task = self.task(which)
        plan = self.store.runs.plan(task.task.id)
        if plan is None:
            raise LookupError(f"the task has no plan: it is {task.status}.")
        runs = self.store.runs.steps(task.task.id)
        return PlanView(plan=plan, runs=latest(runs), files=task.files)

    def record(self, which: TaskLike) -> RunView:
        """Return the run of a task's latest plan, with what its steps gave; raises as `plan`."""
        view = self.plan(which)
        task = self.task(which).task
        bench = TrialBench(
            task=task, clock=self.clock, fetch=lambda sha256: self.store.blobs.get(task.id, sha256)
        )
        values = {key: run.value for key, run in view.runs.items() if run.value is not None}
        return RunView(plan=view, values=values, bench=bench)

    def conversation(self, which: TaskLike) -> Conversation:
        """Return the thread that a task is about; raises as `task`."""
        if isinstance(which, Conversation):
            return which
        task = self.task(which).task
        for talk in self._sent:
            if talk.task is not None and talk.task.id == task.id:
                return talk
        return Conversation(StoredThread(self.store, task.account, task.thread_id))

    def _world(self) -> World:
        if self.world is None:
            raise SettingsError(
                "this lab reads an installation; nothing is sent or run there.",
                fix="Use Lab.open() for a system of its own, or: sampark mail send",
            )
        if not self._end.alive:
            raise SettingsError("this lab is closed.", fix="Open another: Lab.open()")
        return self.world

    def _from_you(
        self, world: World, body: str, subject: str, files: Mapping[str, bytes]
    ) -> SentThread:
        person = world.person(YOU)
        letter = person.write(body, to=world.account, subject=subject, files=files)
        first = letter_mail(letter)
        return SentThread(self.store, world.account, first, person=person, letter=letter)

    def _from_outside(
        self,
        world: World,
        body: str,
        subject: str,
        files: Mapping[str, bytes],
        *,
        sender: str,
        proven: bool,
    ) -> SentThread:
        raw = mail(body, subject=subject, sender=sender, files=files).as_bytes()
        gmail_id = world.deliver(raw, dmarc="pass" if proven else "fail")
        ref = MailRef(account=world.account, gmail_id=GmailId(gmail_id))
        first = read_mail(mime.parse(raw), ours=False)
        return SentThread(self.store, world.account, first, ref=ref)

    def _stored(self, *, imported: bool, mails: int = _ALL) -> list[Conversation]:
        rows = reversed(self.store.mails.rows(limit=mails, imported=imported))
        threads = dict.fromkeys((row.ref.account, row.thread_id) for row in rows)
        return [Conversation(StoredThread(self.store, *each)) for each in threads]


def _listed(found: Sequence[Conversation]) -> Listing[Conversation]:
    return Listing(
        noun="thread",
        columns=("subject", "mails", "stands", "why"),
        items=tuple(found),
        row=lambda each: (
            short(each.mails[0].subject),
            str(len(each.mails)),
            each.stands,
            each.reason,
        ),
    )


def _each(ends: Sequence[Callable[[], None]]) -> None:
    for end in ends:
        end()


def _task_id(which: TaskLike) -> TaskId:
    match which:
        case TaskView():
            return which.task.id
        case Conversation():
            task = which.task
            if task is None:
                raise LookupError(f"this conversation started no task: it is {which.outcome}.")
            return task.task.id
        case _:
            return TaskId(which)


def _own_settings(home: Path, models: Mapping[str, str]) -> Settings:
    """Return settings that owe nothing to the environment: a lab never meets real data."""
    return settings.load(
        home=home,
        database_url="",
        engine_url="",
        key_file=home / "keys" / "master.key",
        accounts=(SAMPARK,),
        requesters=(YOU,),
        timezones={},
        gmail_endpoint="",
        sandbox_port=0,
        authserv_id="mx.google.com",
        models=dict(models),
        approve_plans=False,
    )
