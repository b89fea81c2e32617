"""From a mail in the mailbox to its answer in the requester's: the system against the floor."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from sampark.sandbox.samples import sample
from sampark.testing.builders import mail

from .spent import Spent, steps
from .stage import ACCOUNT, POLL, REQUESTER, Stage, floor, stage, system

Kind = Callable[[int], EmailMessage]


@dataclass(frozen=True)
class Latency:
    """Seconds from delivery to answer, of each mail, in order."""

    seconds: tuple[float, ...]

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """The 95th percentile."""
        if len(self.seconds) == 1:
            return self.seconds[0]
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]


@dataclass(frozen=True)
class Compared:
    """One kind of mail, answered by the system and by the floor script in the same run.

    `spent` is where the system's time went: each durable step that a mail takes, in their order,
    with its median in seconds.
    """

    system: Latency
    floor: Latency
    spent: tuple[Spent, ...]

    @property
    def ratio(self) -> float:
        """How many times the floor's median the system takes."""
        return self.system.p50 / self.floor.p50

    @property
    def ratio_95(self) -> float:
        """The same for the 95th percentile."""
        return self.system.p95 / self.floor.p95


def event(number: int) -> EmailMessage:
    """Return a mail that asks for a calendar entry."""
    body = f"Please make a calendar event: Review {number} on 5 March 2027 at 14:00."
    return mail(body, subject=f"Review {number}", sender=REQUESTER, to=ACCOUNT)


def profile(number: int) -> EmailMessage:
    """Return a mail that asks for a report on a table."""
    return mail(
        "Please profile the attached sales file and send me a report.",
        subject=f"Sales {number}",
        sender=REQUESTER,
        to=ACCOUNT,
        files={"sales.csv": sample("sales.csv")},
    )


def compare(kind: Kind, mails: int, rounds: int, *, warm_up: int) -> Compared:
    """Measure a kind of mail: the system, then the floor with the system's own last answer.

    They take turns, `rounds` of them with so many mails each, so that both meet the same noise. The
    first `warm_up` mails of each turn do not count.
    """
    by_system: list[float] = []
    by_floor: list[float] = []
    spent: list[Spent] = []
    for _ in range(rounds):
        with stage() as on:
            with system(on) as running:
                by_system += _measure(on, kind, warm_up + mails)[warm_up:]
                spent = steps(running.home, warm_up)
            answer = on.inbox()[-1].raw
            on.control.reset()
            with floor(on, answer):
                by_floor += _measure(on, kind, warm_up + mails)[warm_up:]
    return Compared(Latency(tuple(by_system)), Latency(tuple(by_floor)), tuple(spent))


def _measure(on: Stage, kind: Kind, mails: int) -> list[float]:
    for number in range(mails):
        on.send(kind(number))
        on.answered(number + 1)
        # Mails come at all moments between two polls, the same ones in every run.
        time.sleep(POLL * (number * 7 % 10) / 10)
    assert len(on.inbox()) == mails
    return [
        (sent.at - arrived.at).total_seconds()
        for arrived, sent in zip(on.arrivals(), on.sends(), strict=True)
    ]
