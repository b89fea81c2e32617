from sampark.errors import MailboxError
from sampark.mailbox.refusals import Passing
from sampark.workflow.rhythm import AFTER_NUDGE, LONGEST_PAUSE, Rhythm


def test_a_calm_mailbox_is_looked_at_at_its_own_pace():
    rhythm = Rhythm(30)
    assert [rhythm.after(0), rhythm.after(3), rhythm.after(0)] == [30, 30, 30]


def test_news_that_nothing_is_behind_is_looked_for_again():
    rhythm = Rhythm(300)
    rhythm.nudged()
    assert [rhythm.after(0) for _ in range(4)] == [*AFTER_NUDGE, 300]


def test_news_that_was_found_is_not_looked_for_again():
    rhythm = Rhythm(300)
    rhythm.nudged()
    assert rhythm.after(1) == 300


def test_a_quick_pace_is_never_slowed_by_news():
    rhythm = Rhythm(0.2)
    rhythm.nudged()
    assert rhythm.after(0) == 0.2


def test_failures_come_ever_more_rarely_and_success_ends_that():
    rhythm = Rhythm(2)
    pauses = [rhythm.after_failure(MailboxError("no")) for _ in range(10)]
    assert pauses == [4, 8, 16, 32, 60, 60, 60, 60, 60, 60]
    assert rhythm.after(0) == 2


def test_what_gmail_asks_for_is_heeded_up_to_a_limit():
    assert Rhythm(2).after_failure(Passing("later").after(40)) == 40
    assert Rhythm(2).after_failure(Passing("later").after(4_000)) == LONGEST_PAUSE
    assert Rhythm(300).after_failure(Passing("later").after(5)) == 300
