"""Mail is read in processes that may be killed: a mail that wants too much costs itself, no more.

`mime.parse` is linear and bounded by itself. This is the second lock: whatever was overlooked there
ends with a process, and not with the system.
"""

import queue
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import MutableSet
from pathlib import Path
from typing import NamedTuple

import sampark
from sampark.domain.mail import Message
from sampark.errors import MailUnreadable, ParserDown
from sampark.mailbox import limits, parser_child

# Isolated, the child sees neither our environment nor the working directory, but must find us.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " from sampark.mailbox.parser_child import main;"
    " main(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))"
)
_ROOT = str(Path(sampark.__file__).parents[1])
_START_SECONDS = 120.0


class Bounds(NamedTuple):
    """What reading one mail may cost.

    `cpu` is in seconds of processor time, `memory` in bytes of address space of the whole process
    (Linux only), `wall` in seconds without any sign of life.
    """

    cpu: int = 5
    memory: int = 512 * 1024 * 1024
    wall: float = 120.0


class _Broke(Exception):
    """A reader did not answer. `certain`: the mail alone is the reason."""

    def __init__(self, why: str, *, certain: bool) -> None:
        super().__init__(why)
        self.why = why
        self.certain = certain


class Parser:
    """A few processes that read mail, started when they are needed. Safe to use from any thread.

    `reader` is the `module:function` that each process runs on the bytes of a mail.
    """

    def __init__(
        self,
        *,
        processes: int = 2,
        bounds: Bounds | None = None,
        reader: str = "sampark.mailbox.mime:parse",
    ) -> None:
        self._bounds = bounds or Bounds()
        self._reader = reader
        # The process used last is used first, so that the second starts only under load.
        self._free: queue.LifoQueue[_Process | None] = queue.LifoQueue()
        for _ in range(processes):
            self._free.put(None)
        self._running: set[_Process] = set()
        self.close = weakref.finalize(self, _end_all, self._running)
        """End the processes; a mail that is being read then is not read to its end."""

    def read(self, raw: bytes) -> Message:
        """Read a mail as `mime.parse` does, within the bounds.

        Raises:
            MailUnreadable: It is too long, or reading it went over a bound or ended the process
                twice.
            ParserDown: A process could not be started; the mail is not to blame.
        """
        if len(raw) > limits.MAIL_BYTES:
            raise MailUnreadable(
                f"The mail has {len(raw) // 1_000_000} MB; at most"
                f" {limits.MAIL_BYTES // 1_000_000} MB are read."
            )
        try:
            return self._once(raw)
        except _Broke as broke:
            if broke.certain:
                raise MailUnreadable(broke.why) from broke
        # It may have been the process: grown by the mails before, or killed by somebody.
        try:
            return self._once(raw)
        except _Broke as broke:
            raise MailUnreadable(broke.why) from broke

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that run."""
        return [process.pid for process in list(self._running)]

    def _once(self, raw: bytes) -> Message:
        process = self._free.get()
        try:
            if process is None or not process.alive:
                self._end(process)
                process = self._start()
            return process.read(raw)
        except BaseException:
            self._end(process)
            process = None
            raise
        finally:
            self._free.put(process)

    def _start(self) -> "_Process":
        process = _Process(self._reader, self._bounds)
        self._running.add(process)
        if not self.close.alive:
            self._end(process)
            raise ParserDown("The reader of mail was stopped.")
        return process

    def _end(self, process: "_Process | None") -> None:
        if process is not None:
            self._running.discard(process)
            process.end()


class _Process:
    """One process and the socket to it."""

    def __init__(self, reader: str, bounds: Bounds) -> None:
        self._bounds = bounds
        try:
            self._link, theirs = socket.socketpair()
            with theirs:
                self._process = _launch(theirs, reader, bounds)
        except OSError as error:
            raise ParserDown(f"No process to read mail in: {error.strerror}.") from error
        self._await_start()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def read(self, raw: bytes) -> Message:
        try:
            parser_child.send_frame(self._link, raw)
            return parser_child.receive_message(self._link)
        except TimeoutError as error:
            why = f"Reading the mail took more than {self._bounds.wall:g} seconds."
            raise _Broke(why, certain=False) from error
        except (EOFError, OSError) as error:
            raise self._broke() from error

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._link.close()

    def _await_start(self) -> None:
        self._link.settimeout(_START_SECONDS)
        try:
            parser_child.receive(self._link, len(parser_child.READY))
        except (EOFError, OSError) as error:
            self.end()
            raise ParserDown(
                "The process that reads mail does not start.",
                fix="Check the installation and the memory of this machine.",
            ) from error
        self._link.settimeout(self._bounds.wall)

    def _broke(self) -> _Broke:
        code = self._process.wait()
        if code == -signal.SIGXCPU:
            why = f"Reading the mail took more than {self._bounds.cpu} s of processor time."
            return _Broke(why, certain=True)
        if code == parser_child.OUT_OF_MEMORY:
            megabytes = self._bounds.memory // 1024 // 1024
            return _Broke(
                f"Reading the mail took more than {megabytes} MB of memory.", certain=False
            )
        return _Broke(f"Reading the mail ended its process (code {code}).", certain=False)


def _launch(stdin: socket.socket, reader: str, bounds: Bounds) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-c", _BOOT, _ROOT, reader]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [*command, str(bounds.cpu), str(bounds.memory)],
        stdin=stdin.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={},
        # The keys that stop a program in its terminal reach us alone: a mail is read to its end.
        start_new_session=True,
    )


def _end_all(running: MutableSet[_Process]) -> None:
    while running:
        running.pop().end()
