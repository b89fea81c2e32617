"""Mails: taken in once, with the cursor or not at all, and found again."""

import threading
from collections.abc import Callable

import pytest

from sampark.domain.base import AccountId, GmailId, TaskId
from sampark.domain.mail import Arrival, MailRef
from sampark.errors import StoreError
from sampark.storage.conftest import ACCOUNT, StandingClock
from sampark.storage.store import Store
from sampark.storage.vault import Vault

MakeArrival = Callable[..., Arrival]


def test_only_new_mails_are_returned(store: Store, make_arrival: MakeArrival):
    one, two, three = (make_arrival(number) for number in (1, 2, 3))
    assert store.mails.take_in(ACCOUNT, [one, two, one], "20") == [one.ref, two.ref]
    assert store.mails.take_in(ACCOUNT, [two, three], "30") == [three.ref]
    assert store.accounts.cursor(ACCOUNT) == "30"


def test_a_mail_comes_back_as_it_came(store: Store, make_arrival: MakeArrival):
    arrival = make_arrival(1, raw=bytes(range(256)) * 40)
    store.mails.take_in(ACCOUNT, [arrival], None)
    assert store.mails.arrival(arrival.ref) == arrival
    assert store.accounts.cursor(ACCOUNT) is None


def test_what_was_stored_first_stays(store: Store, make_arrival: MakeArrival):
    store.mails.take_in(ACCOUNT, [make_arrival(1, raw=b"first")], None)
    store.mails.take_in(ACCOUNT, [make_arrival(1, raw=b"second")], None)
    assert store.mails.arrival(make_arrival(1).ref).raw == b"first"


def test_mails_and_cursor_come_together_or_not_at_all(store: Store, make_arrival: MakeArrival):
    with pytest.raises(StoreError, match="not a number"):
        store.mails.take_in(ACCOUNT, [make_arrival(1)], "next")
    assert store.mails.rows() == []
    assert store.events.since(0) == []


def test_a_mail_of_another_account_is_refused(store: Store, make_arrival: MakeArrival):
    store.accounts.add(AccountId("other@example.com"))
    with pytest.raises(StoreError, match="did not arrive in other@"):
        store.mails.take_in(AccountId("other@example.com"), [make_arrival(1)], "5")


def test_an_account_that_was_never_added_takes_nothing(store: Store):
    with pytest.raises(StoreError, match="no account"):
        store.mails.take_in(AccountId("nobody@example.com"), [], "5")


def test_two_workers_take_each_mail_once(
    store: Store, make_arrival: MakeArrival, vault: Vault, clock: StandingClock
):
    url = store._database.engine.url.render_as_string(hide_password=False)
    other = Store.open(url, vault=vault, clock=clock)
    taken: list[MailRef] = []
    ready = threading.Barrier(4)

    def work(worker: Store, order: int) -> None:
        ready.wait()
        for start in range(0, 40, 4)[::order]:
            batch = [make_arrival(number) for number in range(start, start + 8)]
            taken.extend(worker.mails.take_in(ACCOUNT, batch, str(start + 8)))

    turns = [(store, 1), (other, -1), (store, -1), (other, 1)]
    threads = [threading.Thread(target=work, args=turn) for turn in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sorted(ref.gmail_id for ref in taken) == [f"g{number:04}" for number in range(44)]
    assert store.accounts.cursor(ACCOUNT) == "44"


def test_unknown_keeps_order_and_says_each_once(store: Store, make_arrival: MakeArrival):
    store.mails.take_in(ACCOUNT, [make_arrival(2)], None)
    ids = [GmailId(name) for name in ("g0003", "g0002", "g0001", "g0003")]
    assert store.mails.unknown(ACCOUNT, ids) == ["g0003", "g0001"]
    assert store.mails.unknown(ACCOUNT, []) == []
    assert store.mails.unknown(AccountId("other@example.com"), ids[1:2]) == ["g0002"]
    many = [GmailId(f"h{number}") for number in range(1200)]
    assert store.mails.unknown(ACCOUNT, many) == many


def test_rows_tell_newest_first_what_became_of_mails(store: Store, make_arrival: MakeArrival):
    store.mails.take_in(ACCOUNT, [make_arrival(number) for number in (1, 3, 2)], None)
    ref = make_arrival(2).ref
    store.mails.set_head(ref, "<a@b>", "You <you@example.com>", "Grüße \udcff \x00")
    store.mails.set_outcome(ref, "task", "asks for a profile", TaskId("k1"))
    rows = store.mails.rows(ACCOUNT, limit=2)
    assert [row.ref.gmail_id for row in rows] == ["g0003", "g0002"]
    assert rows[0].model_dump(include={"sender", "subject", "outcome", "reason", "task"}) == {
        "sender": "",
        "subject": "",
        "outcome": None,
        "reason": "",
        "task": None,
    }
    assert rows[1].sender == "You <you@example.com>"
    assert rows[1].subject == "Grüße \\udcff \x00"
    assert (rows[1].outcome, rows[1].task) == ("task", "k1")
    assert rows[1].reason == "asks for a profile"
    assert rows[1].received_at == make_arrival(2).internal_date
    assert store.mails.rows(AccountId("other@example.com")) == []


def test_unfinished_are_those_without_outcome_oldest_first(store: Store, make_arrival: MakeArrival):
    store.mails.take_in(ACCOUNT, [make_arrival(number) for number in (3, 1, 2)], None)
    store.mails.set_outcome(make_arrival(1).ref, "ignored", "automated", None)
    assert store.mails.unfinished() == [make_arrival(2).ref, make_arrival(3).ref]


def test_mails_of_a_task_oldest_first(store: Store, make_arrival: MakeArrival):
    store.mails.take_in(ACCOUNT, [make_arrival(number) for number in (3, 1, 2)], None)
    store.mails.set_outcome(make_arrival(3).ref, "answer", "", TaskId("k1"))
    store.mails.set_outcome(make_arrival(1).ref, "task", "", TaskId("k1"))
    assert store.mails.for_task(TaskId("k1")) == [make_arrival(1).ref, make_arrival(3).ref]


def test_found_by_message_id_whatever_a_stranger_wrote(store: Store, make_arrival: MakeArrival):
    store.mails.take_in(ACCOUNT, [make_arrival(1), make_arrival(2)], None)
    strange = "\x00\udcff" + "x" * 9000
    store.mails.set_head(make_arrival(1).ref, " <a@b> ", "", "")
    store.mails.set_head(make_arrival(2).ref, strange, "", "")
    assert store.mails.by_rfc_id(ACCOUNT, "a@b") == make_arrival(1).ref
    assert store.mails.by_rfc_id(ACCOUNT, strange) == make_arrival(2).ref
    assert store.mails.by_rfc_id(ACCOUNT, "") is None
    assert store.mails.by_rfc_id(AccountId("other@example.com"), "a@b") is None


def test_last_internal_date(store: Store, make_arrival: MakeArrival):
    assert store.mails.last_internal_date(ACCOUNT) is None
    store.mails.take_in(ACCOUNT, [make_arrival(5), make_arrival(4)], None)
    assert store.mails.last_internal_date(ACCOUNT) == make_arrival(5).internal_date


def test_events_tell_ids_and_outcomes_only(store: Store, make_arrival: MakeArrival):
    ref = make_arrival(1).ref
    store.mails.take_in(ACCOUNT, [make_arrival(1)], "1")
    store.mails.set_outcome(ref, "refused", "not you@example.com", None)
    store.mails.set_outcome(ref, "refused", "not you@example.com", None)
    told = [(event.kind, event.detail) for event in store.events.since(0)]
    ids = {"account": ACCOUNT, "gmail_id": "g0001"}
    assert told == [("mail.arrived", ids), ("mail.outcome", {**ids, "outcome": "refused"})]


def test_an_unknown_mail_is_told(store: Store, make_arrival: MakeArrival):
    ref = make_arrival(1).ref
    with pytest.raises(StoreError, match=r"no mail sampark@example\.com:g0001"):
        store.mails.arrival(ref)
    with pytest.raises(StoreError, match="no mail"):
        store.mails.set_outcome(ref, "ignored", "", None)


def test_imported_mails_are_kept_apart(store: Store, make_arrival: MakeArrival):
    old, new = make_arrival(1), make_arrival(2)
    store.mails.take_in(ACCOUNT, [new], "5")
    past = [(old, "Ann <ann@example.com>", "Tea"), (new, "", "")]
    assert store.mails.bring_in(ACCOUNT, past) == [old.ref]
    assert store.mails.bring_in(ACCOUNT, past) == []
    assert store.accounts.cursor(ACCOUNT) == "5"
    assert store.mails.unfinished() == [new.ref]
    assert [row.ref for row in store.mails.rows()] == [new.ref]
    [row] = store.mails.rows(imported=True)
    assert (row.outcome, row.sender, row.subject) == ("imported", "Ann <ann@example.com>", "Tea")
    assert store.mails.arrival(old.ref) == old
    assert [event.kind for event in store.events.since(0)].count("mail.imported") == 1
    threads = [store.mails.in_thread(ACCOUNT, each.thread_id) for each in (old, new)]
    assert old.ref in [row.ref for row in threads[0]]
    assert new.ref in [row.ref for row in threads[1]]


def test_an_imported_mail_of_another_account_is_refused(store: Store, make_arrival: MakeArrival):
    store.accounts.add(AccountId("other@example.com"))
    with pytest.raises(StoreError, match="did not arrive in other@"):
        store.mails.bring_in(AccountId("other@example.com"), [(make_arrival(1), "", "")])
