"""How many mails a second are answered when more come than can be, and the memory it takes."""

from dataclasses import dataclass

from .latency import event
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


def burst(mails: int, *, warm_up: int) -> Throughput:
    """Let the mails arrive at once, and wait until all are answered; the warm-up goes before."""
    with stage() as on, system(on) as running:
        for number in range(warm_up):
            on.send(event(number))
            on.answered(number + 1)
        at_rest, _ = running.memory()
        for number in range(mails):
            on.send(event(warm_up + number))
        on.answered(warm_up + mails)
        _, at_most = running.memory()
        began, ended = on.arrivals()[warm_up].at, on.sends()[-1].at
        assert len(on.inbox()) == warm_up + mails
    return Throughput(mails, (ended - began).total_seconds(), at_rest, at_most)
