"""Troubles: told once when they begin and once when they end, on both databases."""

from datetime import timedelta

from sampark.storage.conftest import ACCOUNT
from sampark.storage.store import Store


def told(store: Store) -> list[tuple[str, object]]:
    return [
        (row.kind, row.detail["trouble"])
        for row in store.events.since(0)
        if row.kind.startswith("trouble.")
    ]


def test_a_trouble_is_there_from_its_first_note_until_it_is_mended(store: Store, clock):
    began = clock.now()
    store.troubles.note("watch", ACCOUNT, "Gmail answered 403.")
    clock.advance(minutes=10)
    store.troubles.note("watch", ACCOUNT, "Gmail answered 404.")
    (row,) = store.troubles.all()
    assert (row.kind, row.account, row.problem) == ("watch", ACCOUNT, "Gmail answered 404.")
    assert (row.since, row.at) == (began, clock.now())
    store.troubles.mend("watch", ACCOUNT)
    assert store.troubles.all() == []
    assert told(store) == [("trouble.began", "watch"), ("trouble.ended", "watch")]


def test_the_same_trouble_is_noted_once_a_minute(store: Store, clock):
    for _ in range(3):
        store.troubles.note("unread", ACCOUNT, "no answer")
        clock.advance(seconds=25)
    (row,) = store.troubles.all()
    assert row.at == row.since
    store.troubles.note("unread", ACCOUNT, "no answer")
    assert store.troubles.all()[0].at == clock.now()


def test_troubles_of_other_kinds_and_mailboxes_stay(store: Store):
    store.troubles.note("watch", ACCOUNT, "a")
    store.troubles.note("watch", "other@example.com", "b")
    store.troubles.note("hints", "", "c")
    store.troubles.mend("watch", ACCOUNT)
    store.troubles.mend("unread", ACCOUNT)
    assert {row.problem for row in store.troubles.all()} == {"b", "c"}


def test_a_trouble_may_have_to_grow_old_first(store: Store, clock):
    store.troubles.note("missed", ACCOUNT, "3 mails")
    clock.advance(hours=23)
    store.troubles.mend("missed", ACCOUNT, older=timedelta(days=1))
    assert len(store.troubles.all()) == 1
    clock.advance(hours=1)
    store.troubles.mend("missed", ACCOUNT, older=timedelta(days=1))
    assert store.troubles.all() == []
