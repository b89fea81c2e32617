from datetime import UTC, datetime

from sampark.domain.ports import Clock, SystemClock


def test_the_machines_clock_tells_utc() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC
