"""Processes that start in milliseconds: one that has imported everything forks each of them.

A fresh interpreter takes seconds to import the system; a fork of this one, made before it has any
thread, takes none. `python -m tests.faults.nursery` reads lives from standard input, a JSON object a
line, and writes how each ended.
"""

import json
import os
import select
import subprocess
import sys
import threading
import traceback
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parent.parent.parent


class Nursery:
    """Runs lives, several at a time. A context manager."""

    def __enter__(self) -> "Nursery":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'backend'}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._waiting: dict[int, Future[int]] = {}
        self._lock = threading.Lock()
        self._next = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.stdin.close()
        self._process.wait(30)
        self._reader.join(10)
        self._process.stdout.close()

    def begin(self, life: str) -> "Future[int]":
        """Start one life, given as JSON; the future has its exit code, negative for a signal."""
        ended: Future[int] = Future()
        with self._lock:
            self._next += 1
            self._waiting[self._next] = ended
            self._process.stdin.write(json.dumps({"id": self._next, "life": life}) + "\n")
            self._process.stdin.flush()
        return ended

    def _read(self) -> None:
        for line in self._process.stdout:
            told = json.loads(line)
            self._waiting.pop(told["id"]).set_result(told["code"])
        for left in self._waiting.values():
            left.set_exception(RuntimeError("the nursery ended"))


def _serve() -> None:
    """Fork a process for each line, and tell how each ended."""
    from .victim import Life, live, warm

    warm()
    if threading.active_count() > 1:
        sys.exit("a thread was started by an import: a fork would not be safe")
    children: dict[int, int] = {}
    rest, open_ = b"", True
    while open_ or children:
        if open_ and select.select([0], [], [], 0.01)[0]:
            got = os.read(0, 65536)
            open_ = bool(got)
            *lines, rest = (rest + got).split(b"\n")
            for line in lines:
                order = json.loads(line)
                children[_fork(order["life"], Life, live)] = order["id"]
        elif children:
            _reap(children, wait=not open_)


def _fork(text: str, shape: type, live: object) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.close(0)
        life = shape.model_validate_json(text)
        _say_to(life.home / "log")
        live(life)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _say_to(log: Path) -> None:
    """Keep what the life says; standard output is the nursery's own."""
    opened = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(opened, stream)
    os.close(opened)


def _reap(children: dict[int, int], *, wait: bool) -> None:
    pid, status = os.waitpid(-1, 0 if wait else os.WNOHANG)
    if pid in children:
        told = {"id": children.pop(pid), "code": os.waitstatus_to_exitcode(status)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
