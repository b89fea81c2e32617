"""Where a mail's time goes: the durable engine notes when each step began and ended."""

import sqlite3
import statistics
from dataclasses import dataclass
from pathlib import Path

QUERY = """
    select function_name, min(started_at_epoch_ms), max(completed_at_epoch_ms)
    from operation_outputs
    where started_at_epoch_ms is not null and completed_at_epoch_ms is not null
    group by workflow_uuid, function_id
    order by min(started_at_epoch_ms)
"""


@dataclass(frozen=True)
class Spent:
    """A durable step, and the median of the seconds that it took."""

    step: str
    seconds: float


def steps(home: Path, warm_up: int) -> list[Spent]:
    """Return the steps that every mail takes, in the order in which they first came.

    Of each step the first `warm_up` are left out.
    """
    taken: dict[str, list[float]] = {}
    with sqlite3.connect(f"file:{home / 'engine.db'}?mode=ro", uri=True) as engine:
        for name, began, ended in engine.execute(QUERY):
            taken.setdefault(name, []).append((ended - began) / 1000)
    engine.close()
    return [
        Spent(name, statistics.median(seconds[warm_up:]))
        for name, seconds in taken.items()
        if len(seconds) > warm_up
    ]
