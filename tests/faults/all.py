"""Kill at every point of every story, and count: `python -m tests.faults.all`. Takes minutes."""

import sys
import tempfile
import time
from pathlib import Path

from .points import every_point
from .trial import STORIES, Tally, laboratory

STORMS = 20


def main() -> int:
    """Return 1 if anything was lost, came twice or was left half done."""
    total = Tally()
    with tempfile.TemporaryDirectory() as path, laboratory(Path(path)) as lab:
        for story in STORIES:
            began = time.monotonic()
            names = lab.count(story)
            tally = lab.kill_at(story, every_point(names))
            told = f"{story.name}: {len(names)} calls, {len(tally.died)} deaths"
            print(
                f"{told}, {time.monotonic() - began:.0f} s: {tally.faults or 'all answered once'}"
            )
            total += tally
        total += lab.first_start(every=1)
        for seed in range(STORMS):
            total += lab.storm(f"storm-{seed}", lives=6, mails=4, seed=seed)
    print(f"{len(total.died)} deaths, {len(total.lost)} lost, {len(total.twice)} twice")
    for kind, found in total.faults.items():
        print(f"{kind}: {', '.join(found)}")
    return 1 if total.faults else 0


if __name__ == "__main__":
    sys.exit(main())
