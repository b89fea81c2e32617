"""From a mail in the mailbox to its answer in the requester's: the system against the floor."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage

from sampark.sandbox.samples import sample
from sampark.testing.builders import mail

from .stage import ACCOUNT, POLL, REQUESTER, Stage, floor, stage, system

WARM_UP = 3
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
        return statistics.quantiles(self.seconds, n=20, method="inclusive")[-1]


@dataclass(frozen=True)
class Compared:
    """One kind of mail, answered by the system and by the floor script in the same run."""

    system: Latency
    floor: Latency

    @property
    def ratio(self) -> float:
        """How many times the floor's median the system takes."""
        return self.system.p50 / self.floor.p50


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


def compare(kind: Kind, mails: int) -> Compared:
    """Measure a kind of mail: the system first, then the floor with the system's own last answer."""
    with stage() as on:
        with system(on):
            by_system = _measure(on, kind, mails)
        answer = on.inbox()[-1].raw
    with stage() as on, floor(on, answer):
        by_floor = _measure(on, kind, mails)
    return Compared(by_system, by_floor)


def _measure(on: Stage, kind: Kind, mails: int) -> Latency:
    for number in range(WARM_UP + mails):
        on.send(kind(number))
        on.answered(number + 1)
        # Mails come at all moments between two polls, the same ones in every run.
        time.sleep(POLL * (number * 7 % 10) / 10)
    arrivals, sends = on.arrivals()[WARM_UP:], on.sends()[WARM_UP:]
    assert len(on.inbox()) == WARM_UP + mails
    return Latency(
        tuple(
            (sent.at - arrived.at).total_seconds()
            for arrived, sent in zip(arrivals, sends, strict=True)
        )
    )
