"""Gmail away, refusing, or slow: nothing is lost, and everything goes on by itself afterwards."""

from datetime import timedelta

import pytest

from .rig import ACCOUNT, MINE, rig

EVERY_REQUEST = ("GET .*/history", "GET .*/threads/", "POST .*/drafts$", "POST .*/drafts/send")


@pytest.mark.parametrize(
    "kind", ["unauthorized", "quota", "rate_limit", "server_error", "drop_before"]
)
def test_an_outage_before_the_mail_is_read_is_outlived(tmp_path, kind):
    with rig(tmp_path) as here:
        here.fault(kind, MINE, times=0)
        here.ask("Tea")
        while len(here.seen("/history")) < 3:
            here.look_again()
        here.control.clear_faults()
        here.wait_for("Tea")
        assert here.answers() == ["Tea"]


@pytest.mark.parametrize("kind", ["unauthorized", "quota", "rate_limit", "server_error"])
def test_an_outage_before_the_answer_leaves_is_outlived(tmp_path, kind):
    with rig(tmp_path) as here:
        here.fault(kind, "/gmail/v1/users/me/(threads|drafts)", times=0)
        here.ask("Tea")
        while not here.told("send.delayed"):
            here.look_again()
        here.control.clear_faults()
        here.wait_for("Tea", turning=timedelta(seconds=30))
        assert here.answers() == ["Tea"]


def test_a_revoked_grant_is_shown_and_taken_back_when_it_works_again(tmp_path):
    with rig(tmp_path) as here:
        here.fault("unauthorized", MINE, times=0)
        while here.state(ACCOUNT) != "reconnect needed":
            here.look_again()
        here.ask("Tea")
        here.control.clear_faults()
        here.wait_for("Tea")
        assert here.state(ACCOUNT) == "connected"


def test_behaviour_06_an_expired_cursor_loses_nothing(tmp_path):
    with rig(tmp_path) as here:
        here.ask("Tea")
        here.wait_for("Tea")
        here.fault("server_error", "/history", times=0)
        here.ask("Milk", "Sugar")
        here.control.expire_history(ACCOUNT)
        here.control.clear_faults()
        here.wait_for("Tea", "Milk", "Sugar")
        assert here.answers() == ["Milk", "Sugar", "Tea"]


@pytest.mark.parametrize("kind", ["server_error", "drop_before", "drop_after", "error_after"])
def test_every_kind_of_request_fails_once_and_all_is_answered_once(tmp_path, kind):
    titles = [f"Tea {number}" for number in range(3)]
    with rig(tmp_path) as here:
        for request in EVERY_REQUEST:
            here.fault(kind, request)
        here.ask(*titles)
        here.wait_for(*titles, turning=timedelta(seconds=30))
        assert here.answers() == titles
        assert here.drafts_left() == 0
