"""Quota units: what every request costs, counted per account and minute, with a limit if one is set.

The costs are those of the quota page of 2026; where it names none, those of the years before. They
are counted always; requests are refused only under a limit.
"""

import threading
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from sampark.errors import SamparkError
from sampark.sandbox.methods import method_ids, method_of
from sampark.sandbox.problems import ApiProblem, quota_exceeded, too_many_requests

Refusal = Literal["rateLimitExceeded", "userRateLimitExceeded", "429"]

_MINUTE = timedelta(minutes=1)
_USERS = "gmail.users."

COSTS: Mapping[str, int] = MappingProxyType(
    {
        "getProfile": 1,
        "watch": 100,
        "stop": 50,
        "history.list": 2,
        "labels.list": 1,
        "labels.get": 1,
        "labels.create": 5,
        "labels.update": 5,
        "labels.patch": 5,
        "labels.delete": 5,
        "messages.list": 5,
        "messages.get": 20,
        "messages.attachments.get": 20,
        "messages.send": 100,
        "messages.insert": 25,
        "messages.import": 25,
        "messages.modify": 5,
        "messages.trash": 5,
        "messages.untrash": 5,
        "messages.delete": 10,
        "messages.batchModify": 50,
        "messages.batchDelete": 50,
        "threads.list": 10,
        "threads.get": 40,
        "threads.modify": 10,
        "threads.trash": 10,
        "threads.untrash": 10,
        "threads.delete": 20,
        "drafts.list": 5,
        "drafts.get": 5,
        "drafts.create": 10,
        "drafts.update": 15,
        "drafts.delete": 10,
        "drafts.send": 100,
    }
)
"""Units by method, without "gmail.users."; every other method costs 1."""


@dataclass
class _Spending:
    """What one account spent in the last minute, oldest first, and its sum."""

    units: deque[tuple[datetime, int]] = field(default_factory=deque[tuple[datetime, int]])
    total: int = 0

    def add(self, now: datetime, cost: int) -> None:
        self.units.append((now, cost))
        self.total += cost

    def forget(self, now: datetime) -> None:
        while self.units and now - self.units[0][0] >= _MINUTE:
            self.total -= self.units.popleft()[1]


class Meter:
    """Counts units over the last minute, by account. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spent: dict[str, _Spending] = defaultdict(_Spending)
        self._costs = dict(COSTS)
        self._limit: int | None = None
        self._refusal: Refusal = "rateLimitExceeded"

    def configure(
        self, limit: int | None, *, costs: Mapping[str, int] | None = None, refusal: Refusal
    ) -> None:
        """Set the units per minute and account, costs that differ, and how the rest is refused.

        Raises:
            SamparkError: a cost is given for a method that there is none of.
        """
        unknown = [name for name in costs or {} if f"{_USERS}{name}" not in method_ids()]
        if unknown:
            raise SamparkError(
                f"There is no method {unknown[0]!r}.", fix='Name it like "messages.get".'
            )
        with self._lock:
            self._limit = limit
            self._refusal = refusal
            self._costs = {**COSTS, **(costs or {})}
            self._spent.clear()

    def charge(self, account: str, verb: str, path: str, now: datetime) -> None:
        """Count a request; 403 or 429 if it would go over the limit, and then it costs nothing."""
        method = method_of(verb, path)
        cost = self._costs.get(method.id.removeprefix(_USERS), 1) if method else 1
        with self._lock:
            spent = self._recent(account, now)
            if self._limit is not None and spent.total + cost > self._limit:
                raise _refused(self._refusal, spent, now)
            spent.add(now, cost)

    def spent(self, account: str, now: datetime) -> int:
        """Return the units that an account spent in the last minute."""
        with self._lock:
            return self._recent(account, now).total

    def _recent(self, account: str, now: datetime) -> _Spending:
        spent = self._spent[account]
        spent.forget(now)
        return spent


def _refused(refusal: Refusal, spent: _Spending, now: datetime) -> ApiProblem:
    if refusal == "429":
        oldest = spent.units[0][0] if spent.units else now
        left = (oldest + _MINUTE - now).total_seconds()
        return too_many_requests(max(1, round(left)))
    return quota_exceeded(refusal)
