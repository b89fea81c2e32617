"""The outbox and the effect ledger: known by key, moved by rule, never two."""

import hashlib

import pytest

from sampark.domain.base import AccountId, TaskId, ThreadId
from sampark.domain.run import Effect
from sampark.errors import StoreError
from sampark.storage.conftest import ACCOUNT
from sampark.storage.rows import OutboxRow
from sampark.storage.store import Store

MIME = b"X-Sampark-Key: k1\r\n\r\nDear you"


def letter(key: str = "k1", mime: bytes = MIME, task: TaskId | None = None) -> OutboxRow:
    return OutboxRow(key=key, account=ACCOUNT, task=task, thread_id=ThreadId("t1"), mime=mime)


def test_planned_once(store: Store):
    planned = store.outbox.plan(letter())
    assert planned == letter().model_copy(
        update={"sha256": hashlib.sha256(MIME).hexdigest(), "updated_at": planned.updated_at}
    )
    assert store.outbox.plan(letter(mime=b"other")) == planned
    assert store.outbox.get("k1") == planned
    assert store.outbox.unfinished() == ["k1"]


def test_a_wrong_hash_is_refused(store: Store):
    with pytest.raises(StoreError, match="SHA-256"):
        store.outbox.plan(letter().model_copy(update={"sha256": "0" * 64}))


def test_sent_over_a_draft(store: Store):
    store.outbox.plan(letter())
    store.outbox.drafted("k1", "d1")
    store.outbox.drafted("k1", "d1")
    assert (store.outbox.get("k1").state, store.outbox.get("k1").draft_id) == ("sending", "d1")
    store.outbox.sent("k1", "g9", "t2", "<m@mail.gmail.com>")
    row = store.outbox.get("k1")
    assert (row.state, row.gmail_id, row.thread_id) == ("sent", "g9", "t2")
    assert row.message_id == "<m@mail.gmail.com>"
    assert row.mime == MIME
    assert store.outbox.unfinished() == []


def test_no_second_draft_while_sending(store: Store):
    store.outbox.plan(letter())
    store.outbox.drafted("k1", "d1")
    with pytest.raises(StoreError, match="draft d1"):
        store.outbox.drafted("k1", "d2")
    assert store.outbox.get("k1").draft_id == "d1"


def test_a_sent_mail_may_come_back(store: Store):
    store.outbox.plan(letter())
    with pytest.raises(StoreError, match="cannot become bounced"):
        store.outbox.bounced("k1", "refused")
    store.outbox.sent("k1", "g9", "t1", "<m@x>")
    store.outbox.bounced("k1", "refused")
    row = store.outbox.get("k1")
    assert (row.state, row.reason, row.gmail_id) == ("bounced", "refused", "g9")
    assert store.outbox.held() == ["k1"]
    assert store.outbox.see_to(["k1", "k9"], by="otto") == 1
    assert store.outbox.held() == []
    assert store.outbox.see_to(["k1"], by="otto") == 0
    with pytest.raises(StoreError, match="cannot become sent"):
        store.outbox.sent("k1", "g9", "t1", "<m@x>")


def test_a_row_is_found_by_its_key(store: Store):
    planned = store.outbox.plan(letter())
    assert store.outbox.find("k1") == planned
    assert store.outbox.find("k2") is None


def test_nothing_leaves_sent(store: Store):
    store.outbox.plan(letter())
    store.outbox.sent("k1", "g9", "t1", "<m@x>")
    store.outbox.sent("k1", "g9", "t1", "<m@x>")
    with pytest.raises(StoreError, match="sent as g9, not g10"):
        store.outbox.sent("k1", "g10", "t1", "<m@x>")
    for call in (store.outbox.failed, store.outbox.unknown, store.outbox.drafted):
        with pytest.raises(StoreError, match="k1 is sent"):
            call("k1", "why")
    assert store.outbox.get("k1").gmail_id == "g9"


def test_verdicts_keep_their_reason_and_take_no_draft(store: Store):
    store.outbox.plan(letter("a"))
    store.outbox.plan(letter("b"))
    store.outbox.failed("a", "Gmail refused: invalid To header")
    store.outbox.unknown("b", "not found within 10 minutes")
    assert store.outbox.get("a").reason == "Gmail refused: invalid To header"
    assert store.outbox.get("b").state == "unknown"
    for key in ("a", "b"):
        with pytest.raises(StoreError):
            store.outbox.drafted(key, "d1")
    assert store.outbox.unfinished() == []
    store.outbox.sent("b", "g1", "t1", "<found@later>")
    assert store.outbox.get("b").state == "sent"


def test_found_again(store: Store):
    for key in ("a", "b", "c"):
        store.outbox.plan(letter(key, mime=key.encode(), task=TaskId("k")))
    store.outbox.sent("b", "g1", "t1", "<m1@x>")
    found = store.outbox.by_message_id(ACCOUNT, "m1@x")
    assert found is not None
    assert found.key == "b"
    assert store.outbox.by_message_id(ACCOUNT, "<other@x>\x00\udcff") is None
    assert store.outbox.by_message_id(AccountId("other@example.com"), "m1@x") is None
    assert [row.mime for row in store.outbox.for_task(TaskId("k"))] == [b"a", b"b", b"c"]
    assert store.outbox.unfinished() == ["a", "c"]


def test_states_are_told(store: Store):
    store.outbox.plan(letter(task=TaskId("k")))
    store.outbox.drafted("k1", "d1")
    store.outbox.sent("k1", "g1", "t1", "<m1@x>")
    store.outbox.sent("k1", "g1", "t1", "<m1@x>")
    told = [(event.kind, event.task, event.detail) for event in store.events.since(0)]
    states = ("sending", "sent")
    assert told == [("outbox.state", "k", {"key": "k1", "state": state}) for state in states]


def test_an_unknown_key_is_told(store: Store):
    with pytest.raises(StoreError, match="no outbox row nothing"):
        store.outbox.get("nothing")
    with pytest.raises(StoreError, match="no effect nothing"):
        store.effects.settle("nothing", "done", {})


def test_an_effect_is_planned_once_and_settled(store: Store):
    effect = Effect(
        key="e1",
        task=TaskId("k"),
        kind="reply.owner",
        args={"to": "you@example.com", "files": ["a.pdf"]},
        plan_hash="h" * 64,
        approval="mail",
    )
    assert store.effects.plan(effect) == effect
    other = effect.model_copy(update={"args": {}, "task": None})
    assert store.effects.plan(other) == effect
    store.effects.settle("e1", "sending", {})
    store.effects.settle("e1", "done", {"gmail_id": "g1"})
    settled = effect.model_copy(update={"state": "done", "result": {"gmail_id": "g1"}})
    assert store.effects.rows() == store.effects.rows(TaskId("k")) == [settled]
    assert store.effects.rows(TaskId("other")) == []
    store.effects.settle("e1", "done", {"gmail_id": "g1"})
    with pytest.raises(StoreError, match="e1 is done"):
        store.effects.settle("e1", "failed", {})
