"""The stage of the measurements: a sandbox, a system and a requester, each a process of its own."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import httpx

from sampark.sandbox.control import Control, RequestSeen
from sampark.sandbox.person import Letter, Person

ROOT = Path(__file__).parent.parent.parent
ACCOUNT = "sampark@example.com"
REQUESTER = "you@example.com"
POLL = 0.2
LIMIT = 900.0  # seconds: a measurement that takes longer hangs
LOOK = 0.1


class Watch:
    """Looks into a mailbox with the lightest request there is: the watcher shares the two cores."""

    def __init__(self, endpoint: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=endpoint, headers={"Authorization": f"Bearer {token}"}, trust_env=False
        )

    def received(self) -> int:
        """Return how many messages lie in the inbox."""
        return int(self._http.get("/gmail/v1/users/me/labels/INBOX").json()["messagesTotal"])

    def close(self) -> None:
        """Close the connection."""
        self._http.close()


@dataclass(frozen=True)
class Stage:
    """A running sandbox, and the requester who measures."""

    endpoint: str
    token: str
    control: Control
    requester: Person
    watch: Watch
    home: Path

    @property
    def mailbox(self) -> Path:
        """The sandbox's file."""
        return self.home / "sandbox.db"

    def answered(self, mails: int) -> None:
        """Wait until that many answers lie in the requester's mailbox."""
        deadline = time.monotonic() + LIMIT
        while (received := self.watch.received()) < mails:
            assert time.monotonic() < deadline, f"{received} of {mails} answers came"
            time.sleep(LOOK)

    def sends(self) -> list[RequestSeen]:
        """Return the requests that put an answer into the requester's mailbox, in their order.

        A request is noted when it ends: then the answer can be read.
        """
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
def stage() -> Generator[Stage]:
    """Start a sandbox in a process of its own, with an empty mailbox on each side."""
    with ExitStack() as at_last:
        home = at_last.enter_context(tempfile.TemporaryDirectory())
        sandbox = at_last.enter_context(process("sandbox", {"home": home}))
        control = Control(sandbox.said["endpoint"])
        at_last.callback(control.close)
        token = control.account(REQUESTER)
        requester = Person(control.endpoint, email=REQUESTER, token=token)
        at_last.callback(requester.close)
        watch = Watch(control.endpoint, token)
        at_last.callback(watch.close)
        yield Stage(
            endpoint=control.endpoint,
            token=control.account(ACCOUNT),
            control=control,
            requester=requester,
            watch=watch,
            home=Path(home),
        )


@dataclass(frozen=True)
class Process:
    """A part that runs, and what it said when it was ready."""

    pid: int
    said: dict[str, str]
    home: Path
    go: Callable[[], None]
    """Lets a part begin that was told to wait for it."""

    def memory(self) -> tuple[float, float]:
        """Return the resident memory now and at its highest, in MB (Linux: /proc/PID/status)."""
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines()
        sizes = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines if "kB" in line}
        return sizes["VmRSS:"], sizes["VmHWM:"]


@contextmanager
def process(part: str, given: dict[str, str]) -> Generator[Process]:
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
        go = partial(print, file=running.stdin, flush=True)
        try:
            yield Process(running.pid, json.loads(line), Path(given.get("home", "")), go)
        finally:
            running.stdin.close()
            try:
                running.wait(timeout=30)
            except subprocess.TimeoutExpired:
                running.kill()


@contextmanager
def system(on: Stage, *, held: bool = False) -> Generator[Process]:
    """Run the system in a new home, polling the stage's mailbox; `held`: not before `go`."""
    with tempfile.TemporaryDirectory() as home:
        given = {"home": home, "endpoint": on.endpoint, "token": on.token}
        given |= {"held": "yes"} if held else {}
        with process("system", given) as running:
            yield running


@contextmanager
def floor(on: Stage, answer: bytes) -> Generator[Process]:
    """Run the floor script, which answers with those bytes."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(answer)
        file.flush()
        given = {"answer": file.name, "endpoint": on.endpoint, "token": on.token}
        with process("floor", given) as running:
            yield running
