"""The stage of the measurements: a sandbox, a system and a requester, each a process of its own."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from sampark.sandbox.control import Control, RequestSeen
from sampark.sandbox.person import Letter, Person

ROOT = Path(__file__).parent.parent.parent
ACCOUNT = "sampark@example.com"
REQUESTER = "you@example.com"
POLL = 0.2
LIMIT = 120.0  # seconds: a measurement that takes longer hangs


@dataclass(frozen=True)
class Stage:
    """A running sandbox, and the requester who measures."""

    endpoint: str
    token: str
    control: Control
    requester: Person

    def answered(self, mails: int) -> None:
        """Wait until that many answers lie in the requester's mailbox; a look costs one request."""
        deadline = time.monotonic() + LIMIT
        while self.answers() < mails:
            assert time.monotonic() < deadline, f"{self.answers()} of {mails} answers came"
            time.sleep(0.1)

    def answers(self) -> int:
        """Return how many answers were sent."""
        return len(self.sends())

    def sends(self) -> list[RequestSeen]:
        """Return the requests that put an answer into the requester's mailbox, in their order."""
        return [each for each in self._done() if each.path.endswith("/drafts/send")]

    def arrivals(self) -> list[RequestSeen]:
        """Return the requests that put a mail into the system's mailbox, in their order."""
        return [each for each in self._done() if each.path.endswith("/messages/send")]

    def inbox(self) -> list[Letter]:
        """Return what the requester has received."""
        return self.requester.letters(label="INBOX")

    def send(self, mail: EmailMessage) -> None:
        """Let the requester send a mail."""
        self.requester.send(mail)

    def _done(self) -> list[RequestSeen]:
        return [each for each in self.control.requests() if each.status == 200]


@contextmanager
def stage() -> Iterator[Stage]:
    """Start a sandbox in a process of its own, with an empty mailbox on each side."""
    with ExitStack() as at_last:
        home = at_last.enter_context(tempfile.TemporaryDirectory())
        sandbox = at_last.enter_context(process("sandbox", {"home": home}))
        control = Control(sandbox.said["endpoint"])
        at_last.callback(control.close)
        token = control.account(REQUESTER)
        requester = Person(control.endpoint, email=REQUESTER, token=token)
        at_last.callback(requester.close)
        yield Stage(
            endpoint=control.endpoint,
            token=control.account(ACCOUNT),
            control=control,
            requester=requester,
        )


@dataclass(frozen=True)
class Process:
    """A part that runs, and what it said when it was ready."""

    pid: int
    said: dict[str, str]

    def memory(self) -> tuple[float, float]:
        """Return the resident memory now and at its highest, in MB (Linux: /proc/PID/status)."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines()
        sizes = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines if "kB" in line}
        return sizes["VmRSS:"], sizes["VmHWM:"]


@contextmanager
def process(part: str, given: dict[str, str]) -> Iterator[Process]:
    """Run a part of `tests.bench.parts` until the block ends; it says one JSON line when ready."""
    words = [sys.executable, "-m", "tests.bench.parts", part, json.dumps(given)]
    paths = f"{ROOT}:{ROOT / 'backend'}"
    with subprocess.Popen(
        words,
        cwd=ROOT,
        env={"PYTHONPATH": paths},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        line = running.stdout.readline()
        if not line:
            raise RuntimeError(f"{part} did not start: {running.stderr.read()[-2000:]}")
        try:
            yield Process(running.pid, json.loads(line))
        finally:
            running.stdin.close()
            try:
                running.wait(timeout=30)
            except subprocess.TimeoutExpired:
                running.kill()


@contextmanager
def system(on: Stage) -> Iterator[Process]:
    """Run the system in a new home, polling the stage's mailbox."""
    with tempfile.TemporaryDirectory() as home:
        given = {"home": home, "endpoint": on.endpoint, "token": on.token}
        with process("system", given) as running:
            yield running


@contextmanager
def floor(on: Stage, answer: bytes) -> Iterator[Process]:
    """Run the floor script, which answers with those bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(answer)
        file.flush()
        given = {"answer": file.name, "endpoint": on.endpoint, "token": on.token}
        with process("floor", given) as running:
            yield running
