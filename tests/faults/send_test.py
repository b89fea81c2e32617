"""A send whose outcome nobody knows: the mail leaves once, whatever Gmail did with the request."""

from datetime import timedelta

import pytest

from .rig import SEND, rig

TAKEN = ("drop_after", "error_after")
NOT_TAKEN = ("drop_before", "server_error", "rate_limit")
MINUTE = timedelta(seconds=61)


@pytest.mark.parametrize("kind", TAKEN)
def test_behaviour_15_a_send_that_was_taken_without_a_word_is_not_repeated(tmp_path, kind):
    with rig(tmp_path) as here:
        here.fault(kind, SEND)
        here.ask("Tea")
        here.wait_for("Tea")
        assert here.answers() == ["Tea"]
        assert len(here.seen("/drafts/send")) == 1
        assert here.drafts_left() == 0


@pytest.mark.parametrize("kind", NOT_TAKEN)
def test_behaviour_15_a_send_that_was_not_taken_is_made_again_after_a_quiet_minute(tmp_path, kind):
    with rig(tmp_path) as here:
        here.fault(kind, SEND)
        here.ask("Tea")
        here.wait_for("Tea", turning=MINUTE)
        assert here.answers() == ["Tea"]
        assert len(here.seen("/drafts/send")) == 2
        assert here.drafts_left() == 0


def test_behaviour_15_a_send_that_timed_out_is_looked_up_before_it_is_made_again(tmp_path):
    with rig(tmp_path, timeout=0.3) as here:
        here.fault("delay", SEND, seconds=0.6)
        here.ask("Tea")
        here.wait_for("Tea", turning=MINUTE)
        assert here.answers() == ["Tea"]
        assert here.drafts_left() == 0


@pytest.mark.parametrize("kind", [*TAKEN, "drop_before"])
def test_behaviour_15_a_draft_whose_making_was_not_confirmed_is_sent_once(tmp_path, kind):
    with rig(tmp_path) as here:
        here.fault(kind, "POST .*/drafts$")
        here.ask("Tea")
        here.wait_for("Tea")
        assert here.answers() == ["Tea"]
        assert here.drafts_left() == 0


def test_one_bad_minute_for_many_answers_loses_and_repeats_none(tmp_path):
    titles = [f"Tea {number}" for number in range(8)]
    with rig(tmp_path) as here:
        for kind in (*TAKEN, *NOT_TAKEN):
            here.fault(kind, SEND)
        here.ask(*titles)
        here.wait_for(*titles, turning=MINUTE)
        assert here.answers() == sorted(titles)
        assert here.drafts_left() == 0
