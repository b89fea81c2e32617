"""The last line of `make test`: whether a browser looked at the pages.

Exits 1 where that is a must (SAMPARK_BROWSER=required) and none did.
"""

import json
import os
import sys
from pathlib import Path

# Where tests/browser/conftest.py leaves its count, by way of pytest's own cache.
COUNT = Path(__file__).parents[2] / ".pytest_cache" / "v" / "sampark" / "browser"


def main() -> int:
    ran = told()
    if ran:
        print(f"Browser tests: {ran} ran.")
        return 0
    print(
        "Browser tests DID NOT RUN: no Chromium was found and none could be had."
        " Name one: CHROMIUM=/path/to/chromium make test"
    )
    return 1 if os.environ.get("SAMPARK_BROWSER") == "required" else 0  # noqa: TID251


def told() -> int:
    """Return how many browser tests the last run of pytest ran."""
    try:
        return int(json.loads(COUNT.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return 0


if __name__ == "__main__":
    sys.exit(main())
