"""Gmail's quota: what a request costs, and a bucket of units that each user's requests draw from.

A user of a project made since May 2026 has 6,000 units a minute (Google, "Usage limits" of the
Gmail API). Requests over that are refused, so they wait here instead, in the order they came.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

PER_MINUTE = 6_000
UNKNOWN = 25
"""Units of a method that the table does not name: more than most, so that the guess is safe."""

COSTS: Mapping[str, int] = {
    "gmail.users.getProfile": 1,
    "gmail.users.history.list": 2,
    "gmail.users.messages.list": 5,
    "gmail.users.messages.get": 20,
    "gmail.users.messages.attachments.get": 20,
    "gmail.users.messages.modify": 5,
    "gmail.users.messages.insert": 25,
    "gmail.users.threads.list": 10,
    "gmail.users.threads.get": 40,
    "gmail.users.labels.list": 1,
    "gmail.users.settings.sendAs.list": 1,
    "gmail.users.drafts.list": 5,
    "gmail.users.drafts.get": 5,
    "gmail.users.drafts.create": 10,
    "gmail.users.drafts.send": 100,
    "gmail.users.messages.send": 100,
    "gmail.users.watch": 100,
    "gmail.users.stop": 50,
}
"""Units by method. Google's page of August 2026; drafts, modify and insert as they were before it."""

_BURST = 15.0  # seconds' worth of units that may be drawn at once


class Quota:
    """A bucket of units for one user. Safe for several threads.

    A quarter of a minute's units may be drawn at once; the bucket fills at three quarters of the
    rate: so no sixty seconds, wherever they begin, see more than `per_minute`.
    """

    def __init__(
        self,
        per_minute: int = PER_MINUTE,
        *,
        costs: Mapping[str, int] = COSTS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Start with a full bucket.

        Args:
            per_minute: Units a minute; at least 1.
            costs: Units by method id, as "gmail.users.messages.get".
            clock: Seconds that only grow.
            sleep: Waits so many seconds.
        """
        self.per_minute = per_minute
        self.total = 0  # units drawn since the start
        self._rate = per_minute * 0.75 / 60
        self._burst = _BURST * per_minute / 60 / self._rate
        self._costs = costs
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._full_at = 0.0  # when the bucket will be full again
        self._spent: deque[tuple[float, int]] = deque()

    def at_once(self, method: str) -> int:
        """Return how many requests of a method a full bucket holds; at least 1."""
        cost = self._costs.get(method, UNKNOWN)
        return max(1, int(self._burst * self._rate / cost)) if cost else 1_000_000

    def spend(self, method: str, times: int = 1) -> float:
        """Draw what a method costs, waiting until the bucket has it; return the seconds waited.

        `times`: how many requests of the method travel in this one.
        """
        units = self._costs.get(method, UNKNOWN) * times
        with self._lock:
            now = self._clock()
            # A request dearer than the whole bucket goes when the bucket is full.
            earliest = self._full_at + min(units / self._rate, self._burst) - self._burst
            wait = max(0.0, earliest - now)
            self._full_at = max(self._full_at, now) + units / self._rate
            self._spent.append((now + wait, units))
            self.total += units
            self._forget(now)
        if wait:
            self._sleep(wait)
        return wait

    def hold(self, seconds: float) -> None:
        """Let nobody draw for so long: Gmail said that the user asks too much."""
        with self._lock:
            self._full_at = max(self._full_at, self._clock() + seconds + self._burst)

    def used(self) -> int:
        """Return the units drawn in the last minute; what still waits is not drawn yet."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            return sum(units for at, units in self._spent if at <= now)

    def _forget(self, now: float) -> None:
        while self._spent and self._spent[0][0] <= now - 60:
            self._spent.popleft()
