"""The first import of a mailbox against what any client has to do: list it, and get it in batches."""

from dataclasses import dataclass

from .flood import fill
from .latency import event
from .stage import Stage, process, stage


@dataclass(frozen=True)
class Imported:
    """Seconds for all messages of a mailbox: the import, and the client library alone.

    Memory is the importing process's, in MB, at its highest.
    """

    messages: int
    ours: float
    library: float
    memory: float

    @property
    def ratio(self) -> float:
        """Messages a second of the import, to the library's."""
        return self.library / self.ours


def measure(messages: int) -> Imported:
    """Fill a mailbox, get it with the library, then import it: a process each."""
    with stage() as on:
        fill(on.mailbox, (event(number) for number in range(messages)))
        library, _ = _run("batched", on, messages)
        ours, memory = _run("importing", on, messages)
    return Imported(messages, ours, library, memory)


def _run(part: str, on: Stage, messages: int) -> tuple[float, float]:
    with process(part, {"endpoint": on.endpoint, "token": on.token, "home": str(on.home)}) as ended:
        assert int(ended.said["messages"]) == messages, ended.said
        return float(ended.said["seconds"]), ended.memory()[1]
