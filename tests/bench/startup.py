"""How long `sampark --help` takes, beside an interpreter that does nothing."""

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

from .stage import ROOT


@dataclass(frozen=True)
class StartUp:
    """Seconds, medians."""

    help: float
    nothing: float


def measure(runs: int) -> StartUp:
    """Run both in turn."""
    told = ["-m", "sampark", "--help"]
    helps, nothings = [], []
    for _ in range(runs):
        helps.append(_timed(told))
        nothings.append(_timed(["-c", "pass"]))
    return StartUp(statistics.median(helps), statistics.median(nothings))


def _timed(words: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *words], cwd=ROOT / "backend", stdout=subprocess.DEVNULL, check=True
    )
    return time.perf_counter() - began
