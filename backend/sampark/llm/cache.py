"""Stored answers of models, for experiments that repeat and for tests that replay.

diskcache unpickles what it reads unless its disk class forbids it, also with its own JSONDisk: a
row marked as pickled runs code (CVE-2025-69872). `SafeDisk` knows no pickle and no files: a row is
text and bytes inside SQLite, or it is refused. The disk class is not stored in the cache, so
`ResponseCache.open` is the only place that opens one.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal, Protocol, TypeVar

import diskcache

from sampark.errors import SettingsError, StoreError

MODE_RAW: Literal[1] = 1
"""diskcache's mark of a value that lies in its row as it is (diskcache 5.6.3, core.py)."""

CacheMode = Literal["off", "read", "record", "replay-only"]
"""off: never looked at. read: stored answers are used, new ones not stored. record: stored answers
are used, new ones stored. replay-only: stored answers are used, a new question is an error."""

_TABLE = ("response_cache", "response")
T = TypeVar("T")


class Sealing(Protocol):
    """What keeps stored answers unreadable and unforgeable; the store's vault fits."""

    def seal(self, plain: bytes, *, about: tuple[str, str, str]) -> bytes:
        """Return the sealed bytes, bound to table, column and row."""
        ...

    def unseal(self, sealed: bytes, *, about: tuple[str, str, str]) -> bytes:
        """Return the plain bytes; raises SealBroken."""
        ...


class SafeDisk(diskcache.Disk):
    """Text keys and byte values in SQLite rows; anything else is refused, in and out."""

    def put(self, key: object) -> tuple[str, Literal[True]]:
        """Return the row's key; raises TypeError unless it is text."""
        if not isinstance(key, str):
            raise TypeError("a key of the response cache is text")
        return key, True

    def get(self, key: object, raw: object) -> str:  # noqa: ARG002 - diskcache's signature
        """Return the key of a row; raises StoreError unless it is text."""
        if not isinstance(key, str):
            raise _forged("key")
        return key

    def store(
        self, value: object, read: object, key: object = diskcache.UNKNOWN
    ) -> tuple[Literal[0], Literal[1], None, memoryview]:
        """Return a row's size, mode, file name and value; raises TypeError unless it is bytes."""
        del key
        if read or not isinstance(value, bytes):
            raise TypeError("a value of the response cache is bytes")
        return 0, MODE_RAW, None, sqlite3.Binary(value)

    def fetch(self, mode: object, filename: object, value: object, read: object) -> bytes:
        """Return the bytes of a row; raises StoreError for every row that `store` does not make."""
        if mode != MODE_RAW or filename is not None or read or not isinstance(value, bytes):
            raise _forged("value")
        return value

    def remove(self, file_path: object) -> None:
        """Do nothing: no file belongs to a row, so a row that names one is forged."""


class ResponseCache:
    """A folder (mode 0700) of stored answers.

    Nothing is evicted by size, as an eviction would break a replay. All work is done in one thread
    of its own, so an event loop never waits for the disk.
    """

    def __init__(
        self, cache: diskcache.Cache, worker: ThreadPoolExecutor, sealing: Sealing | None
    ) -> None:
        self._cache = cache
        self._worker = worker
        self._sealing = sealing

    @classmethod
    def open(cls, directory: Path, *, sealing: Sealing | None = None) -> "ResponseCache":
        """Open or create the cache in a folder of this user alone.

        Args:
            directory: created with mode 0700 when absent.
            sealing: encrypts and authenticates the stored answers; without it they are plain.

        Raises:
            SettingsError: the folder can be entered by others, is no folder, or cannot be written.
        """
        path = _private_folder(directory)
        worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="response-cache")
        try:
            cache = worker.submit(_open, path).result()
        except (OSError, sqlite3.Error) as error:
            worker.shutdown()
            raise SettingsError(
                f"The response cache {path} cannot be opened: {error}.",
                fix="Name another folder, or delete this one: it only saves repeated calls.",
            ) from error
        return cls(cache, worker, sealing)

    async def get(self, key: str) -> bytes | None:
        """Return what is stored under a key, or None; raises StoreError for a forged row."""
        return await self._do(lambda: self._read(key))

    async def set(
        self, key: str, value: bytes, *, tag: str = "", days: float | None = None
    ) -> None:
        """Store bytes under a key.

        Args:
            key: of the request.
            value: the answer.
            tag: the task it belongs to, for `evict`.
            days: how long it is kept; None keeps it until it is evicted.
        """
        seconds = None if days is None else days * 86_400
        await self._do(lambda: self._write(key, value, tag, seconds))

    async def evict(self, tag: str) -> int:
        """Delete all that was stored with that tag; return how many rows."""
        return await self._do(lambda: self._cache.evict(tag, retry=True))

    async def all(self) -> list[bytes]:
        """Return every stored value; raises StoreError for a forged row."""
        return await self._do(lambda: list(self._values()))

    def close(self) -> None:
        """Close the database and end the thread."""
        self._worker.submit(self._cache.close).result()
        self._worker.shutdown()

    async def _do(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)

    def _read(self, key: str) -> bytes | None:
        stored = self._cache.get(key, retry=True)
        if not isinstance(stored, bytes):
            return None
        return (
            stored if self._sealing is None else self._sealing.unseal(stored, about=(*_TABLE, key))
        )

    def _write(self, key: str, value: bytes, tag: str, seconds: float | None) -> None:
        sealed = self._sealing.seal(value, about=(*_TABLE, key)) if self._sealing else value
        self._cache.set(key, sealed, tag=tag, expire=seconds, retry=True)

    def _values(self) -> Iterator[bytes]:
        for key in self._cache.iterkeys():
            value = self._read(str(key))
            if value is not None:
                yield value


def _open(path: Path) -> diskcache.Cache:
    return diskcache.Cache(str(path), disk=SafeDisk, eviction_policy="none", statistics=0)


def _private_folder(directory: Path) -> Path:
    path = directory.absolute()
    if "$" in str(path):
        raise SettingsError(
            f"The response cache cannot lie in {path}.",
            fix="Name a folder without a dollar sign: diskcache would replace it by a variable.",
        )
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = path.stat().st_mode
        database = path / "cache.db"
        if mode & 0o077 == 0:
            # SQLite gives its journal files the mode of the database file, so it is made here.
            database.touch(mode=0o600)
            database.chmod(0o600)
    except OSError as error:
        raise SettingsError(
            f"The response cache {path} cannot be opened: {error.strerror}.",
            fix="Name a folder that this user can write.",
        ) from error
    if mode & 0o077:
        raise SettingsError(
            f"The response cache {path} can be entered by other users.",
            fix=f"It holds answers about mail. Run: chmod 700 {path}",
        )
    return path


def _forged(part: str) -> StoreError:
    return StoreError(
        f"The response cache holds a {part} that it did not write; it was not read.",
        fix="Delete the cache's folder: it only saves repeated calls.",
    )
