"""Alarms: there as long as their cause, and each with what to do."""

from datetime import UTC, datetime, timedelta

import pytest

from sampark.desk.queries import Queries
from sampark.desk.standing import alarms, judged, mailboxes, span
from sampark.desk.views import HeldLine
from sampark.domain.base import AccountId
from sampark.storage.rows import AccountRow, QuotaUse, TroubleKind, TroubleRow

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
ANN = AccountId("ann@example.com")
HELD = HeldLine(key="k", task=None, subject="", state="unknown", reason="time-out")


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def mailbox(**changes: object) -> AccountRow:
    row = AccountRow(
        account=ANN, state="connected", cursor="7", added_at=ago(days=9),
        scopes=("readonly",), connected_at=ago(days=9), read_at=ago(minutes=1),
    )  # fmt: skip
    return row.model_copy(update=changes)


def trouble(kind: TroubleKind, problem: str = "Gmail answered 403.", **changes: object):
    row = TroubleRow(
        kind=kind, account="" if kind == "hints" else ANN, problem=problem,
        since=ago(hours=2), at=ago(minutes=5),
    )  # fmt: skip
    return row.model_copy(update=changes)


def test_all_is_well():
    assert judged([mailbox()], [], 0, NOW) == []
    assert judged([], [], 0, NOW) == []


def test_a_mailbox_that_must_be_connected_again_hides_what_follows_from_that():
    lost = mailbox(state="reconnect needed", read_at=ago(days=2))
    (alarm,) = judged([lost], [trouble("watch"), trouble("unread"), trouble("hints")], 0, NOW)
    assert (alarm.kind, alarm.urgent, alarm.since) == ("reconnect", True, ago(days=2))
    assert alarm.fix == f"Type: sampark connect --account {ANN}"


def test_a_disconnected_mailbox_is_no_alarm():
    gone = mailbox(state="disconnected", read_at=ago(days=2), scopes=())
    assert judged([gone], [trouble("watch"), trouble("hints"), trouble("missed")], 0, NOW) == []


@pytest.mark.parametrize(
    "read,connected,alarmed",
    [
        (ago(minutes=14), ago(days=9), False),
        (ago(minutes=15), ago(days=9), True),
        (None, ago(minutes=14), False),
        (None, ago(minutes=15), True),
        (ago(days=3), ago(minutes=2), False),  # connected again just now
    ],
)
def test_a_mailbox_that_is_not_read_for_a_quarter_of_an_hour(read, connected, alarmed: bool):
    row = mailbox(read_at=read, connected_at=connected)
    assert [alarm.kind for alarm in judged([row], [], 0, NOW)] == ["unread"] * alarmed


def test_why_it_is_not_read_is_told_and_a_short_failure_is_not():
    why = trouble("unread", "Gmail answered 503.")
    assert judged([mailbox()], [why], 0, NOW) == []
    (alarm,) = judged([mailbox(read_at=ago(minutes=22))], [why], 0, NOW)
    assert alarm.title == f"{ANN} has not been read for 22 min."
    assert alarm.detail == "Gmail answered 503."


def test_a_watch_that_cannot_be_renewed_tells_how_long_it_lasts():
    (alarm,) = judged(
        [mailbox(watch_expires_at=NOW + timedelta(days=2))], [trouble("watch")], 0, NOW
    )
    assert (alarm.kind, alarm.urgent, alarm.since) == ("watch", False, ago(hours=2))
    assert alarm.detail.startswith("Gmail answered 403. It tells until 03 Mar, 12:00 UTC.")
    (lapsed,) = judged([mailbox(watch_expires_at=ago(days=1))], [trouble("watch")], 0, NOW)
    assert "It tells until" not in lapsed.detail
    assert "section 7" in lapsed.fix


@pytest.mark.parametrize("kind", ["watch", "hints"])
def test_a_trouble_that_nobody_meets_any_more_is_none(kind: TroubleKind):
    assert [each.kind for each in judged([mailbox()], [trouble(kind)], 0, NOW)] == [kind]
    old = trouble(kind, at=ago(minutes=31))
    assert judged([mailbox()], [old], 0, NOW) == []


def test_mail_that_had_been_missed_is_told_for_a_day():
    (alarm,) = judged([mailbox()], [trouble("missed", "3", at=ago(hours=23))], 0, NOW)
    assert (alarm.title, alarm.urgent) == (f"3 mails of {ANN} had been missed.", False)
    (one,) = judged([mailbox()], [trouble("missed", "1")], 0, NOW)
    assert one.title == f"1 mail of {ANN} had been missed."
    assert judged([mailbox()], [trouble("missed", "3", at=ago(hours=25))], 0, NOW) == []


def test_mails_that_need_a_person():
    (one,) = judged([mailbox()], [], 1, NOW)
    (two,) = judged([mailbox()], [], 2, NOW)
    assert (one.kind, one.title) == ("held", "1 mail of ours needs a person.")
    assert two.title == "2 mails of ours need a person."


def test_the_urgent_come_first():
    rows = [
        mailbox(),
        mailbox(account=AccountId("b@example.com"), state="reconnect needed"),
        mailbox(account=AccountId("c@example.com"), read_at=ago(hours=3)),
    ]
    troubles = [trouble("missed", "2"), trouble("hints"), trouble("watch")]
    found = judged(rows, troubles, 1, NOW)
    assert [each.kind for each in found] == [
        "reconnect",
        "unread",
        "held",
        "watch",
        "hints",
        "missed",
    ]
    assert [each.urgent for each in found] == [True] * 3 + [False] * 3
    assert all(each.fix and each.detail for each in found)


def test_the_store_is_asked_and_what_is_mended_is_gone(stage):
    store, clock = stage.store, stage.clock
    store.accounts.connect(ANN, "grant", scopes=["readonly"])
    store.troubles.note("watch", ANN, "refused")
    assert [each.kind for each in alarms(store, clock.now())] == ["watch"]
    store.troubles.mend("watch", ANN)
    assert alarms(store, clock.now()) == []
    clock.advance(timedelta(minutes=15))
    assert [each.kind for each in alarms(store, clock.now())] == ["unread"]
    store.accounts.note_read(ANN)
    assert alarms(store, clock.now()) == []
    store.accounts.set_state(ANN, "reconnect needed")
    assert [each.kind for each in alarms(store, clock.now())] == ["reconnect"]
    store.accounts.connect(ANN, "grant", scopes=["readonly"])
    assert alarms(store, clock.now()) == []


def test_a_mailbox_of_the_sandbox_is_shown_where_it_runs(stage):
    (account,) = [row.account for row in stage.store.accounts.all()]
    assert mailboxes(stage.store) == []
    assert [row.account for row in mailboxes(stage.store, {account})] == [account]


def test_the_overview_shows_mailboxes_and_alarms(stage):
    stage.store.accounts.connect(ANN, "grant", scopes=["readonly"])
    stage.store.accounts.note_units(ANN, minute=412, limit=6_000, drawn=412)
    stage.store.troubles.note("hints", "", "refused")
    overview = Queries(stage.services).overview()
    (line,) = overview.mailboxes
    use = QuotaUse(minute=412, limit=6_000, peak=412, today=412, at=stage.clock.now())
    assert (line.address, line.state, line.read_at, line.quota) == (ANN, "connected", None, use)
    assert [each.kind for each in overview.alarms] == ["hints"]


@pytest.mark.parametrize(
    "seconds,words", [(0, "0 s"), (59, "59 s"), (90, "2 min"), (7_200, "2 h"), (200_000, "2 d")]
)
def test_spans(seconds: float, words: str):
    assert span(seconds) == words
