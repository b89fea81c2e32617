import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.mailbox.quota import COSTS, UNKNOWN, Quota


class Time:
    """A clock that sleeping turns."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def time():
    return Time()


def bucket(time, per_minute=6_000, **more):
    return Quota(per_minute, clock=time, sleep=time.sleep, **more)


def test_what_the_bucket_holds_is_drawn_at_once(time):
    quota = bucket(time)
    waits = [quota.spend("gmail.users.messages.get") for _ in range(75)]
    assert waits == [0.0] * 75
    assert quota.used() == 75 * COSTS["gmail.users.messages.get"]


def test_an_empty_bucket_is_waited_for(time):
    quota = bucket(time)
    for _ in range(75):
        quota.spend("gmail.users.messages.get")
    assert quota.spend("gmail.users.messages.get") == pytest.approx(20 / 75)


def test_a_method_that_is_not_in_the_table_is_dear(time):
    quota = bucket(time)
    quota.spend("gmail.users.something.new")
    assert quota.used() == UNKNOWN


def test_units_are_counted_when_they_are_drawn_and_in_all(time):
    turns = []
    quota = Quota(6_000, clock=time, sleep=turns.append)
    for _ in range(80):
        quota.spend("gmail.users.messages.get")
    assert len(turns) == 5
    assert (quota.used(), quota.total) == (75 * 20, 80 * 20)
    time.sleep(2)
    assert quota.used() == 80 * 20
    time.sleep(60)
    assert (quota.used(), quota.total, quota.per_minute) == (0, 80 * 20, 6_000)


def test_the_table_can_be_replaced(time):
    quota = bucket(time, costs={"a": 7})
    quota.spend("a")
    assert quota.used() == 7


def test_a_hold_stops_everybody_for_so_long(time):
    quota = bucket(time)
    quota.hold(30)
    assert quota.spend("gmail.users.history.list") >= 30


def test_what_costs_more_than_the_bucket_holds_still_goes(time):
    quota = bucket(time, per_minute=60, costs={"dear": 1_000})
    assert quota.spend("dear") == 0.0
    assert quota.spend("dear") > 60


@given(st.lists(st.tuples(st.sampled_from(sorted(COSTS)), st.floats(0, 20)), max_size=400))
def test_no_minute_sees_more_than_the_rate(calls):
    time = Time()
    quota = bucket(time)
    spent = []
    for method, pause in calls:
        time.sleep(pause)
        quota.spend(method)
        spent.append((time.now, COSTS[method]))
    for start, _ in spent:
        assert sum(units for at, units in spent if start <= at < start + 60) <= 6_000


def test_threads_draw_in_turn_and_none_is_left_out():
    quota = Quota(60_000_000)
    threads = [
        threading.Thread(
            target=lambda: [quota.spend("gmail.users.messages.get") for _ in range(50)]
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert quota.used() == 8 * 50 * 20
