"""A morning in the life of the house, for pictures: the demo's mails, minutes apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sampark import settings
from sampark.cli.letters import LETTERS, YOU, LetterOut, post
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
    """Runs as the machine's, and leaps ahead where told."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC) + self._ahead

    def leap(self, step: timedelta) -> None:
        """Move the present forward."""
        self._ahead += step


@contextmanager
def morning(home: Path) -> Iterator[World]:
    """Yield a world that has lived through the demo, and has two tasks that wait."""
    clock = LeapingClock()
    chosen = settings.load(home=home, poll_seconds=0.1, requesters=(YOU,))
    with World(home, settings=chosen, clock=clock, listen=True) as world:
        for letter in (*LETTERS, *LATER):
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
