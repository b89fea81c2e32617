"""`sampark mail`: write and read as a person of a running sandbox."""

import argparse
import json
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from sampark.cli import saving
from sampark.cli.commands import DEFAULT_PERSON
from sampark.errors import SettingsError
from sampark.sandbox.control import Control
from sampark.sandbox.person import Letter, Person

DEFAULT_ENDPOINT = "http://127.0.0.1:8025"


def send(arguments: argparse.Namespace) -> int:
    """Send one mail."""
    body = sys.stdin.read() if arguments.body == "-" else arguments.body
    files = dict(_file(name) for name in arguments.attach)
    with _person(arguments) as person:
        if arguments.reply:
            sent = person.reply(person.letter(arguments.reply), body, files=files)
        else:
            subject = arguments.subject or " ".join(body.split())[:60]
            sent = person.write(body, to=arguments.to, subject=subject, files=files)
        lost = _lost(arguments, sent)
    if arguments.json:
        print(json.dumps({"id": sent.gmail_id, "thread": sent.thread_id}))
    else:
        print(
            f"sent to {sent.to}; its id is {sent.gmail_id}. Read the answer: {_reading(arguments)}"
        )
        for recipient in lost:
            print(f"No account of the sandbox has {recipient}: nobody got it there.")
    return 0


def read(arguments: argparse.Namespace) -> int:
    """Print the newest conversations, oldest mail first."""
    folder = saving.place(arguments.save, option="--save") if arguments.save else None
    with _person(arguments) as person:
        threads = [person.thread(thread) for thread in person.threads()[: arguments.last]][::-1]
    if arguments.json:
        print(json.dumps([[_row(mail) for mail in thread] for thread in threads], indent=2))
    for mail in (mail for thread in threads for mail in thread):
        if not arguments.json:
            _print(mail)
        if folder is not None:
            saving.save(mail.files, folder)
    if not threads and not arguments.json:
        print(f"The mailbox of {arguments.who} is empty.")
    return 0


def _reading(arguments: argparse.Namespace) -> str:
    """Return the command that reads the answer as the same person of the same sandbox."""
    words = ["sampark mail read"]
    words += [f"--as {arguments.who}"] if arguments.who != DEFAULT_PERSON else []
    words += [f"--endpoint {arguments.endpoint}"] if arguments.endpoint else []
    return " ".join(words)


def _lost(arguments: argparse.Namespace, sent: Letter) -> list[str]:
    """Return the recipients whom no account of the sandbox has."""
    with closing(Control(arguments.endpoint or DEFAULT_ENDPOINT)) as control:
        found = control.undeliverable()
    return [item.recipient for item in found if item.gmail_id == sent.gmail_id]


@contextmanager
def _person(arguments: argparse.Namespace) -> Generator[Person]:
    endpoint = arguments.endpoint or DEFAULT_ENDPOINT
    with closing(Control(endpoint)) as control:
        token = control.account(arguments.who)
    with closing(Person(endpoint, email=arguments.who, token=token)) as person:
        yield person


def _file(name: str) -> tuple[str, bytes]:
    path = Path(name)
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"the file {name} cannot be read: {(error.strerror or 'unknown').lower()}.",
            fix="Check --attach.",
        ) from error


def _print(mail: Letter) -> None:
    print(f"{mail.gmail_id}  {mail.date}\nFrom: {mail.sender}\nSubject: {mail.subject}\n")
    print(mail.text.strip())
    for name, content in mail.files.items():
        print(f"  [{name}, {len(content):,} bytes]")
    print("-" * 72)


def _row(mail: Letter) -> dict[str, object]:
    return {
        "id": mail.gmail_id,
        "thread": mail.thread_id,
        "from": mail.sender,
        "to": mail.to,
        "subject": mail.subject,
        "date": mail.date,
        "text": mail.text,
        "files": {name: len(content) for name, content in mail.files.items()},
    }
