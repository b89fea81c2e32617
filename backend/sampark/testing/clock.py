"""A clock that a test turns by hand."""

import threading
from datetime import UTC, datetime, timedelta


class ManualClock:
    """Stands still until `advance`. `start` is timezone-aware; without one, the present moment."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = (start or datetime.now(UTC)).astimezone(UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        with self._lock:
            return self._now

    def advance(self, step: timedelta) -> None:
        """Move the present forward by `step`."""
        with self._lock:
            self._now += step
