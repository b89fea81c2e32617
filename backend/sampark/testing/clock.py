"""A clock that a test turns by hand."""

import threading
from datetime import UTC, datetime, timedelta

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


class ManualClock:
    """Stands still until `advance`. `start` is timezone-aware."""

    def __init__(self, start: datetime = NOON) -> None:
        self._now = start.astimezone(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        with self._lock:
            return self._now

    def advance(self, step: timedelta) -> None:
        """Move the present forward by `step`."""
        with self._lock:
            self._now += step
