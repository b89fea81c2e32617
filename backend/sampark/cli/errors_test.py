"""Whatever is wrong is told in one line that names it, with exit code 2."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sampark import settings
from sampark.cli import main
from sampark.sandbox.server import Sandbox

COMMANDS = (
    ["users", "list"],
    ["serve", "--port", "0", "--sandbox-port", "0"],
    ["demo"],
    ["sandbox", "--sandbox-port", "0"],
)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr().err
    assert said.count("\n") == 1, said
    return said


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_home_that_is_a_file(words, tmp_path: Path, capsys):
    home = tmp_path / "home"
    home.write_text("")
    assert main([*words, "--home", str(home)]) == 2
    assert told(capsys).startswith(f"sampark: the data folder {home} cannot be used: file exists.")


def test_a_home_that_cannot_be_made(capsys):
    assert main(["users", "list", "--home", "/proc/nowhere"]) == 2
    assert "the data folder /proc/nowhere cannot be used" in told(capsys)


@pytest.mark.parametrize(
    "name,value,words",
    [
        ("POLL_SECONDS", "abc", "should be a valid number"),
        ("POLL_SECONDS", "inf", "finite"),
        ("TIMEZONES", "Europe/Berlin", "it is no JSON"),
        ("TIMEZONES", '{"you@example.com": "Mars/Base"}', "there is no time zone Mars/Base."),
        ("TIMEZONES", '{"you@example.com": "../etc/passwd"}', "there is no time zone"),
        ("MODELS", "openai:gpt-5", "it is no JSON"),
        ("ACCOUNTS", "@example.com", "@example.com is a whole domain, not one mailbox."),
        ("ACCOUNTS", ",", "at least 1 item"),
        ("REQUESTERS", "ann@example.com, bob", "bob is no address."),
    ],
)
def test_a_wrong_variable_is_named(name, value, words, monkeypatch, capsys, tmp_path: Path):
    monkeypatch.setenv(f"SAMPARK_{name}", value)
    assert main(["users", "list", "--home", str(tmp_path)]) == 2
    said = told(capsys)
    assert said.startswith(f"sampark: the setting {name.lower()} is wrong: ")
    assert words in said
    assert said.endswith(f"Correct SAMPARK_{name}.\n")


def test_an_engine_url_that_cannot_be_read(monkeypatch, capsys, tmp_path: Path):
    monkeypatch.setenv("SAMPARK_ENGINE_URL", "nonsense")
    assert main(["serve", "--port", "0", "--sandbox-port", "0", "--home", str(tmp_path)]) == 2
    assert "The database URL (nonsense:...) cannot be read." in capsys.readouterr().err


def test_a_wrong_option_is_named(capsys, tmp_path: Path):
    assert main(["serve", "--port", "99999", "--home", str(tmp_path)]) == 2
    assert told(capsys).endswith("Correct the option --port.\n")


def test_an_empty_variable_is_none(monkeypatch, capsys, tmp_path: Path):
    monkeypatch.setenv("SAMPARK_PORT", "")
    assert main(["users", "list", "--home", str(tmp_path)]) == 0


def test_a_folder_that_cannot_be_made(tmp_path: Path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["demo", "--answers", str(tmp_path / "file")]) == 2
    assert told(capsys).endswith("file exists. Choose another: --answers DIR.\n")


@pytest.mark.parametrize(
    "words,said",
    [
        (["send", "hi", "--to", "nobody"], "(400)."),
        (["send", "hi", "--reply", "ffffffffffffffff"], "Requested entity was not found (404)."),
        (["send", "hi", "--as", "nobody"], "'nobody' is no mail address. Give one like"),
        (["send", "hi", "--attach", "."], "is a directory. Check --attach."),
        (["read", "--save", "/dev/null/x"], "not a directory. Choose another: --save DIR."),
    ],
)
def test_a_refused_mail_says_why(words, said, tmp_path: Path, capsys):
    with Sandbox(tmp_path, accounts=["you@example.com"]) as sandbox:
        assert main(["mail", *words, "--endpoint", sandbox.endpoint]) == 2
        assert said in told(capsys)


def test_no_threads_at_all_are_no_wish(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["mail", "read", "--last", "0"])
    assert "argument --last" in told(capsys)


def test_a_misspelt_variable_is_found(monkeypatch):
    monkeypatch.setenv("SAMPARK_POL_SECONDS", "1")
    assert settings.unknown() == {"SAMPARK_POL_SECONDS": "SAMPARK_POLL_SECONDS"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_sandbox_without_a_trace(number, tmp_path: Path):
    words = [sys.executable, "-m", "sampark", "sandbox", "--sandbox-port", "0"]
    with subprocess.Popen(
        [*words, "--home", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "http://127.0.0.1:0" not in process.stdout.readline()
        process.send_signal(number)
        assert process.communicate(timeout=60)[1] == "\n"
    assert process.returncode == 130
    assert [path.name for path in tmp_path.iterdir()] == ["sandbox.db"]
    assert oct((tmp_path / "sandbox.db").stat().st_mode)[-3:] == "600"


def test_a_signal_while_the_command_loads_leaves_no_trace(tmp_path: Path):
    script = (
        "import signal, sys\n"
        "from sampark.cli import main\n"
        "class Early:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'sampark.sandbox.serve':\n"
        "            signal.raise_signal(signal.SIGTERM)\n"
        "sys.meta_path.insert(0, Early())\n"
        f"sys.exit(main(['sandbox', '--home', {str(tmp_path)!r}]))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (130, "\n")
