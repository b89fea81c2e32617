"""A home that cannot be used: one clear error that names the file and the fix, and nothing is touched."""

import subprocess
import sys
from pathlib import Path

import pytest
from google.oauth2.credentials import Credentials

from sampark import settings
from sampark.errors import KeyFileError, StoreError
from sampark.storage.vault import Vault
from sampark.wiring import System

ROOT = Path(__file__).parent.parent.parent


def system(home: Path) -> System:
    """Return a system whose Gmail is nowhere: it is never asked."""
    return System(
        settings.load(home=home),
        endpoint="http://127.0.0.1:9",
        credentials=lambda _: Credentials(token="none"),
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that was in use."""
    start(tmp_path)
    return tmp_path


def start(home: Path) -> None:
    """Start there; whatever was opened is closed."""
    opened = system(home)
    try:
        opened.start(listen=False)
    finally:
        opened.stop()


def refused(home: Path) -> StoreError:
    """Return the error of starting there."""
    with pytest.raises(StoreError) as error:
        start(home)
    assert error.value.fix
    assert "\n" not in str(error.value)
    return error.value


@pytest.mark.parametrize("name", ["sampark.db", "engine.db"])
def test_a_file_that_is_no_database_is_named(home, name):
    (home / name).write_bytes(b"not a database at all " * 500)
    assert str(home / name) in refused(home).problem
    assert (home / name).read_bytes().startswith(b"not a database")


@pytest.mark.parametrize("name", ["sampark.db", "engine.db"])
def test_a_damaged_database_is_named(home, name):
    whole = (home / name).read_bytes()
    (home / name).write_bytes(whole[:8192] + bytes([0xA5]) * (len(whole) - 8192))
    assert str(home / name) in refused(home).problem


def test_another_key_is_refused(home):
    key = home / "keys" / "master.key"
    key.unlink()
    Vault.open(key, create=True)
    error = refused(home)
    assert isinstance(error, KeyFileError)
    assert str(key) in error.problem


def test_a_missing_key_is_not_made_anew(home):
    key = home / "keys" / "master.key"
    key.unlink()
    assert isinstance(refused(home), KeyFileError)
    assert not key.exists()


def test_a_key_that_others_can_read_is_refused(home):
    key = home / "keys" / "master.key"
    key.chmod(0o644)
    error = refused(home)
    assert isinstance(error, KeyFileError)
    assert str(key) in error.problem


def test_a_folder_in_the_place_of_the_database_is_named(tmp_path):
    (tmp_path / "sampark.db").mkdir()
    assert str(tmp_path / "sampark.db") in refused(tmp_path).problem


def test_a_second_process_on_the_home_gets_one_line_and_the_first_works_on(home):
    first = system(home)
    first.start(listen=False)
    try:
        second = subprocess.run(
            [sys.executable, "-m", "sampark", "serve", "--home", str(home), "--port", "0"],
            cwd=ROOT / "backend",
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert first.store.mails.unfinished() == []
    finally:
        first.stop()
    assert second.returncode == 2
    told = [line for line in second.stderr.splitlines() if line.strip()]
    assert len(told) == 1
    assert str(home / "engine.db") in told[0]
    assert "--home" in told[0]
