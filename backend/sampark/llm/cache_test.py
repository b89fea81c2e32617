"""The response cache keeps bytes under text, for this user alone, and runs nothing it reads."""

import pickle
import sqlite3
from pathlib import Path

import diskcache
import pytest

from sampark.errors import SettingsError, StoreError
from sampark.llm.cache import ResponseCache, SafeDisk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "responses"


@pytest.fixture
def cache(folder: Path):
    opened = ResponseCache.open(folder)
    yield opened
    opened.close()


class Bomb:
    """Creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


class Rot13:
    """A sealing that only binds bytes to their row."""

    def seal(self, plain: bytes, *, about: tuple[str, str, str]) -> bytes:
        return "|".join(about).encode() + b"|" + plain[::-1]

    def unseal(self, sealed: bytes, *, about: tuple[str, str, str]) -> bytes:
        mark = "|".join(about).encode() + b"|"
        if not sealed.startswith(mark):
            raise StoreError("moved")
        return sealed.removeprefix(mark)[::-1]


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.iterdir()}


def tamper(folder: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(folder / "cache.db") as connection:
        assert connection.execute(statement, values).rowcount == 1
    connection.close()


async def test_bytes_come_back_after_reopening(folder: Path):
    first = ResponseCache.open(folder)
    await first.set("k", b"\x00value" * 100_000)
    first.close()
    second = ResponseCache.open(folder)
    assert await second.get("k") == b"\x00value" * 100_000
    assert await second.get("other") is None
    second.close()
    assert files(folder) == {"cache.db"}


async def test_a_tag_is_forgotten_as_a_whole(cache: ResponseCache):
    await cache.set("a", b"1", tag="t1")
    await cache.set("b", b"2", tag="t1")
    await cache.set("c", b"3", tag="t2")
    assert await cache.evict("t1") == 2
    assert await cache.all() == [b"3"]


async def test_an_expired_answer_is_gone(cache: ResponseCache):
    await cache.set("a", b"1", days=-1)
    await cache.set("b", b"2", days=1)
    assert await cache.get("a") is None
    assert await cache.all() == [b"2"]


async def test_a_pickled_row_is_refused_and_not_run(
    cache: ResponseCache, folder: Path, tmp_path: Path
):
    await cache.set("k", b"answer")
    trap = tmp_path / "ran"
    bomb = pickle.dumps(Bomb(trap))
    tamper(folder, "UPDATE Cache SET mode = 4, value = ? WHERE key = 'k'", bomb)
    with pytest.raises(StoreError, match="did not write"):
        await cache.get("k")
    with pytest.raises(StoreError):
        await cache.all()
    assert not trap.exists()

    # the same row, read with diskcache's own disk class, runs: this is what SafeDisk is for
    with diskcache.Cache(str(folder)) as unsafe:
        unsafe.get("k")
    assert trap.exists()


async def test_a_pickled_key_is_refused_and_not_run(
    cache: ResponseCache, folder: Path, tmp_path: Path
):
    await cache.set("k", b"answer")
    trap = tmp_path / "ran"
    bomb = pickle.dumps(Bomb(trap))
    tamper(folder, "UPDATE Cache SET raw = 0, key = ? WHERE key = 'k'", bomb)
    assert await cache.get("k") is None
    with pytest.raises(StoreError, match="did not write"):
        await cache.all()
    assert not trap.exists()


@pytest.mark.parametrize("mode", [1, 2, 3, 4])
async def test_a_row_that_points_at_a_file_is_refused(
    cache: ResponseCache, folder: Path, tmp_path: Path, mode: int
):
    secret = tmp_path / "secret"
    secret.write_bytes(b"s")
    await cache.set("k", b"answer", tag="t")
    tamper(
        folder,
        "UPDATE Cache SET mode = ?, filename = ?, value = NULL WHERE key = 'k'",
        mode,
        str(secret),
    )
    with pytest.raises(StoreError, match="did not write"):
        await cache.get("k")
    assert await cache.evict("t") == 1
    assert secret.exists()


def test_only_text_keys_and_byte_values_are_taken(tmp_path: Path):
    disk = SafeDisk(str(tmp_path))
    with pytest.raises(TypeError, match="text"):
        disk.put(("a", 1))
    with pytest.raises(TypeError, match="bytes"):
        disk.store({"a": 1}, read=False)
    with pytest.raises(TypeError, match="bytes"):
        disk.store("text", read=False)


async def test_folder_and_files_are_this_user_s_alone(cache: ResponseCache, folder: Path):
    await cache.set("k", b"answer")
    assert modes(folder) == {0o600}
    assert modes(folder.parent) == {0o700}
    assert files(folder) >= {"cache.db", "cache.db-wal"}


def test_a_folder_that_others_can_enter_is_refused(tmp_path: Path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o755)
    with pytest.raises(SettingsError, match=r"chmod 700 .*shared"):
        ResponseCache.open(shared)
    assert list(shared.iterdir()) == []


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path):
    taken = tmp_path / "taken"
    taken.write_text("")
    with pytest.raises(SettingsError, match="taken"):
        ResponseCache.open(taken)
    with pytest.raises(SettingsError, match="dollar"):
        ResponseCache.open(tmp_path / "$HOME")


def test_a_database_that_is_none_is_named(folder: Path):
    folder.mkdir(mode=0o700)
    (folder / "cache.db").write_bytes(b"not a database, but long enough to look at" * 50)
    with pytest.raises(SettingsError, match=r"responses cannot be opened.*not a database"):
        ResponseCache.open(folder)


async def test_a_sealed_answer_is_unreadable_and_bound_to_its_row(folder: Path):
    cache = ResponseCache.open(folder, sealing=Rot13())
    await cache.set("k", b"answer")
    await cache.set("l", b"other")
    assert await cache.get("k") == b"answer"
    with sqlite3.connect(folder / "cache.db") as connection:
        stored = connection.execute("SELECT value FROM Cache WHERE key = 'k'").fetchone()[0]
    connection.close()
    assert b"answer" not in stored
    tamper(folder, "UPDATE Cache SET value = ? WHERE key = 'l'", stored)
    with pytest.raises(StoreError, match="moved"):
        await cache.get("l")
    cache.close()
