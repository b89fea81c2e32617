"""The measurements by name: what each runs, at what size, and which of its figures have a goal."""

from collections.abc import Callable
from dataclasses import dataclass

from . import flood, graph, latency, past, reading, startup, throughput
from .latency import Compared
from .report import Figure, at_most


@dataclass(frozen=True)
class Sizes:
    """How much of everything. `mails` are those of one round, `step` is in seconds."""

    mails: int = 20
    rounds: int = 3
    warm_up: int = 3
    burst: int = 200
    runs: int = 7
    step: float = 0.05
    starts: int = 21
    flood: int = 10_000
    read: int = 200
    past: int = 20_000


FULL = Sizes()
QUICK = Sizes(mails=8, rounds=1, burst=30, runs=2, starts=7, flood=500, read=20, past=1_000)


def answer(sizes: Sizes) -> list[Figure]:
    """From a mail that asks for a calendar entry to its answer."""
    took = latency.compare(latency.event, sizes.mails, sizes.rounds, warm_up=sizes.warm_up)
    return [
        at_most("p50, to the floor's", took.ratio, 3, "x"),
        Figure("p95, to the floor's", f"{took.ratio_95:.2f}x"),
        at_most("p50", took.system.p50, 1, " s"),
        *_rest(took),
    ]


def work(sizes: Sizes) -> list[Figure]:
    """The same for a mail whose answer is work: a report on a table, as PDF."""
    took = latency.compare(latency.profile, sizes.mails, sizes.rounds, warm_up=sizes.warm_up)
    return [
        Figure("p50, to the floor's", f"{took.ratio:.2f}x"),
        Figure("p95, to the floor's", f"{took.ratio_95:.2f}x"),
        Figure("p50", f"{took.system.p50:.2f} s"),
        *_rest(took),
    ]


def _rest(took: Compared) -> list[Figure]:
    return [
        Figure("p95", f"{took.system.p95:.2f} s"),
        Figure("the floor's p50", f"{took.floor.p50:.2f} s"),
        Figure("the floor's p95", f"{took.floor.p95:.2f} s"),
        *(
            Figure(f"in a step `{spent.step}`", f"{spent.seconds * 1000:.0f} ms")
            for spent in took.spent
        ),
    ]


def load(sizes: Sizes) -> list[Figure]:
    """How many mails a second, and the memory of the process that answers them."""
    burst = throughput.burst(sizes.burst, warm_up=sizes.warm_up)
    return [
        Figure("answers a second", f"{burst.per_second:.1f}"),
        Figure("mails in the burst", str(burst.mails)),
        Figure("memory at rest", f"{burst.memory_at_rest:.0f} MB"),
        Figure("memory at most", f"{burst.memory_at_most:.0f} MB"),
    ]


def intake(sizes: Sizes) -> list[Figure]:
    """How soon a burst is durable; nothing lost and nothing twice is asserted."""
    took = flood.measure(sizes.flood)
    return [
        at_most(f"until {took.mails:,} mails are durable", took.seconds, 300, " s"),
        Figure("mails a second", f"{took.mails / took.seconds:.0f}"),
        at_most("memory at most", took.memory, 500, " MB"),
        Figure("lost, stored twice, made into two tasks", "none"),
        Figure("answered or set aside in the same time", str(took.handled)),
    ]


def read(sizes: Sizes) -> list[Figure]:
    """What reading mail costs, to the standard library's parser."""
    took = reading.measure(sizes.read, max(1, sizes.runs))
    return [
        Figure("seconds a mail, to the library's", f"{took.ours / took.library:.2f}x"),
        Figure("mails a second", f"{took.mails / took.ours:.0f}"),
        Figure("mails a second, the library", f"{took.mails / took.library:.0f}"),
        Figure("splitting alone, characters a second", f"{took.characters / took.split:,.0f}"),
        at_most(f"the worst input ({took.worst_name})", took.worst, 1, " s"),
    ]


def import_(sizes: Sizes) -> list[Figure]:
    """The first import of a mailbox, to what a client has to do anyway."""
    took = past.measure(sizes.past)
    return [
        Figure("messages a second, to the client library's", f"{took.ratio:.2f}x"),
        Figure("messages a second", f"{took.messages / took.ours:.0f}"),
        Figure("messages a second, the client library", f"{took.messages / took.library:.0f}"),
        Figure("messages in the mailbox", f"{took.messages:,}"),
        Figure("memory at most", f"{took.memory:.0f} MB"),
    ]


def scheduler(sizes: Sizes) -> list[Figure]:
    """The makespan of the graph to its critical path."""
    makespan = graph.measure(sizes.step, sizes.runs)
    return [
        at_most("durable on SQLite, to the critical path", makespan.ratio, 1.5, "x"),
        Figure("plain asyncio, to the critical path", f"{makespan.plain_ratio:.2f}x"),
        Figure("what durability costs, a step", f"{makespan.overhead:.1f} ms"),
    ]


def help_(sizes: Sizes) -> list[Figure]:
    """The start of a command."""
    start = startup.measure(sizes.starts)
    return [
        at_most("`sampark --help`", start.help, 0.3, " s"),
        Figure("an interpreter that does nothing", f"{start.nothing:.2f} s"),
    ]


MEASUREMENTS: dict[str, tuple[str, Callable[[Sizes], list[Figure]]]] = {
    "help": ("Start-up", help_),
    "graph": ("A graph of 200 steps of 50 ms", scheduler),
    "answer": ("From a mail to its answer: a calendar entry", answer),
    "work": ("From a mail to its answer: a report on a table", work),
    "parse": ("Reading mail", read),
    "import": ("The first import of a mailbox", import_),
    "burst": ("A burst of mails, until all are durable", intake),
    "load": ("More mails than can be answered at once", load),
}
