"""Kill the system again and again, then count in the sandbox what its requester received.

A trial is one life: it recovers what the life before it left, is given a mail, and dies at its point.
Trials of one chain share a home, as real crashes do; chains run side by side, each with its own
home and its own two accounts of the one sandbox.
"""

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from sampark.domain.base import AccountId
from sampark.sandbox.person import Person
from sampark.sandbox.server import Sandbox
from sampark.storage.store import Store
from sampark.storage.vault import Vault

from .nursery import Nursery
from .points import Point, every_point
from .victim import Letter, Life, Told

KILLED = -9
CHAINS = 4
LIFETIME = 90.0  # seconds by which each life's clock is ahead of the one before


@dataclass(frozen=True)
class Story:
    """What is mailed in one trial: `first` is settled before the mail that dies on the way.

    `{n}` in the words becomes the trial's own name. `answers` are the mails that must come back.
    `noise`: the bytes in each of two PDF files that go along.
    """

    name: str
    body: str
    first: str = ""
    answers: int = 1
    noise: int = 0

    def letters(self, trial: str) -> tuple[list[Letter], list[Letter]]:
        """Return the mails before and the mail at which the process is killed."""
        subject = f"Trial {trial}"
        before = [Letter(subject=subject, body=self.first.format(n=trial))] if self.first else []
        words = self.body.format(n=trial)
        mail = Letter(subject=subject, body=words, reply=bool(self.first), noise=self.noise)
        return before, [mail]


EVENT = Story("event", "Please make a calendar event: Review {n} on 5 March 2027 at 14:00.")
ANSWER = Story(
    "answer to a question",
    "Review {n}",
    first="Please make a calendar event on 5 March 2027 at 14:00.",
    answers=2,
)
STATUS = Story(
    "status",
    "status",
    first="Please make a calendar event: Review {n} on 5 March 2027 at 14:00.",
    answers=2,
)
STOP = Story(
    "stop of a wait", "stop", first="Remind me on 5 March 2031 at 14:00 to call {n}.", answers=2
)
LARGE = Story("large answer", "Please merge these PDFs into one.", noise=2_500_000)
STORIES = (EVENT, ANSWER, STATUS, STOP, LARGE)


@dataclass
class Tally:
    """What came of a chain's trials. `died` are the points reached, with the call's name."""

    died: list[str] = field(default_factory=list)
    not_reached: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    left_open: list[str] = field(default_factory=list)

    @property
    def faults(self) -> dict[str, list[str]]:
        """Everything that must not be, by kind; empty when all is well."""
        named = {
            "broken": self.broken,
            "lost": self.lost,
            "twice": self.twice,
            "left open": self.left_open,
        }
        return {kind: found for kind, found in named.items() if found}

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in self.__dict__})


class Home:
    """One installation under test: its folder and its two accounts."""

    def __init__(self, name: str, *, path: Path, sandbox: Sandbox, nursery: Nursery) -> None:
        self.path = path / name
        self.path.mkdir()
        self.account = f"sampark-{name}@example.com"
        self.requester = f"you-{name}@example.com"
        self._sandbox = sandbox
        self._nursery = nursery
        self._lives = 0

    def live(self, **life: Any) -> int:
        """Run the system once, as `begin`; return the exit code of its process."""
        return self.begin(**life).result(300)

    def begin(
        self,
        *,
        before: Sequence[Letter] = (),
        mails: Sequence[Letter] = (),
        die: Point | None = None,
        **more: Any,
    ) -> Future[int]:
        """Let the system begin to run; the future has its exit code. `more` are fields of `Life`."""
        life = Life(
            home=self.path,
            endpoint=self._sandbox.endpoint,
            account=self.account,
            token=self._sandbox.token(self.account),
            requester=self.requester,
            requester_token=self._sandbox.token(self.requester),
            before=list(before),
            mails=list(mails),
            die=str(die or ""),
            **more,
            ahead=LIFETIME * self._lives,
        )
        self._lives += 1
        (self.path / "died-at").unlink(missing_ok=True)
        return self._nursery.begin(life.model_dump_json())

    def post(self, letters: Sequence[Letter]) -> None:
        """Let the requester write while no life is there to read it."""
        token = self._sandbox.token(self.requester)
        with closing(Person(self._sandbox.endpoint, email=self.requester, token=token)) as person:
            for letter in letters:
                person.write(letter.body, to=self.account, subject=letter.subject)

    def died_at(self) -> str:
        """Return the point at which the last life was killed, with the call's name."""
        log = self.path / "died-at"
        return log.read_text(encoding="utf-8") if log.exists() else ""

    def told(self) -> Told:
        """Return what the last life that was not killed reported."""
        return Told.model_validate_json((self.path / "told.json").read_text(encoding="utf-8"))

    def forget(self) -> None:
        """Begin anew: an empty folder; the mailbox keeps what it has."""
        shutil.rmtree(self.path)
        self.path.mkdir()

    def answers(self) -> Counter[str]:
        """Count what the requester received, by the subject of his own mail."""
        token = self._sandbox.token(self.requester)
        with closing(Person(self._sandbox.endpoint, email=self.requester, token=token)) as person:
            letters = person.letters(label="INBOX")
        return Counter(letter.subject.removeprefix("Re: ") for letter in letters)

    def left_open(self) -> list[str]:
        """Return what is half done, in the store and in the mailbox."""
        vault = Vault.open(self.path / "keys" / "master.key", create=False)
        store = Store.open(f"sqlite:///{self.path / 'sampark.db'}", vault=vault)
        try:
            found = [f"mail {ref.key} without outcome" for ref in store.mails.unfinished()]
            found += [
                f"mail {row.subject} {row.outcome}"
                for row in store.mails.rows(AccountId(self.account), limit=1_000)
                if row.outcome not in {"task", "answer", "control"}
            ]
            found += [f"outbox {key}" for key in store.outbox.unfinished() + store.outbox.held()]
            found += [f"task {row.id} {row.status}" for row in store.tasks.open()]
            found += [
                f"effect {row.key} {row.state}"
                for row in store.effects.rows()
                if row.state != "done"
            ]
        finally:
            store.close()
        return found + [f"draft {draft}" for draft in self._drafts()]

    def _drafts(self) -> list[str]:
        answer = httpx.get(
            f"{self._sandbox.endpoint}/gmail/v1/users/me/drafts",
            headers={"Authorization": f"Bearer {self._sandbox.token(self.account)}"},
        )
        return [each["id"] for each in answer.json().get("drafts", [])]


@dataclass
class Laboratory:
    """A sandbox and a nursery, for as many homes as are wanted."""

    path: Path
    sandbox: Sandbox
    nursery: Nursery

    def home(self, name: str) -> Home:
        """Make an installation."""
        return Home(name, path=self.path, sandbox=self.sandbox, nursery=self.nursery)

    def count(self, story: Story) -> list[str]:
        """Return the watched calls of a life in which nothing happens, in their order."""
        home = self.home(f"clean-{story.name.replace(' ', '-')}")
        before, mails = story.letters("clean")
        assert home.live(before=before, mails=mails) == 0
        return home.told().names

    def kill_at(self, story: Story, points: Sequence[Point]) -> Tally:
        """Kill a life at each of the points, in chains side by side, and count."""
        with ThreadPoolExecutor(CHAINS) as pool:
            chains = pool.map(
                lambda number: self._chain(story, number, points[number::CHAINS]), range(CHAINS)
            )
            return sum(chains, Tally())

    def storm(self, name: str, *, lives: int, mails: int, seed: int) -> Tally:
        """Kill each life at a random call, also while it starts and recovers.

        So many mails wait for each life that it makes more calls than the one it is killed at.
        """
        dice = random.Random(seed)
        home = self.home(name)
        letters = [EVENT.letters(f"{name}-{number}")[1][0] for number in range(lives * mails)]
        assert home.live() == 0
        tally = Tally()
        for number in range(lives):
            home.post(letters[number::lives])
            code = home.live(die_at_call=dice.randint(1, 40 * mails), apart=True)
            tally.died += [home.died_at()] if code == KILLED else []
            tally.broken += [f"life {number}: exit {code}"] if code not in {KILLED, 0} else []
        if (code := home.live()) != 0:
            tally.broken.append(f"the last recovery: exit {code}")
        judge(home, {letter.subject for letter in letters}, EVENT.answers, tally)
        return tally

    def first_start(self, every: int) -> Tally:
        """Kill an installation while its tables are made, at every so-many-th statement.

        Its next life must take up what there is, and answer a mail.
        """
        clean = self.home("first-clean")
        assert clean.live(from_start=True) == 0
        points = [point for point in every_point(clean.told().names) if not point.after]
        made = [point for point in points if point.name.startswith("sql.")]

        def trial(number: int) -> Tally:
            home, tally = self.home(f"first-{number}"), Tally()
            self._note(tally, made[number], home, home.live(die=made[number], from_start=True))
            _, mails = EVENT.letters(f"first-{number}")
            if (code := home.live(mails=mails)) != 0:
                tally.broken.append(f"the start after {made[number]}: exit {code}")
            else:
                judge(home, {mail.subject for mail in mails}, EVENT.answers, tally)
            return tally

        with ThreadPoolExecutor(CHAINS) as pool:
            return sum(pool.map(trial, range(0, len(made), every)), Tally())

    def intake(self, name: str, points: Sequence[Point], *, expired: bool) -> Tally:
        """Kill each life while it takes in a mail that came before it; perhaps too long before."""
        home, tally = self.home(name), Tally()
        assert home.live() == 0
        letters = [EVENT.letters(f"{name}-{number}")[1][0] for number in range(len(points))]
        for letter, point in zip(letters, points, strict=True):
            home.post([letter])
            if expired:
                self.sandbox.control.expire_history(home.account)
            self._note(tally, point, home, home.live(die=point, from_start=True))
        if (code := home.live()) != 0:
            tally.broken.append(f"the last recovery: exit {code}")
        judge(home, {letter.subject for letter in letters}, EVENT.answers, tally)
        return tally

    def _note(self, tally: Tally, point: Point, home: Home, code: int) -> None:
        if code == KILLED:
            tally.died.append(home.died_at())
        elif code == 0:
            tally.not_reached.append(str(point))
        else:
            tally.broken.append(f"{point}: exit {code}")

    def _chain(self, story: Story, number: int, points: Sequence[Point]) -> Tally:
        home = self.home(f"{story.name.replace(' ', '-')}-{number}")
        tally = Tally()
        subjects: set[str] = set()
        for trial, point in enumerate(points):
            before, mails = story.letters(f"{number}-{trial}")
            subjects.update(mail.subject for mail in mails)
            self._note(tally, point, home, home.live(before=before, mails=mails, die=point))
        if (code := home.live()) != 0:
            tally.broken.append(f"the last recovery: exit {code}")
        judge(home, subjects, story.answers, tally)
        return tally


def judge(home: Home, subjects: set[str], answers: int, tally: Tally) -> None:
    """Count in the requester's mailbox, and look for what is half done."""
    received = home.answers()
    unasked = received.keys() - subjects
    tally.lost += sorted(subject for subject in subjects if received[subject] < answers)
    tally.twice += sorted(subject for subject in subjects if received[subject] > answers)
    tally.broken += [f"a mail that nobody asked for: {subject}" for subject in unasked]
    tally.left_open += home.left_open()


@contextmanager
def laboratory(path: Path) -> Iterator[Laboratory]:
    """Start the sandbox, which outlives every process under test."""
    with Sandbox(path / "sandbox.db", accounts=[]) as sandbox, Nursery() as nursery:
        yield Laboratory(path=path, sandbox=sandbox, nursery=nursery)
