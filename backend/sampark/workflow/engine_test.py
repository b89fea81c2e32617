"""The engine on its file: what it recovers, what it refuses to read, whom it lets in."""

import asyncio
import base64
import io
import logging
import os
import pickle
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from dbos import DBOS, SetWorkflowID

from sampark.errors import SealBroken, StoreError
from sampark.storage.serializer import SealingSerializer
from sampark.storage.vault import Vault
from sampark.workflow.durable import durable
from sampark.workflow.engine import Engine

RAN: list[str] = []
BEGAN = threading.Event()


@durable
def note(word: str) -> str:
    RAN.append(word)
    return word


@DBOS.workflow(name="engine_test.wait_for_a_word")
async def wait_for_a_word(first: str) -> str:
    await note(first)
    BEGAN.set()
    word = await DBOS.recv_async("word", timeout_seconds=60)
    return await note(f"{first} {word}")


class MakesFolder:
    """What an attacker would leave in the file: unpickling it makes a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self):
        return os.mkdir, (str(self._path),)


def malicious(folder: Path) -> str:
    return base64.b64encode(pickle.dumps(MakesFolder(folder))).decode()


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    RAN.clear()
    return Vault.open(tmp_path / "master.key", create=True)


@contextmanager
def running(home: Path, vault: Vault) -> Iterator[Engine]:
    engine = Engine(f"sqlite:///{home / 'engine.db'}", serializer=SealingSerializer(vault))
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()


def begin(engine: Engine, name: str) -> None:
    """Start a workflow and let it come to its wait."""
    BEGAN.clear()
    engine.call(start(name))
    assert BEGAN.wait(10)


async def start(name: str) -> None:
    with SetWorkflowID(name):
        await DBOS.start_workflow_async(wait_for_a_word, name)


async def outcome(name: str) -> object:
    handle = await DBOS.retrieve_workflow_async(name)
    return await handle.get_result(polling_interval_sec=0.02)


async def status(name: str) -> str:
    return str((await (await DBOS.retrieve_workflow_async(name)).get_status()).status)


def rows(home: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "engine.db")) as database, database:
        return database.execute(query, values).fetchall()


def test_a_stopped_engine_takes_a_waiting_workflow_up_again(tmp_path, vault):
    with running(tmp_path, vault) as engine:
        begin(engine, "one")
    with running(tmp_path, vault) as engine:
        engine.call(DBOS.send_async("one", "later", "word"))
        assert engine.call(outcome("one")) == "one later"
    assert RAN == ["one", "one later"], "a finished step was repeated"


def test_a_word_sent_before_the_stop_is_read_after_it(tmp_path, vault):
    with running(tmp_path, vault) as engine:
        begin(engine, "one")
    with running(tmp_path, vault) as engine:
        engine.call(DBOS.send_async("one", "kept", "word"))
    with running(tmp_path, vault) as engine:
        assert engine.call(outcome("one")) == "one kept"


def test_a_second_engine_on_the_file_is_refused_and_the_first_works_on(tmp_path, vault):
    with running(tmp_path, vault) as engine:
        second = Engine(engine_url(tmp_path), serializer=SealingSerializer(vault))
        with pytest.raises(StoreError, match=r"another Sampark works on .*engine\.db"):
            second.start()
        second.stop()
        begin(engine, "one")
    with running(tmp_path, vault):
        assert RAN == ["one"]


def test_a_file_that_is_no_database_is_one_clear_error(tmp_path, vault):
    (tmp_path / "engine.db").write_bytes(b"this is no database " * 100)
    engine = Engine(engine_url(tmp_path), serializer=SealingSerializer(vault))
    with pytest.raises(StoreError, match=r"engine\.db") as refused:
        engine.start()
    assert refused.value.fix
    (tmp_path / "engine.db").unlink()
    with running(tmp_path, vault) as healed:
        begin(healed, "one")


def test_nothing_of_a_workflow_lies_open_in_the_file(tmp_path, vault):
    with running(tmp_path, vault) as engine:
        begin(engine, "confidential")
        engine.call(DBOS.send_async("confidential", "SECRET-WORD", "word"))
        engine.call(outcome("confidential"))
    found = rows(
        tmp_path,
        """SELECT i.inputs, o.output, s.serialization FROM workflow_status s
           JOIN workflow_input i USING (workflow_uuid) JOIN workflow_output o USING (workflow_uuid)""",
    )
    found += rows(tmp_path, "SELECT '', output, serialization FROM operation_outputs")
    found += rows(tmp_path, "SELECT '', message, serialization FROM notifications")
    sealed = [value for *values, kind in found if kind == "sampark_sealed" for value in values]
    others = [value for *values, kind in found if kind != "sampark_sealed" for value in values]
    assert len(sealed) > 5
    for value in sealed:
        opened = base64.b64decode(str(value or ""))
        assert b"SECRET-WORD" not in opened
        assert b"confidential" not in opened
    assert [float(str(value)) for value in others if value]  # when the wait would have ended


FORGED = pytest.mark.parametrize("kind", ["py_pickle", "sampark_sealed", None])


@FORGED
def test_the_arguments_of_a_forged_row_are_not_unpickled(tmp_path, vault, kind):
    with running(tmp_path, vault) as engine:
        begin(engine, "one")
    folder = tmp_path / "owned"
    rows(
        tmp_path,
        "UPDATE workflow_status SET inputs = ?, serialization = ?",
        malicious(folder),
        kind,
    )
    rows(tmp_path, "UPDATE workflow_input SET inputs = ?", malicious(folder))
    with running(tmp_path, vault) as engine:
        engine.call(settled("one"))
        assert engine.call(status("one")) == "ERROR"
        begin(engine, "two")
        engine.call(DBOS.send_async("two", "fine", "word"))
        assert engine.call(outcome("two")) == "two fine"
    assert not folder.exists()
    assert RAN == ["one", "two", "two fine"]


@FORGED
def test_the_result_of_a_forged_step_is_not_unpickled(tmp_path, vault, kind):
    with running(tmp_path, vault) as engine:
        begin(engine, "one")
    folder = tmp_path / "owned"
    rows(
        tmp_path,
        "UPDATE operation_outputs SET output = ?, serialization = ? WHERE function_name = ?",
        malicious(folder),
        kind,
        "engine_test.note",
    )
    with running(tmp_path, vault) as engine:
        engine.call(settled("one"))
        assert engine.call(status("one")) == "ERROR"
    assert not folder.exists()
    assert RAN == ["one"]


@FORGED
def test_a_forged_message_is_not_unpickled(tmp_path, vault, kind):
    with running(tmp_path, vault) as engine:
        begin(engine, "one")
    folder = tmp_path / "owned"
    forge = """INSERT INTO notifications (destination_uuid, topic, message, serialization)
               VALUES ('one', 'word', ?, ?)"""
    rows(tmp_path, forge, malicious(folder), kind)
    with running(tmp_path, vault) as engine, pytest.raises(SealBroken):
        engine.call(outcome("one"))
    assert not folder.exists()
    assert RAN == ["one"]


@FORGED
@pytest.mark.parametrize(("column", "end"), [("output", "SUCCESS"), ("error", "ERROR")])
def test_a_forged_ending_is_not_unpickled_and_is_told(tmp_path, vault, kind, column, end):
    with running(tmp_path, vault) as engine:
        begin(engine, "one")
        engine.call(DBOS.send_async("one", "done", "word"))
        assert engine.call(outcome("one")) == "one done"
    folder = tmp_path / "owned"
    rows(tmp_path, "UPDATE workflow_status SET status = ?, serialization = ?", end, kind)
    rows(tmp_path, f"UPDATE workflow_output SET output = '', {column} = ?", malicious(folder))
    with running(tmp_path, vault) as engine, pytest.raises(SealBroken) as told:
        engine.call(outcome("one"))
    assert not folder.exists()
    assert "\n" not in str(told.value)
    assert "backup" in told.value.fix


def test_a_step_result_in_open_json_is_not_believed(tmp_path, vault):
    with running(tmp_path, vault) as engine:
        begin(engine, "one")
    forge = "UPDATE operation_outputs SET output = ?, serialization = ? WHERE function_name = ?"
    rows(tmp_path, forge, '"granted"', "portable_json", "engine_test.note")
    with running(tmp_path, vault) as engine:
        engine.call(settled("one"))
        assert engine.call(status("one")) == "ERROR"


def test_the_file_is_readable_by_its_owner_only(tmp_path, vault):
    with running(tmp_path, vault):
        made = sorted(tmp_path.glob("engine.db*"))
        assert len(made) >= 2
        assert {path.stat().st_mode & 0o077 for path in made} == {0}


def test_a_folder_that_is_not_there_is_named(tmp_path, vault):
    engine = Engine(engine_url(tmp_path / "gone"), serializer=SealingSerializer(vault))
    with pytest.raises(StoreError, match=r"gone/engine\.db cannot be used"):
        engine.start()


def engine_url(home: Path) -> str:
    return f"sqlite:///{home / 'engine.db'}"


async def settled(name: str) -> None:
    """Wait until the engine has looked at a workflow again, and given it up or not."""
    for _ in range(500):
        if await status(name) not in {"PENDING", "ENQUEUED"}:
            return
        await asyncio.sleep(0.01)


def test_an_engine_starts_where_the_standard_error_of_the_import_is_closed(tmp_path, vault):
    with io.TextIOWrapper(io.BytesIO()) as passing:
        logging.getLogger("dbos").addHandler(logging.StreamHandler(passing))
    engine = Engine(engine_url(tmp_path), serializer=SealingSerializer(vault))
    engine.start()
    engine.stop()
