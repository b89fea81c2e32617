"""`sampark import` against a sandbox over HTTP: the past comes in whole, once, and stays the past."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sampark import settings
from sampark.cli import main
from sampark.cli.connect import opened
from sampark.cli.connect_test import ANN, BEN, Terminal, sandbox
from sampark.domain.base import AccountId
from sampark.lab import Lab
from sampark.sandbox.control import Fault
from sampark.sandbox.server import Sandbox
from sampark.testing.builders import mail
from sampark.world import World

__all__ = ["sandbox"]

BACKEND = Path(__file__).parents[2]
SINCE = "2001-01-01"
OURS = AccountId("sampark@example.com")
EMBEDDED = ("SAMPARK_GMAIL_ENDPOINT", "SAMPARK_HOME")


def post(sandbox, count, *, to=ANN, first=0, size=0):
    """Deliver mails in threads of two."""
    for number in range(first, first + count):
        above = {"References": f"<{number - 1}@x.yz>"} if number % 2 else {}
        raw = mail(
            f"Mail {number}. {'x ' * size}",
            subject=f"Matter {number // 2}",
            sender="Cy <cy@example.org>",
            headers={"Message-ID": f"<{number}@x.yz>", **above},
        )
        sandbox.control.deliver(raw.as_bytes(), to=to)


def imported(capsys, *words):
    capsys.readouterr()
    code = main(["import", "--since", SINCE, "--json", *words])
    [summary] = json.loads(capsys.readouterr().out)
    assert summary.pop("seconds") >= 0
    return code, {name: summary[name] for name in summary if isinstance(summary[name], int)}


def numbers(found, stored=0, imported=0):
    return {
        "found": found,
        "stored": stored,
        "imported": imported,
        "gone": 0,
        "refused": 0,
    }


@pytest.fixture
def connected(sandbox, tmp_path, capsys):
    """Ann's mailbox with seven mails from before it was connected; a terminal."""
    post(sandbox, 7)
    terminal = Terminal(tmp_path, capsys)
    assert terminal.connect(account=ANN) == 0
    return terminal


def test_the_past_comes_in_once_and_is_not_acted_on(connected, sandbox, capsys):
    chosen = settings.load()
    with opened(chosen) as store:
        before = store.accounts.get(AccountId(ANN))
    assert imported(capsys) == (0, numbers(7, imported=7))
    assert imported(capsys) == (0, numbers(0, stored=7))
    with opened(chosen) as store:
        assert store.accounts.get(AccountId(ANN)) == before
        assert store.mails.unfinished() == []
        assert store.mails.rows() == []
        rows = store.mails.rows(imported=True)
        assert store.mails.last_internal_date(AccountId(ANN)) is None
    assert {row.outcome for row in rows} == {"imported"}
    assert {row.sender for row in rows} == {"Cy <cy@example.org>"}
    assert [row.subject for row in rows] == [f"Matter {n // 2}" for n in range(6, -1, -1)]


def test_the_lab_reads_what_was_imported(connected, capsys):
    imported(capsys)
    with Lab.open(settings.load().home) as lab:
        assert len(lab.threads()) == 0
        talks = lab.imported()
        assert [len(talk.mails) for talk in talks] == [2, 2, 2, 1]
        assert [mail.words.strip() for mail in talks[0].mails] == ["Mail 0.", "Mail 1."]
        assert (talks[0].stands, talks[0].task) == ("imported", None)
        assert "Matter 3" in repr(talks)
        assert len(lab.imported(mails=1)) == 1


def test_what_came_after_the_connection_is_left_to_serve(connected, sandbox, capsys):
    post(sandbox, 2, first=7)
    assert imported(capsys) == (0, numbers(7, imported=7))


def test_a_limit_takes_the_newest_and_the_rest_comes_later(connected, capsys):
    assert imported(capsys, "--limit", "3") == (0, numbers(3, imported=3))
    with opened(settings.load()) as store:
        assert [row.subject for row in store.mails.rows(imported=True)] == [
            "Matter 3",
            "Matter 2",
            "Matter 2",
        ]
    assert imported(capsys) == (0, numbers(4, stored=3, imported=4))


def test_large_mails_travel_alone(connected, sandbox, capsys):
    post(sandbox, 2, to=BEN, size=300_000)
    post(sandbox, 2, to=BEN, first=2)
    assert connected.connect(client=False, account=BEN) == 0
    assert imported(capsys, "--account", BEN) == (0, numbers(4, imported=4))
    paths = [each.path for each in sandbox.control.requests()]
    assert paths.count("/batch/gmail/v1") == 3


def test_every_mailbox_is_read_where_none_is_named(connected, sandbox, capsys):
    post(sandbox, 2, to=BEN)
    assert connected.connect(client=False, account=BEN) == 0
    assert main(["import", "--since", SINCE]) == 0
    told = capsys.readouterr().out
    assert f"{ANN}: 7 mails imported." in told
    assert f"{BEN}: 2 mails imported." in told
    assert ").imported()" in told


def test_ctrl_c_leaves_whole_batches_and_the_next_run_goes_on(connected, sandbox, capsys):
    slow = sandbox.control.deliver(b"From: cy@example.org\r\n\r\nHi\r\n", to=BEN).gmail_id
    post(sandbox, 59, to=BEN)
    assert connected.connect(client=False, account=BEN) == 0
    sandbox.control.fault(Fault(kind="delay", match=f"/messages/{slow}", seconds=300))
    words = [sys.executable, "-m", "sampark", "import", "--since", SINCE, "--account", BEN]
    with subprocess.Popen(words, cwd=BACKEND, stderr=subprocess.PIPE, text=True) as running:
        with opened(settings.load()) as store:
            while len(store.mails.rows(imported=True)) < 50:
                assert running.poll() is None
                time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "50 of 60 mails of ben@example.com are imported; the same command goes on" in said
    sandbox.control.clear_faults()
    assert imported(capsys, "--account", BEN) == (0, numbers(10, stored=50, imported=10))


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home of the embedded sandbox, with three mails from before its first start."""
    for name in EMBEDDED:
        monkeypatch.delenv(name, raising=False)
    with Sandbox(tmp_path / "sandbox.db", accounts=[OURS]) as early:
        post(early, 3, to=OURS)
    return tmp_path


def test_the_embedded_sandbox_is_read_beside_a_running_system(home):
    words = [sys.executable, "-m", "sampark", "import", "--since", SINCE, "--home", str(home)]
    with World(home, settings=settings.load(home=home)) as world:
        world.person("you@example.com").write("/help", to=OURS, subject="Later")
        done = subprocess.run(words, cwd=BACKEND, capture_output=True, text=True, check=True)
        assert f"{OURS}: 3 mails imported." in done.stdout
        world.settle(seconds=60)
        store = world.system.store
        assert [(row.subject, row.outcome) for row in store.mails.rows()] == [("Later", "task")]
        assert len(store.mails.rows(imported=True)) == 3


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--since", "yesterday"], "'yesterday' is no date. Write it as 2026-01-31"),
        (["--since", "0001-01-01"], "'0001-01-01' is no date."),
        (["--since", "2026-02-30"], "'2026-02-30' is no date."),
        (["--since", SINCE, "--limit", "0"], "--limit"),
        ([], "--since"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(words, told, home, capsys):
    try:
        code = main(["import", *words, "--home", str(home)])
    except SystemExit as end:
        code = end.code
    said = capsys.readouterr().err
    assert code == 2
    assert told in said
    assert said.count("\n") == 1


def test_a_home_without_a_mailbox_says_what_to_do(home, capsys):
    assert main(["import", "--since", SINCE, "--home", str(home)]) == 2
    assert "no mailbox is connected. Type sampark connect, or start" in capsys.readouterr().err


def test_an_unknown_mailbox_is_told_with_the_known_ones(connected, capsys):
    assert main(["import", "--since", SINCE, "--account", "dan@example.com"]) == 2
    assert f"dan@example.com is not connected. Connected: {ANN}." in capsys.readouterr().err


def test_a_grant_that_is_gone_is_told(connected, sandbox, capsys):
    sandbox.control.revoke_grants(ANN)
    sandbox.control.expire_tokens(ANN)
    assert main(["import", "--since", SINCE]) == 2
    assert "Connect the account again: sampark connect." in capsys.readouterr().err
