"""The `sampark` command. Only what the chosen command needs is imported: `--help` stays instant."""

import argparse
import importlib
import os
import signal
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from sampark import __version__
from sampark.cli.commands import COMMANDS, Command
from sampark.errors import SamparkError

BAD_INPUT = 2
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with the fix, and exits 2."""

    def error(self, message: str) -> NoReturn:
        """End the program for a wrong option."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}. See: {self.prog} --help\n")


def parser() -> Parser:
    """Return the parser of every command."""
    top = Parser(
        prog="sampark",
        description="Sampark answers mail by doing what it asks.",
        epilog="Start with: sampark demo",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"sampark {__version__}")
    rows = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in COMMANDS:
        _add(rows, command)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0, 1 for a failure that was told, 2 for bad input."""
    arguments = parser().parse_args(argv)
    try:
        with _terminable():
            importlib.import_module("sampark.cli.logs").to_standard_error()
            module = importlib.import_module(f"sampark.cli.{arguments.module}")
            return int(getattr(module, arguments.function)(arguments) or 0)
    except SamparkError as error:
        sys.stderr.write(f"sampark: {error}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = None  # nobody reads any more: what is still in its buffer is not for anyone
        return 0


def run() -> NoReturn:
    """Be the program `sampark`: run the command typed, then end the process at once.

    A tool may be in the midst of native code on a thread of its own. Python's own way out would
    wait for it, or abort in it; everything that must last is on disk by now.
    """
    code = main()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.flush()
    os._exit(code)


@contextmanager
def _terminable() -> Generator[None]:
    """Let SIGTERM end a command as Ctrl-C does: with everything closed behind it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _add(
    rows: "argparse._SubParsersAction[Parser]",  # pyright: ignore[reportPrivateUsage] - argparse names no other
    command: Command,
) -> None:
    examples = "\n".join(f"  {example}" for example in command.examples)
    each = rows.add_parser(
        command.name,
        help=command.summary,
        description=command.summary,
        epilog=f"examples:\n{examples}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if command.children:
        below = each.add_subparsers(dest="action", metavar="ACTION", required=True)
        for child in command.children:
            _add(below, child)
        return
    each.set_defaults(module=command.module, function=command.function)
    for flags, options in command.arguments:
        each.add_argument(*flags, **options)
