"""The store as a whole: its key, its seals, and what an eye on the file could read."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from sampark.domain.base import StepKey, TaskId, ThreadId
from sampark.domain.mail import Arrival
from sampark.domain.plan import Plan
from sampark.domain.run import Effect, StepError, StepRun, StepStatus
from sampark.domain.task import Question, Task, TaskStatus
from sampark.domain.value import Value
from sampark.errors import KeyFileError, SealBroken
from sampark.storage.conftest import ACCOUNT, StandingClock
from sampark.storage.rows import CHANGED, ModelCall, OutboxRow
from sampark.storage.store import Store
from sampark.storage.tables.base import SealedBytes
from sampark.storage.tables.schema import TABLES
from sampark.storage.vault import Vault

TASK = TaskId("task1")
KEY = StepKey("note")


def test_another_key_is_refused(any_url: str, vault: Vault, tmp_path: Path):
    Store.open(any_url, vault=vault).close()
    other = Vault.open(tmp_path / "other.key", create=True)
    with pytest.raises(KeyFileError, match=r"other\.key is not the one") as caught:
        Store.open(any_url, vault=other)
    assert "back" in caught.value.fix
    Store.open(any_url, vault=vault).close()


def test_a_forged_key_check_is_refused(sqlite_url: str, vault: Vault, tmp_path: Path):
    store = Store.open(sqlite_url, vault=vault)
    other = Vault.open(tmp_path / "other.key", create=True)
    execute(store, f"UPDATE keys SET key_id = '{other.key_id}'")
    store.close()
    with pytest.raises(KeyFileError):
        Store.open(sqlite_url, vault=other)


def test_what_was_stored_is_there_after_a_restart(
    any_url: str, vault: Vault, make_task: Callable[..., Task]
):
    store = Store.open(any_url, vault=vault)
    store.accounts.add(ACCOUNT)
    store.tasks.add(make_task(), TaskStatus.NEW)
    store.close()
    again = Store.open(any_url, vault=vault)
    assert again.tasks.get(TASK) == make_task()
    assert again.events.since(0)[0].at.tzinfo is not None
    again.close()


def test_every_word_is_sealed(
    sqlite_url: str,
    tmp_path: Path,
    vault: Vault,
    clock: StandingClock,
    fill: Callable[[Store, str], None],
):
    store = Store.open(sqlite_url, vault=vault, clock=clock)
    store.accounts.add(ACCOUNT)
    fill(store, "WHISPER")
    assert b"WHISPER" not in everything(tmp_path)
    checkpoint(tmp_path / "sampark.db")
    assert b"WHISPER" not in everything(tmp_path)
    assert b"task1" in everything(tmp_path)
    store.close()
    assert b"WHISPER" not in everything(tmp_path)


def test_a_seal_opens_in_its_own_row_only(store: Store, fill: Callable[[Store, str], None]):
    fill(store, "one")
    execute(store, "UPDATE tasks SET note = body")
    (task,) = store.tasks.rows()
    with pytest.raises(SealBroken, match=r"tasks\.note"):
        store.tasks.row(task.id)


def test_lists_name_what_was_changed_and_show_the_rest(
    store: Store, make_task: Callable[..., Task], make_arrival: Callable[..., Arrival]
):
    tasks = [make_task(name) for name in ("one", "two")]
    refs = store.mails.take_in(ACCOUNT, [make_arrival(number) for number in (1, 2)], None)
    for task, ref in zip(tasks, refs, strict=True):
        store.tasks.add(task, TaskStatus.NEW)
        store.mails.set_head(ref, "", "Asha <asha@example.com>", "Sales")
    execute(store, "UPDATE tasks SET body = (SELECT body FROM tasks WHERE id='two') WHERE id='one'")
    execute(store, "UPDATE mails SET subject = sender WHERE gmail_id = 'g0001'")
    assert [(row.id, row.subject) for row in store.tasks.rows()] == [
        ("two", tasks[1].subject),
        ("one", CHANGED),
    ]
    assert [row.subject for row in store.mails.rows()] == ["Sales", CHANGED]
    assert "tasks.body" in store.tasks.rows()[1].note
    names = [each.name for each in store.tasks.requesters(after=0)[0]]
    assert names == [tasks[1].requester.name, ""]


def test_a_mail_cannot_be_put_in_the_place_of_another(
    store: Store, make_arrival: Callable[..., Arrival]
):
    one, two = make_arrival(1, raw=b"mine"), make_arrival(2, raw=b"theirs")
    store.mails.take_in(ACCOUNT, [one, two], None)
    execute(
        store,
        "UPDATE raws SET content = (SELECT content FROM raws WHERE gmail_id = 'g0002') "
        "WHERE gmail_id = 'g0001'",
    )
    with pytest.raises(SealBroken) as caught:
        store.mails.arrival(one.ref)
    assert "theirs" not in str(caught.value)
    assert store.mails.arrival(two.ref) == two


def test_a_password_hash_cannot_be_given_to_another(store: Store):
    store.users.add("admin", "$argon2id$a", "admin")
    store.users.add("eve", "$argon2id$e", "viewer")
    execute(
        store,
        "UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE name = 'eve') "
        "WHERE name = 'admin'",
    )
    with pytest.raises(SealBroken):
        store.users.get("admin")


def test_every_sealed_column_holds_seals(
    store: Store, vault: Vault, fill: Callable[[Store, str], None]
):
    fill(store, "one")
    sealed = [
        (row.table().name, column.name)
        for row in TABLES
        for column in row.table().columns
        if isinstance(column.type, SealedBytes)
    ]
    assert len(sealed) == 19
    for table, column in sealed:
        with store._database.read() as session:
            values = session.connection().execute(text(f"SELECT {column} FROM {table}")).all()
        assert values, table
        for (value,) in values:
            assert bytes(value).startswith(f"v1.{vault.key_id}.".encode()), (table, column)


def test_a_plain_value_is_never_stored(store: Store, make_task: Callable[..., Task]):
    store.tasks.add(make_task(), TaskStatus.NEW)
    table = next(row.table() for row in TABLES if row.table().name == "tasks")
    with pytest.raises(SealBroken), store._database.write() as session:
        session.connection().execute(table.update().values(note=b"plain words"))


def test_a_time_without_zone_is_never_stored(store: Store, make_task: Callable[..., Task]):
    store.tasks.add(make_task(), TaskStatus.NEW)
    with pytest.raises(ValueError, match="time zone"):
        store.waits.add(TASK, "w", "wf", datetime(2026, 1, 1))


def checkpoint(path: Path) -> None:
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    connection.close()


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def execute(store: Store, statement: str) -> None:
    with store._database.write() as session:
        session.connection().execute(text(statement))


@pytest.fixture
def fill(
    make_arrival: Callable[..., Arrival],
    make_task: Callable[..., Task],
    make_plan: Callable[..., Plan],
    clock: StandingClock,
) -> Callable[[Store, str], None]:
    """Writes a word wherever words are kept."""

    def write(store: Store, word: str) -> None:
        arrival = make_arrival(1, raw=word.encode())
        store.accounts.connect(ACCOUNT, word, scopes=[])
        store.mails.take_in(ACCOUNT, [arrival], "1")
        store.mails.set_head(arrival.ref, f"<{word}@x>", word, word)
        store.mails.set_outcome(arrival.ref, "task", word, TASK)
        words = {"goal": word, "words": word, "subject": word, "kind": word}
        store.tasks.add(make_task().model_copy(update=words), TaskStatus.NEW)
        store.tasks.set_status(TASK, TaskStatus.RUNNING, note=word)
        store.tasks.save_questions(TASK, (Question(about=word, text=word),))
        store.runs.save_plan(TASK, make_plan(words=word))
        value = Value(data={"words": word}, origins=frozenset())
        error = StepError(kind="test", message=word)
        store.runs.finish(
            TASK,
            1,
            StepRun(key=KEY, attempt=1, status=StepStatus.FAILED, value=value, error=error),
        )
        store.blobs.put(TASK, word.encode())
        letter = OutboxRow(
            key="o1", account=ACCOUNT, task=TASK, thread_id=ThreadId("t1"), mime=word.encode()
        )
        store.outbox.plan(letter)
        store.outbox.failed("o1", word)
        store.effects.plan(Effect(key="e1", task=TASK, kind="reply", args={"words": word}))
        store.effects.settle("e1", "done", {"words": word})
        store.calls.add(
            ModelCall(
                role="plan",
                model="m",
                prompt="p",
                fingerprint="f",
                input_tokens=1,
                output_tokens=1,
                usd=Decimal(1),
                seconds=1.0,
                task=TASK,
                at=clock.now(),
                trace=word,
            )
        )
        store.users.add("ada", word, "viewer")

    return write
