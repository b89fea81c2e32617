"""The reader in its own process: it reads what `parse` reads, and dies in the place of the system."""

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from sampark.domain.mail import Message
from sampark.errors import MailUnreadable, ParserDown
from sampark.mailbox import limits
from sampark.mailbox.mime import parse
from sampark.mailbox.parser import Bounds, Parser


def _sample():
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "Ann Hill <ann@x.example>"
    mail["Date"] = "Tue, 03 Mar 2026 10:12:00 +0530"
    mail.set_content("Größe, bitte.")
    mail.add_alternative("<p>Größe</p>", subtype="html")
    for name, content in (("a.csv", b"a,b\n1,2\n"), ("b", bytes(range(256)) * 9), ("none", b"")):
        mail.add_attachment(content, maintype="application", subtype="x", filename=name)
    return mail.as_bytes()


SAMPLE = _sample()


def obstinate(raw: bytes) -> Message:
    """A reader that does what the mail says, whatever that costs."""
    match raw:
        case b"loop":
            while True:
                pass
        case b"grow":
            hoard = [bytes(50_000_000) for _ in range(1000)]
            return Message(text=str(len(hoard)))
        case b"deep":
            raise RecursionError
        case b"exit":
            os._exit(3)
        case b"sleep":
            time.sleep(600)
        case b"die once":
            os.kill(os.getpid(), signal.SIGKILL)
        case _:
            return Message(text=f"{os.getpid()} {raw.decode()}")
    return Message()


def mortal(raw: bytes) -> Message:
    """A reader that reads mail as ever, and dies of one."""
    if b"Deadly" in raw:
        os._exit(3)
    return parse(raw)


@pytest.fixture
def parser():
    made = Parser()
    yield made
    made.close()


@pytest.fixture
def risky():
    made = Parser(bounds=Bounds(cpu=1), reader="sampark.mailbox.parser_test:obstinate")
    yield made
    made.close()


def test_a_mail_is_read_as_in_this_process(parser):
    assert parser.read(SAMPLE) == parse(SAMPLE)
    assert parser.read(b"") == parse(b"")


def test_one_process_reads_mail_after_mail(parser):
    assert parser.pids == []
    parser.read(SAMPLE)
    first = parser.pids
    parser.read(SAMPLE)
    assert (len(first), parser.pids) == (1, first)


def test_threads_share_the_processes(parser):
    with ThreadPoolExecutor(8) as threads:
        texts = list(threads.map(lambda n: parser.read(b"\n%d" % n).text, range(40)))
    assert texts == [str(n) for n in range(40)]
    assert len(parser.pids) <= 2


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"loop", "1 s of processor time"),
        (b"grow", "512 MB of memory"),
        (b"deep", "ended its process (code 1)"),
        (b"exit", "ended its process (code 3)"),
        (b"die once", "ended its process (code -9)"),
    ],
)
def test_a_mail_over_a_bound_is_refused_and_the_next_is_read(risky, raw, why):
    with pytest.raises(MailUnreadable, match=re.escape(why)):
        risky.read(raw)
    assert risky.read(b"words").text.endswith(" words")


def test_a_reader_that_falls_silent_is_ended():
    parser = Parser(bounds=Bounds(wall=0.5), reader="sampark.mailbox.parser_test:obstinate")
    with pytest.raises(MailUnreadable, match=r"0\.5 seconds"):
        parser.read(b"sleep")
    assert parser.pids == []
    parser.close()


def test_a_mail_is_not_blamed_for_a_process_that_somebody_ended(risky):
    first = risky.read(b"x").text
    os.kill(risky.pids[0], signal.SIGKILL)
    second = risky.read(b"x").text
    assert first != second
    assert second.endswith(" x")


def test_a_mail_longer_than_any_is_refused_unread(parser):
    with pytest.raises(MailUnreadable, match="at most 64 MB"):
        parser.read(bytes(limits.MAIL_BYTES + 1))
    assert parser.pids == []


def test_a_reader_that_does_not_start_is_not_the_mails_fault():
    parser = Parser(reader="sampark.mailbox.parser_test:nothing_of_that_name")
    with pytest.raises(ParserDown):
        parser.read(b"x")
    parser.close()


def test_a_closed_parser_ends_its_processes_and_starts_no_more(parser):
    parser.read(SAMPLE)
    (pid,) = parser.pids
    parser.close()
    assert not _runs(pid)
    with pytest.raises(ParserDown):
        parser.read(SAMPLE)


def test_a_parser_that_is_forgotten_ends_its_processes():
    parser = Parser()
    parser.read(SAMPLE)
    (pid,) = parser.pids
    del parser
    assert not _runs(pid)


def test_the_process_sees_nothing_of_our_environment(monkeypatch):
    monkeypatch.setenv("SAMPARK_SECRET", "s3cret")
    parser = Parser()
    parser.read(SAMPLE)
    assert b"s3cret" not in Path(f"/proc/{parser.pids[0]}/environ").read_bytes()
    parser.close()


PARENT = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from sampark.mailbox.parser import Parser
parser = Parser()
parser.read(b"x")
print(parser.pids[0], flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_no_process_outlives_a_parent_that_was_killed():
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", PARENT, root], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    pid = int(done.stdout)
    for _ in range(600):
        if not _runs(pid):
            return
        time.sleep(0.1)
    raise AssertionError("the reader still runs")


def _runs(pid):
    """Whether a process runs; one that ended and waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
