"""Run the measurements: `make bench`, or `python -m tests.bench --quick graph`.

Everything that is measured runs on two cores, however many the machine has.
"""

import argparse
import os
import time
from datetime import UTC, datetime
from pathlib import Path

from .measurements import FULL, MEASUREMENTS, QUICK, Sizes
from .report import block, busy, line, machine, put
from .stage import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
CORES = 2


def main(given: list[str] | None = None, *, page: Path = PAGE, sizes: Sizes = FULL) -> None:
    """Measure what was named, all if nothing was, and tell the figures as they come."""
    chosen = _chosen(given)
    print(machine())
    for name in chosen.measurement or MEASUREMENTS:
        title, measure = MEASUREMENTS[name]
        print(f"\n{title} ({name})", flush=True)
        began, load = time.monotonic(), busy()
        figures = measure(QUICK if chosen.quick else sizes)
        print("\n".join(line(figure) for figure in figures))
        print(f"  ({time.monotonic() - began:.0f} s; before it, {load})", flush=True)
        if chosen.write:
            text = block(figures, on=datetime.now(UTC).date(), load=load)
            page.write_text(put(page.read_text("utf-8"), name, text), "utf-8")


def _chosen(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "measurement",
        nargs="*",
        help=f"which ones: {', '.join(MEASUREMENTS)}; all if none is named",
    )
    parser.add_argument("--quick", action="store_true", help="few repetitions, for a first look")
    parser.add_argument(
        "--write", action="store_true", help=f"put the figures into {PAGE.relative_to(ROOT)}"
    )
    chosen = parser.parse_args(given)
    if unknown := sorted(set(chosen.measurement) - MEASUREMENTS.keys()):
        parser.error(f"there is no measurement {', '.join(unknown)}")
    if chosen.quick and chosen.write:
        parser.error("--quick repeats too little for figures that are kept")
    return chosen


if __name__ == "__main__":
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    main()
