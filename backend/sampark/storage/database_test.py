"""The database: its settings, its units of work, and what it says when it cannot be used."""

import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import text

from sampark.errors import StoreError
from sampark.storage.database import Database, parse_url, present
from sampark.storage.store import Store
from sampark.storage.vault import Vault


def setting(database: Database, name: str) -> object:
    with database.read() as session:
        return session.connection().execute(text(f"PRAGMA {name}")).scalar()


def test_sqlite_is_set_to_survive_a_power_cut(sqlite_url: str):
    database = Database.open(sqlite_url)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}
    assert {name: setting(database, name) for name in wanted} == wanted
    database.close()


def test_sqlite_file_is_for_its_owner_only(sqlite_url: str, tmp_path: Path, vault: Vault):
    store = Store.open(sqlite_url, vault=vault)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    store.close()


def test_a_unit_of_work_is_all_or_nothing(any_url: str):
    database = Database.open(any_url)
    with database.write() as session:
        session.connection().execute(text("CREATE TABLE t (n INTEGER)"))

    def break_off() -> None:
        with database.write() as session:
            session.connection().execute(text("INSERT INTO t VALUES (1)"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        break_off()
    with database.read() as session:
        assert session.connection().execute(text("SELECT count(*) FROM t")).scalar() == 0
    database.close()


def test_a_reader_does_not_wait_for_a_writer(sqlite_url: str):
    database = Database.open(sqlite_url)
    with database.write() as session:
        session.connection().execute(text("CREATE TABLE t (n INTEGER)"))
    with database.write() as writer:
        writer.connection().execute(text("INSERT INTO t VALUES (1)"))
        with database.read() as reader:
            assert reader.connection().execute(text("SELECT count(*) FROM t")).scalar() == 0
    database.close()


def test_writers_of_two_processes_wait_for_each_other(sqlite_url: str):
    one, two = Database.open(sqlite_url), Database.open(sqlite_url)
    with one.write() as session:
        session.connection().execute(text("CREATE TABLE t (n INTEGER)"))
        session.connection().execute(text("INSERT INTO t VALUES (0)"))

    def count(database: Database) -> None:
        for _ in range(20):
            with database.write() as session:
                session.connection().execute(text("UPDATE t SET n = n + 1"))

    threads = [threading.Thread(target=count, args=(each,)) for each in (one, two, one, two)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with one.read() as session:
        assert session.connection().execute(text("SELECT n FROM t")).scalar() == 80
    one.close()
    two.close()


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/d", "secret", "", "a:b:c"]
)
def test_refuses_other_urls(url: str):
    with pytest.raises(StoreError) as caught:
        parse_url(url)
    assert caught.value.fix
    assert "secret" not in str(caught.value).replace("(secret:...)", "")


def test_refuses_a_url_it_cannot_read_without_telling_the_password():
    with pytest.raises(StoreError, match=r"postgresql:\.\.\.") as caught:
        parse_url("postgresql://u:hunter2@host:notaport/d")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_postgres_url_means_one_driver(scheme: str):
    assert parse_url(f"{scheme}://h/d").drivername == "postgresql+psycopg"


def test_an_unreachable_server_is_told_without_the_password():
    with pytest.raises(StoreError) as caught:
        Database.open("postgresql://sam:hunter2@127.0.0.1:1/mail?password=hunter3")
    assert "postgresql://sam@127.0.0.1:1/mail" in str(caught.value)
    assert "hunter" not in str(caught.value)
    assert "Check that the server runs" in caught.value.fix


def test_an_absent_database_is_told(postgres_url: str):
    with pytest.raises(StoreError, match="does not exist") as caught:
        Database.open(postgres_url.replace("/postgres?", "/nowhere?"))
    assert "Create the database" in caught.value.fix


def test_an_absent_folder_is_told(tmp_path: Path):
    path = tmp_path / "absent" / "sampark.db"
    with pytest.raises(StoreError, match=str(path)) as caught:
        Database.open(f"sqlite:///{path}")
    assert "folder" in caught.value.fix


def test_a_folder_is_not_a_database(tmp_path: Path):
    with pytest.raises(StoreError, match=str(tmp_path)):
        Database.open(f"sqlite:///{tmp_path}")


def test_another_file_is_not_a_database(tmp_path: Path):
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear all, " * 1000)
    with pytest.raises(StoreError, match=f"{path} cannot be used: file is not a database"):
        Database.open(f"sqlite:///{path}")
    assert path.read_bytes() == b"Dear all, " * 1000


def test_a_damaged_file_is_refused(sqlite_url: str, tmp_path: Path, vault: Vault):
    store = Store.open(sqlite_url, vault=vault)
    for number in range(200):
        store.events.add(None, "test", {"number": number, "filling": "x" * 200})
    store.close()
    path = tmp_path / "sampark.db"
    content = bytearray(path.read_bytes())
    content[8192:-4096] = b"\x5a" * (len(content) - 12288)
    path.write_bytes(content)
    with pytest.raises(StoreError, match=str(path)) as caught:
        Store.open(sqlite_url, vault=vault)
    assert "backup" in caught.value.fix


def test_a_locked_file_is_told(sqlite_url: str, tmp_path: Path):
    database = Database.open(sqlite_url)
    with database.read() as session:
        session.connection().execute(text("PRAGMA busy_timeout=0"))
    holder = sqlite3.connect(tmp_path / "sampark.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError, match="locked"), database.write() as session:
        session.connection()
    holder.close()
    database.close()


def test_presence(sqlite_url: str, tmp_path: Path):
    assert not present(sqlite_url)
    (tmp_path / "sampark.db").touch()
    assert not present(sqlite_url)
    Database.open(sqlite_url).close()
    assert present("postgresql://h/d")
