"""The system in this process beside a sandbox whose requests can go wrong, with a clock by hand."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from google.oauth2.credentials import Credentials

from sampark import settings
from sampark.domain.base import AccountId
from sampark.mailbox.gmail import Gmail
from sampark.mailbox.patience import Patience
from sampark.sandbox.control import Control, Fault, FaultKind
from sampark.sandbox.person import Letter, Person
from sampark.sandbox.server import Sandbox
from sampark.testing.clock import ManualClock
from sampark.wiring import System
from sampark.workflow.idle import moving
from sampark.workflow.services import Services

ACCOUNT = AccountId("sampark@example.com")
REQUESTER = "you@example.com"
BODY = "Please make a calendar event: {} on 5 March 2027 at 14:00."
SEND = "POST .*/drafts/send"
MINE = "/gmail/v1/users/me/(history|profile|threads|drafts)"  # what only the system asks for
PATIENCE = 120.0  # seconds in which a mail must be answered
Change = Callable[[Services], Services]


class Rig:
    """One running system, one requester, and the switches of their sandbox."""

    def __init__(
        self, system: System, sandbox: Sandbox, person: Person, clock: ManualClock
    ) -> None:
        self.system = system
        self.person = person
        self._sandbox = sandbox
        self._clock = clock
        self._looks = 0

    @property
    def control(self) -> Control:
        """The sandbox's switches."""
        return self._sandbox.control

    def fault(self, kind: FaultKind, match: str = "/users/", times: int = 1, **more: float) -> None:
        """Let requests of the Gmail API go wrong; `times` 0 means until they are cleared."""
        self.control.fault(
            Fault.model_validate({"kind": kind, "match": match, "times": times, **more})
        )

    def ask(self, *titles: str) -> None:
        """Let the requester mail tasks; their own requests must be right."""
        for title in titles:
            self.person.write(BODY.format(title), to=ACCOUNT, subject=title)

    def answers(self) -> list[str]:
        """Return the subjects of the answers that the requester has, sorted."""
        return sorted(letter.subject.removeprefix("Re: ") for letter in self.letters())

    def letters(self) -> list[Letter]:
        """Return what the requester received."""
        return self.person.letters(label="INBOX")

    def wait_for(self, *titles: str, turning: timedelta = timedelta()) -> None:
        """Wait until these are answered and nothing moves, the clock turning at every look."""
        deadline = time.monotonic() + PATIENCE
        while (set(titles) - set(self.answers())) or moving(self.system.store, self._clock):
            assert time.monotonic() < deadline, f"still: {moving(self.system.store, self._clock)}"
            self._clock.advance(turning)
            time.sleep(0.05)

    def look_again(self) -> None:
        """Let some time pass, for a condition that is looked at in a loop."""
        self._looks += 1
        assert self._looks < PATIENCE / 0.02, "nothing of the kind came"
        time.sleep(0.02)

    def told(self, kind: str) -> bool:
        """Whether an event of that kind was written."""
        return any(event.kind == kind for event in self.system.store.events.since(0))

    def state(self, account: AccountId) -> str:
        """Return what is known of an account's connection."""
        return self.system.store.accounts.get(account).state

    def seen(self, path: str) -> list[int]:
        """Return how the requests to a path ended, in their order; 0 is a cut connection."""
        return [each.status for each in self.control.requests() if each.path.endswith(path)]

    def drafts_left(self) -> int:
        """Return how many drafts lie in the system's mailbox."""
        return len(self._drafts())

    def _drafts(self) -> Sequence[object]:
        token = self._sandbox.token(ACCOUNT)
        with closing(Person(self._sandbox.endpoint, email=ACCOUNT, token=token)) as account:
            return account.letters(label="DRAFT")


def unchanged(services: Services) -> Services:
    """Give the system what it made itself."""
    return services


@contextmanager
def rig(home: Path, *, change: Change = unchanged, timeout: float = 5.0) -> Iterator[Rig]:
    """Start a system that polls every 50 ms; `change` may decorate what its steps work with."""
    clock = ManualClock()
    with Sandbox(home / "sandbox.db", accounts=[ACCOUNT, REQUESTER]) as sandbox:
        chosen = settings.load(home=home, poll_seconds=0.05)
        grant = Credentials(token=sandbox.token(ACCOUNT))
        system = System(chosen, endpoint=sandbox.endpoint, credentials=lambda _: grant, clock=clock)
        gmail = Gmail(
            ACCOUNT,
            endpoint=sandbox.endpoint,
            credentials=grant,
            patience=Patience(timeout=timeout, attempts=2, pause=0.01),
        )
        system.services = change(replace(system.services, mailboxes={ACCOUNT: gmail}))
        person = Person(sandbox.endpoint, email=REQUESTER, token=sandbox.token(REQUESTER))
        with closing(person), ExitStack() as at_last:
            at_last.callback(system.stop)
            system.start(listen=False)
            system.engine.call(system.listener.sync_once(ACCOUNT))
            system.listen()
            yield Rig(system, sandbox, person, clock)
