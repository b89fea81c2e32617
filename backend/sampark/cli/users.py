"""`sampark users`: who may sign in to the dashboard."""

import argparse
import getpass
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from sampark import settings
from sampark.desk.people import People, opened
from sampark.errors import SettingsError
from sampark.settings import Settings


def add(arguments: argparse.Namespace) -> int:
    """Add a user."""
    chosen = settings.load(home=arguments.home)
    password = _password(arguments.password_file)
    with _people(chosen) as people:
        people.add(arguments.name, password, arguments.role)
    print(f"{arguments.name} may sign in as {arguments.role}.")
    return 0


def link(arguments: argparse.Namespace) -> int:
    """Print a sign-in link that works once."""
    chosen = settings.load(home=arguments.home, port=arguments.port)
    if chosen.port == 0:
        raise SettingsError("the dashboard's port is not known.", fix="Give it: --port N")
    with _people(chosen) as people:
        token = people.link(arguments.name)
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    print(f"http://{host}:{chosen.port}/link/{token}")
    return 0


def listing(arguments: argparse.Namespace) -> int:
    """List the users."""
    chosen = settings.load(home=arguments.home)
    with _people(chosen) as people:
        everyone = people.everyone()
    if arguments.json:
        print(json.dumps([person.model_dump() for person in everyone], indent=2))
        return 0
    table = Table("name", "role", box=None)
    for person in everyone:
        table.add_row(person.name, person.role)
    Console().print(table if everyone else "There are no users yet: sampark users add NAME")
    return 0


@contextmanager
def _people(chosen: Settings) -> Generator[People]:
    settings.make_home(chosen.home)
    with opened(chosen.store_url, key=chosen.key_path) as people:
        yield people


def _password(file: str | None) -> str:
    if file is not None:
        return _from_file(Path(file))
    if not sys.stdin.isatty():
        raise SettingsError(
            "there is no terminal to ask for the password.", fix="Give --password-file FILE."
        )
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise SettingsError("the two passwords differ.", fix="Type it again.")
    return password


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise SettingsError(
            f"the file {path} cannot be read: {reason.lower()}.", fix="Check --password-file."
        ) from error
