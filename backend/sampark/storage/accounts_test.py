"""Accounts: cursors that only move forward, grants that are sealed."""

import threading

import pytest
from sqlalchemy import text

from sampark.domain.base import AccountId
from sampark.errors import SealBroken, StoreError
from sampark.storage.conftest import ACCOUNT
from sampark.storage.store import Store

OTHER = AccountId("other@example.com")


def test_added_once_and_listed(store: Store):
    store.accounts.move_cursor(ACCOUNT, "7")
    store.accounts.add(ACCOUNT)
    store.accounts.add(OTHER)
    assert [row.account for row in store.accounts.all()] == [OTHER, ACCOUNT]
    assert store.accounts.get(ACCOUNT).cursor == "7"
    assert store.accounts.get(OTHER).state == "connected"


def test_the_cursor_is_a_number_and_moves_forward_only(store: Store):
    assert store.accounts.cursor(ACCOUNT) is None
    for step, stands in [("9", "9"), ("10", "10"), ("9", "10"), ("10", "10"), ("2" * 25, "2" * 25)]:
        store.accounts.move_cursor(ACCOUNT, step)
        assert store.accounts.cursor(ACCOUNT) == stands


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1.5", "\uff11", " 7"])
def test_other_cursors_are_refused(store: Store, cursor: str):
    with pytest.raises(StoreError, match="not a number"):
        store.accounts.move_cursor(ACCOUNT, cursor)
    assert store.accounts.cursor(ACCOUNT) is None


def test_many_workers_leave_the_highest_cursor(store: Store):
    def walk(start: int) -> None:
        for step in range(start, 60, 4):
            store.accounts.move_cursor(ACCOUNT, str(step))

    threads = [threading.Thread(target=walk, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.accounts.cursor(ACCOUNT) == "59"


def test_state_changes_are_told_once(store: Store):
    before = store.events.last()
    store.accounts.set_state(ACCOUNT, "reconnect needed")
    store.accounts.set_state(ACCOUNT, "reconnect needed")
    assert store.accounts.get(ACCOUNT).state == "reconnect needed"
    told = store.events.since(before)
    assert [(event.kind, event.detail["state"]) for event in told] == [
        ("account.state", "reconnect needed")
    ]


def test_the_grant_comes_back(store: Store):
    assert store.accounts.token(ACCOUNT) is None
    store.accounts.connect(ACCOUNT, '{"refresh_token": "1//secret"}', scopes=[])
    assert store.accounts.token(ACCOUNT) == '{"refresh_token": "1//secret"}'


def test_an_unknown_account_is_told(store: Store):
    for call in (store.accounts.get, store.accounts.cursor, store.accounts.token):
        with pytest.raises(StoreError, match=r"no account other@example\.com"):
            call(OTHER)
    with pytest.raises(StoreError, match="no account"):
        store.accounts.move_cursor(OTHER, "1")


def test_connected_with_a_grant_and_disconnected(store: Store, clock):
    assert store.accounts.granted() == []
    store.accounts.connect(OTHER, "grant one", scopes=["a", "b"])
    clock.advance(hours=1)
    store.accounts.connect(OTHER, "grant two", scopes=["a"])
    row = store.accounts.get(OTHER)
    assert (row.state, row.scopes, row.connected_at) == ("connected", ("a",), clock.now())
    assert store.accounts.token(OTHER) == "grant two"
    assert store.accounts.granted() == [OTHER]
    store.accounts.move_cursor(OTHER, "7")
    store.accounts.set_watch(OTHER, clock.now())
    store.accounts.disconnect(OTHER)
    row = store.accounts.get(OTHER)
    assert (row.state, row.scopes, row.cursor) == ("disconnected", (), "7")
    assert row.watch_expires_at is None
    assert store.accounts.token(OTHER) is None


def test_a_disconnected_mailbox_is_only_connected_by_a_grant(store: Store):
    store.accounts.disconnect(ACCOUNT)
    for state in ("connected", "reconnect needed"):
        store.accounts.set_state(ACCOUNT, state)
        assert store.accounts.get(ACCOUNT).state == "disconnected"
    store.accounts.connect(ACCOUNT, "grant", scopes=[])
    assert store.accounts.get(ACCOUNT).state == "connected"


def test_readings_are_noted_once_a_minute(store: Store, clock):
    store.accounts.note_read(ACCOUNT)
    first = clock.now()
    clock.advance(seconds=59)
    store.accounts.note_read(ACCOUNT)
    assert store.accounts.get(ACCOUNT).read_at == first
    clock.advance(seconds=1)
    store.accounts.note_read(ACCOUNT)
    assert store.accounts.get(ACCOUNT).read_at == clock.now()


def test_a_reading_after_a_long_silence_is_told(store: Store, clock):
    for pause in (0, 5, 14, 15):
        clock.advance(minutes=pause)
        store.accounts.note_read(ACCOUNT)
    told = [row for row in store.events.since(0) if row.kind == "mailbox.read"]
    assert len(told) == 2


def test_units_are_summed_for_the_day(store: Store, clock):
    assert store.accounts.get(ACCOUNT).quota is None
    store.accounts.note_units(ACCOUNT, minute=412, limit=6_000, drawn=412)
    clock.advance(minutes=1)
    store.accounts.note_units(ACCOUNT, minute=20, limit=6_000, drawn=25)
    quota = store.accounts.get(ACCOUNT).quota
    assert (quota.minute, quota.limit, quota.peak, quota.today) == (20, 6_000, 412, 437)
    assert quota.at == clock.now()
    clock.advance(days=1)
    store.accounts.note_units(ACCOUNT, minute=7, limit=15_000, drawn=7)
    quota = store.accounts.get(ACCOUNT).quota
    assert (quota.minute, quota.limit, quota.peak, quota.today) == (7, 15_000, 7, 7)


def test_grants_tell_since_when(store: Store, clock):
    assert store.accounts.grants() == {}
    store.accounts.connect(OTHER, "grant one", scopes=[])
    clock.advance(hours=1)
    store.accounts.connect(OTHER, "grant two", scopes=[])
    assert store.accounts.grants() == {OTHER: clock.now()}
    store.accounts.disconnect(OTHER)
    assert store.accounts.grants() == {}


def test_a_mailbox_connected_again_is_watched_anew(store: Store, clock):
    store.accounts.set_watch(ACCOUNT, clock.now())
    store.accounts.connect(ACCOUNT, "grant", scopes=[])
    assert store.accounts.get(ACCOUNT).watch_expires_at is None


def test_the_end_of_a_watch_is_kept(store: Store, clock):
    store.accounts.set_watch(ACCOUNT, clock.now())
    assert store.accounts.get(ACCOUNT).watch_expires_at == clock.now()


def test_a_grant_moved_to_another_row_does_not_open(store: Store, database):
    store.accounts.connect(OTHER, "grant", scopes=[])
    with database.write() as session:
        session.connection().execute(
            text("UPDATE accounts SET token = (SELECT token FROM accounts WHERE id = :other)"),
            {"other": OTHER},
        )
    with pytest.raises(SealBroken, match=r"accounts\.token"):
        store.accounts.token(ACCOUNT)
