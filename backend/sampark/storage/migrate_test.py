"""Migrations: they lead from nothing to exactly what the tables say, on both databases."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from sqlalchemy import inspect, text

from sampark.domain.base import AccountId
from sampark.errors import StoreError
from sampark.storage import migrate
from sampark.storage.database import Database
from sampark.storage.store import Store
from sampark.storage.tables.base import metadata
from sampark.storage.tables.schema import TABLES
from sampark.storage.vault import Vault


def test_every_table_is_listed():
    assert {row.table().name for row in TABLES} == set(metadata.tables)


def test_from_empty_to_the_tables_of_this_release(any_url: str, vault: Vault):
    store = Store.open(any_url, vault=vault)
    store.close()
    database = Database.open(any_url)
    with database.read() as session:
        assert migrate.differences(session.connection()) == []
    database.close()


def test_a_difference_would_be_noticed(sqlite_url: str, vault: Vault):
    Store.open(sqlite_url, vault=vault).close()
    database = Database.open(sqlite_url)
    with database.write() as session:
        session.connection().execute(text("ALTER TABLE tasks ADD COLUMN more INTEGER"))
        session.connection().execute(text("DROP TABLE waits"))
    with database.read() as session:
        assert len(migrate.differences(session.connection())) >= 2
    database.close()


def test_down_again_leaves_nothing(any_url: str, vault: Vault):
    Store.open(any_url, vault=vault).close()
    database = Database.open(any_url)
    with database.write() as session:
        command.downgrade(migrate._config(session.connection()), "base")
    with database.read() as session:
        assert inspect(session.connection()).get_table_names() == [migrate.VERSION_TABLE]
    database.close()


def test_accounts_of_the_first_schema_keep_what_they_have(any_url: str, vault: Vault):
    Store.open(any_url, vault=vault).close()
    database = Database.open(any_url)
    with database.write() as session:
        connection = session.connection()
        command.downgrade(migrate._config(connection), "0001")
        connection.execute(
            text(
                "INSERT INTO accounts (id, state, cursor, added_at) "
                "VALUES ('a@b.org', 'connected', '7', '2026-03-01 09:30:00+00:00')"
            )
        )
    database.close()
    store = Store.open(any_url, vault=vault)
    row = store.accounts.get(AccountId("a@b.org"))
    store.close()
    assert (row.state, row.cursor, row.scopes, row.read_at) == ("connected", "7", (), None)


def test_accounts_of_the_schema_before_have_used_nothing_yet(any_url: str, vault: Vault):
    store = Store.open(any_url, vault=vault)
    account = AccountId("a@b.org")
    store.accounts.connect(account, "grant", scopes=["x"])
    store.accounts.note_units(account, minute=1, limit=2, drawn=3)
    store.troubles.note("watch", account, "refused")
    store.close()
    database = Database.open(any_url)
    with database.write() as session:
        command.downgrade(migrate._config(session.connection()), "0004")
    database.close()
    store = Store.open(any_url, vault=vault)
    row = store.accounts.get(account)
    found = store.accounts.token(account), store.troubles.all()
    store.close()
    assert (row.state, row.scopes, row.quota) == ("connected", ("x",), None)
    assert found == ("grant", [])


def test_a_newer_schema_is_refused(any_url: str, vault: Vault):
    Store.open(any_url, vault=vault).close()
    database = Database.open(any_url)
    with database.write() as session:
        session.connection().execute(text("UPDATE sampark_schema SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreError, match="newer release") as caught:
        Store.open(any_url, vault=vault)
    assert "Upgrade" in caught.value.fix


def test_openers_of_one_moment_migrate_once(any_url: str, vault: Vault):
    ready = threading.Barrier(4)

    def start() -> None:
        ready.wait()
        Store.open(any_url, vault=vault).close()

    with ThreadPoolExecutor(4) as pool:
        for opener in [pool.submit(start) for _ in range(4)]:
            opener.result()


def test_existence(any_url: str, vault: Vault):
    assert not Store.exists(any_url)
    Store.open(any_url, vault=vault).close()
    assert Store.exists(any_url)


def test_a_failed_migration_leaves_nothing(sqlite_url: str, vault: Vault):
    database = Database.open(sqlite_url)
    with database.write() as session:
        session.connection().execute(text("CREATE TABLE keys (n INTEGER)"))
    with pytest.raises(StoreError, match="already exists"):
        Store.open(sqlite_url, vault=vault)
    with database.read() as session:
        assert inspect(session.connection()).get_table_names() == ["keys"]
    database.close()


def test_importing_the_store_opens_nothing():
    watched = "import sys; sys.addaudithook(lambda name, _: name == 'sqlite3.connect' and exit(3))"
    code = f"{watched}; import sampark.storage.store"
    path = migrate.__file__.split("/sampark/")[0]
    assert subprocess.run([sys.executable, "-c", code], cwd=path, check=False).returncode == 0
