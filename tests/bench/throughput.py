"""How many mails a second are answered when more come than can be, and the memory it takes."""

from dataclasses import dataclass

from .latency import WARM_UP, event
from .stage import stage, system


@dataclass(frozen=True)
class Throughput:
    """A burst of mails, all there before the first is answered. Memory in MB."""

    mails: int
    seconds: float
    memory_at_rest: float
    memory_at_most: float

    @property
    def per_second(self) -> float:
        """Answers a second, from the first mail to the last answer."""
        return self.mails / self.seconds


def burst(mails: int) -> Throughput:
    """Let the mails arrive at once, and wait until all are answered."""
    with stage() as on, system(on) as running:
        for number in range(WARM_UP):
            on.send(event(number))
            on.answered(number + 1)
        at_rest, _ = running.memory()
        for number in range(mails):
            on.send(event(WARM_UP + number))
        on.answered(WARM_UP + mails)
        _, at_most = running.memory()
        began, ended = on.arrivals()[WARM_UP].at, on.sends()[-1].at
        assert len(on.inbox()) == WARM_UP + mails
    return Throughput(mails, (ended - began).total_seconds(), at_rest, at_most)
