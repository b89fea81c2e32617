"""A morning in the life of the house, for pictures: the demo's mails, minutes apart."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sampark import settings
from sampark.cli.letters import LETTERS, YOU, LetterOut, post
from sampark.sandbox.server import Sandbox
from sampark.workflow import listen
from sampark.world import World

BETWEEN = timedelta(minutes=6)
LATER = (
    LetterOut("waits for a time", "Home", "Remind me in 3 hours to go home."),
    LetterOut(
        "waits for a reply", "Which one", "Please convert the attached file.", ("sales.csv",)
    ),
)


class LeapingClock:
    """Begins some time ago, runs as the machine's clock, and leaps ahead where told."""

    def __init__(self, *, ago: timedelta) -> None:
        self._behind = ago

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC) - self._behind

    def leap(self, step: timedelta) -> None:
        """Move the present forward."""
        self._behind -= step


@contextmanager
def morning(home: Path) -> Generator[World]:
    """Yield a world that has lived through the demo, and has two tasks that wait."""
    letters = (*LETTERS, *LATER)
    clock = LeapingClock(ago=BETWEEN * len(letters))
    chosen = settings.load(home=home, poll_seconds=0.1, requesters=(YOU,))
    world = World(home, settings=chosen, clock=clock, listen=True)
    # mails are to be as old as what became of them
    world.sandbox = Sandbox(home / "sandbox.db", accounts=[*chosen.accounts, YOU], now=clock.now)
    with world:
        for letter in letters:
            _through(world, letter, clock)
        yield world


def _through(world: World, letter: LetterOut, clock: LeapingClock) -> None:
    """Send a letter, and what is answered to it; then some minutes pass."""
    person = world.person(YOU)
    thread = post(world, person, letter)
    world.settle()
    if letter.then:
        person.reply(person.thread(thread)[-1], letter.then)
        world.settle()
    clock.leap(BETWEEN)
    world.system.engine.call(listen.wake_due())
    world.settle()
