from datetime import UTC, datetime

import pytest

from sampark.reply import figures
from sampark.reply.sample_test import task


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1,023 bytes"),
        (1024, "1.0 KB"),
        (131_072, "128 KB"),
        (1_048_000, "1.0 MB"),
        (25 * 1024 * 1024, "25 MB"),
        (5 * 1024**4, "5120 GB"),
    ],
)
def test_sizes(octets: int, words: str):
    assert figures.size(octets) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "under a second"),
        (0.99, "under a second"),
        (1, "1 s"),
        (59.7, "1 min"),
        (185, "3 min 5 s"),
        (3600, "1 h"),
        (7805, "2 h 10 min"),
        (86_400, "1 day"),
        (2 * 86_400 + 3 * 3600 + 59, "2 days 3 h"),
        (2 * 86_400 + 59, "2 days"),
    ],
)
def test_spans(seconds: float, words: str):
    assert figures.span(seconds) == words


@pytest.mark.parametrize(
    ("usd", "words"),
    [(0, "nothing"), (0.00001, "under $0.0001"), (0.0123, "$0.0123"), (1234.5, "$1,234.50")],
)
def test_money(usd: float, words: str):
    assert figures.money(usd) == words


@pytest.mark.parametrize(
    ("timezone", "words"),
    [
        ("", "Fri 15 May 2026, 09:00 (UTC+05:30)"),
        ("Asia/Kolkata", "Fri 15 May 2026, 09:00 (Asia/Kolkata)"),
        ("Nowhere/Land", "Fri 15 May 2026, 09:00 (UTC+05:30)"),
        ("../etc/passwd", "Fri 15 May 2026, 09:00 (UTC+05:30)"),
    ],
)
def test_moments_are_on_the_requesters_clock(timezone: str, words: str):
    when = datetime(2026, 5, 15, 3, 30, tzinfo=UTC)
    assert figures.moment(when, task(timezone=timezone)) == words


def test_a_moment_for_a_requester_in_utc():
    when = datetime(2026, 5, 5, 3, 30, tzinfo=UTC)
    assert figures.moment(when, task(asked_at=when)) == "Tue 5 May 2026, 03:30 (UTC)"
