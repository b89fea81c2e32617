import json
from pathlib import Path

import pytest

from sampark.cli import main

PASSWORD = "a long password"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    return tmp_path


def users(home: Path, *words: str) -> int:
    return main(["users", *words, "--home", str(home / "data")])


def test_a_user_is_added_and_listed(home: Path, capsys: pytest.CaptureFixture[str]):
    assert (
        users(home, "add", "ann", "--role", "admin", "--password-file", str(home / "password")) == 0
    )
    assert capsys.readouterr().out == "ann may sign in as admin.\n"
    assert users(home, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [{"name": "ann", "role": "admin"}]
    assert users(home, "list") == 0
    assert "ann" in capsys.readouterr().out


def test_a_link_is_an_address(home: Path, capsys: pytest.CaptureFixture[str]):
    users(home, "add", "ann", "--password-file", str(home / "password"))
    capsys.readouterr()
    assert users(home, "link", "ann", "--port", "9000") == 0
    address = capsys.readouterr().out.strip()
    assert address.startswith("http://127.0.0.1:9000/link/")
    assert len(address.rsplit("/", 1)[1]) == 43


@pytest.mark.parametrize(
    "words,problem",
    [
        (["link", "nobody"], "there is no user nobody. sampark users add nobody"),
        (["link", "nobody", "--port", "0"], "the dashboard's port is not known. Give it: --port N"),
        (
            ["add", "ann"],
            "there is no terminal to ask for the password. Give --password-file FILE.",
        ),
        (
            ["add", "ann", "--password-file", "/nowhere"],
            "the file /nowhere cannot be read: no such file",
        ),
    ],
)
def test_wrong_words_get_one_line(home: Path, capsys, words: list[str], problem: str):
    assert users(home, *words) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"sampark: {problem}")
    assert told.count("\n") == 1


def test_a_file_that_is_no_text(home: Path, capsys: pytest.CaptureFixture[str]):
    (home / "password").write_bytes(b"\xff\xfe\x00")
    assert users(home, "add", "ann", "--password-file", str(home / "password")) == 2
    assert "it is not text" in capsys.readouterr().err


def test_nobody_is_there_yet(home: Path, capsys: pytest.CaptureFixture[str]):
    assert users(home, "list") == 0
    assert "sampark users add NAME" in capsys.readouterr().out
