"""One life of the system under test, in a process of its own: recover, take a mail, maybe die."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dbos import DBOS
from google.oauth2.credentials import Credentials
from pydantic import BaseModel

from sampark import settings
from sampark.domain.base import AccountId, StepKey
from sampark.domain.plan import Plan, PlanOrigin, Step
from sampark.mailbox import mime
from sampark.planning import picture
from sampark.sandbox.person import Person
from sampark.storage.store import Store
from sampark.testing import builders
from sampark.wiring import System
from sampark.workflow.dialogue import workflow_id
from sampark.workflow.idle import moving

from .noise import noise, pdf
from .points import Point, Points, watch, watch_checkpoints, watch_statements

LIMIT = 120.0  # seconds: a life that takes longer hangs
HUNG = 3
LOOKS = 3  # a workflow that has just come to its wait has one checkpoint more to write
ALL = 100_000


class Letter(BaseModel):
    """A mail of the requester; a reply goes into the thread of that subject, to its last mail.

    `noise` is the size in bytes of each of two PDF files that go along, of pages nobody can zip.
    """

    subject: str
    body: str
    reply: bool = False
    noise: int = 0


class Life(BaseModel):
    """What one process is to do.

    Once it has recovered and rests, the requester writes the mails of `before`, each settled before
    the next, then those of `mails`. `die` is the point to be killed at, counted from then on, or
    from the very start, statement by statement, when `from_start`. Mail is read in this process
    unless it is `apart`: to start one for each of hundreds of lives would take most of their time.
    """

    home: Path
    endpoint: str
    account: str
    token: str
    requester: str
    requester_token: str
    before: list[Letter] = []
    mails: list[Letter] = []
    die: str = ""
    die_at_call: int = 0
    ahead: float = 0.0
    from_start: bool = False
    apart: bool = False


class Told(BaseModel):
    """What a life that was not cut short reports: the watched calls in their order."""

    names: list[str]


def warm() -> None:
    """Fill the caches that every life would fill for itself. Starts no thread."""
    mime.parse(builders.mail("Please make a calendar event: Tea on 5 March at 14:00.").as_bytes())
    step = Step(key=StepKey("event"), title="Make the entry", tool="event.make")
    plan = Plan(goal="An entry", steps=(step,), origin=PlanOrigin(kind="person", name="warm"))
    picture.png(picture.svg(plan))


def live(life: Life) -> None:
    """Live it; returns only if it was not killed. Its home tells the process's id."""
    (life.home / "pid").write_text(str(os.getpid()), encoding="utf-8")
    points = Points(life.home / "died-at")
    target = Point.parse(life.die) if life.die else None
    watch_checkpoints(points, life.home / "engine.db")
    if life.die_at_call:
        points.arm(None, call=life.die_at_call)
    if life.from_start:
        watch_statements(points, life.home)
        points.arm(target)
    system = System(
        settings.load(
            home=life.home,
            accounts=(life.account,),
            requesters=(life.requester,),
            poll_seconds=30.0,
            replies_per_requester=0,
            tasks_per_requester=0,
        ),
        endpoint=life.endpoint,
        credentials=lambda _: Credentials(token=life.token),
        clock=ClockAhead(life.ahead),
    )
    store = system.store
    if not life.apart:
        system.services = replace(system.services, parser=Inside())
    watch(system, points)
    system.start(listen=False)
    account = AccountId(life.account)
    system.engine.call(system.listener.sync_once(account))
    _rest(system, store)
    requester = Requester(life, store)
    for letter in life.before:
        requester.write(letter)
        system.engine.call(system.listener.sync_once(account))
        _rest(system, store, mails=requester.written)
    for letter in life.mails:
        requester.write(letter)
    if not life.die_at_call and not life.from_start:
        points.arm(target)
    system.listen()
    _rest(system, store, mails=requester.written)
    points.disarm()
    told = Told(names=points.names)
    (life.home / "told.json").write_text(told.model_dump_json(), encoding="utf-8")
    system.stop()


class Inside:
    """Reads mail in this very process."""

    read = staticmethod(mime.parse)

    def close(self) -> None:
        """There is nothing to end."""


class ClockAhead:
    """The machine's clock, some seconds later."""

    def __init__(self, seconds: float) -> None:
        self._ahead = timedelta(seconds=seconds)

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC) + self._ahead


class Requester:
    """Writes the letters of a life. `written` is how many mails the system must then have."""

    def __init__(self, life: Life, store: Store) -> None:
        self._person = Person(life.endpoint, email=life.requester, token=life.requester_token)
        self._to = life.account
        self.written = len(store.mails.rows(limit=ALL))

    def write(self, letter: Letter) -> None:
        """Send one."""
        if letter.reply:
            last = self._person.letters(f'in:inbox subject:"{letter.subject}"')[-1]
            self._person.reply(last, letter.body)
        else:
            files = {f"{seed}.pdf": pdf(noise(letter.noise, seed)) for seed in (1, 2)}
            self._person.write(
                letter.body,
                to=self._to,
                subject=letter.subject,
                files=files if letter.noise else None,
            )
        self.written += 1


def _rest(system: System, store: Store, *, mails: int = 0) -> None:
    """Wait until nothing moves: not the mails in the store, not a workflow in the engine."""
    deadline = time.monotonic() + LIMIT
    quiet = 0
    while quiet < LOOKS:
        still = moving(store, system.clock) or system.engine.call(_busy(store))
        quiet = 0 if still or len(store.mails.rows(limit=ALL)) < mails else quiet + 1
        if time.monotonic() > deadline:
            os.write(2, f"still moving: {still}\n".encode())
            os._exit(HUNG)
        time.sleep(0.01)


async def _busy(store: Store) -> list[str]:
    """Return the workflows that are open and do not wait for a person or a date."""
    found = await DBOS.list_workflows_async(
        status=["PENDING", "ENQUEUED"], load_input=False, load_output=False
    )
    waiting = {workflow_id(row.id) for row in store.tasks.open()}
    waiting |= {row.workflow_id for row in store.waits.open()}
    return [each.workflow_id for each in found if each.workflow_id not in waiting]
