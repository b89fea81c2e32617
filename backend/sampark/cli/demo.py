"""`sampark demo`: real mails, answered on this machine."""

import argparse
import json
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn
from rich.table import Table

from sampark import settings
from sampark.cli import saving
from sampark.cli.letters import LETTERS, YOU, LetterOut, post
from sampark.errors import SamparkError
from sampark.sandbox.person import Letter, Person
from sampark.storage.rows import MailRow
from sampark.workflow.idle import moving
from sampark.world import World

SANDBOX_PORT = 8025
PATIENCE = 120.0
MOST = 10_000
"""Mails of a home that are looked at."""
SHOWN = 5
"""Lines of an answer in the table of the demo."""
RECEIPT = ("Attached:", "[Picture ", "How this was done")
"""What an answer's lines begin with once it has said its piece."""


@dataclass(frozen=True)
class Conversation:
    """One letter of the demo and what became of it."""

    letter: LetterOut
    outcome: str
    reason: str
    answers: tuple[Letter, ...]
    files: tuple[Path, ...]


def run(arguments: argparse.Namespace) -> int:
    """Send every letter, show the conversations, keep serving if asked."""
    console = Console(stderr=arguments.json)
    answers = saving.place(arguments.answers, option="--answers")
    with tempfile.TemporaryDirectory(prefix="sampark-demo-") as scratch:
        chosen = settings.load(
            home=arguments.home or scratch,
            accounts=("sampark@example.com",),
            requesters=(YOU,),
            port=arguments.port,
            poll_seconds=0.2,
            sandbox_port=SANDBOX_PORT if arguments.serve else 0,
        )
        with World(chosen.home, settings=chosen, listen=True) as world:
            conversations = _play(world, console, answers)
            if arguments.json:
                print(json.dumps([_row(item) for item in conversations], indent=2))
            else:
                _show(console, conversations, answers)
            if arguments.serve:
                from sampark.cli.serving import keep_serving

                keep_serving(world, console)
    return 0 if _as_promised(conversations) else 1


def _play(world: World, console: Console, answers: Path) -> list[Conversation]:
    person = world.person(YOU)
    before = frozenset(row.ref.gmail_id for row in world.system.store.mails.rows(limit=MOST))
    threads: list[str] = []
    with _progress(console) as progress:
        bar = progress.add_task("sending", total=len(LETTERS))
        for letter in LETTERS:
            threads.append(post(world, person, letter))
            progress.update(bar, description=f"[dim]sent[/] {letter.subject}")
        rows = _watch(world, progress, bar, before, len(LETTERS))
        for letter, thread in zip(LETTERS, threads, strict=True):
            if letter.then:
                person.reply(person.thread(thread)[-1], letter.then)
        replies = sum(bool(letter.then) for letter in LETTERS)
        if replies:
            rows = _watch(world, progress, bar, before, len(LETTERS) + replies)
    return [
        _conversation(number, letter, thread, person, rows, answers)
        for number, (letter, thread) in enumerate(zip(LETTERS, threads, strict=True), start=1)
    ]


def _progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("mails handled"),
        console=console,
        transient=True,
    )


def _watch(
    world: World, progress: Progress, bar: TaskID, before: frozenset[str], mails: int
) -> list[MailRow]:
    """Follow the bar until that many new mails are handled and every task is at rest or done.

    `before` holds the Gmail ids of a former demo in this home. Returns the rows of the new mails.
    """
    store, limit = world.system.store, time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        rows = [row for row in store.mails.rows(limit=MOST) if row.ref.gmail_id not in before]
        handled = sum(row.outcome is not None for row in rows)
        progress.update(bar, total=mails, completed=handled)
        timers = store.waits.open()
        if handled >= mails and timers:
            progress.update(bar, description="[dim]waiting until the reminder is due[/]")
        if handled >= mails and not timers and not moving(store, world.system.clock):
            return rows
        time.sleep(0.05)
    raise SamparkError(
        f"the demo did not come to rest in {PATIENCE:.0f} s: {len(moving(store, world.system.clock))} "
        "tasks still move.",
        fix="Try it again when the machine is less busy; sampark doctor looks for other reasons.",
    )


def _conversation(
    number: int,
    letter: LetterOut,
    thread: str,
    person: Person,
    rows: list[MailRow],
    folder: Path,
) -> Conversation:
    mine = next(row for row in rows if row.subject == letter.subject and row.outcome != "answer")
    said = person.thread(thread) if thread else []
    answers = tuple(mail for mail in said if YOU not in mail.sender)
    return Conversation(
        letter=letter,
        outcome=mine.outcome or "open",
        reason=mine.reason,
        answers=answers,
        files=tuple(_save(answers, folder / f"{number:02}-{_slug(letter.subject)}")),
    )


def _save(answers: tuple[Letter, ...], folder: Path) -> list[Path]:
    saved: list[Path] = []
    for count, answer in enumerate(answers, start=1):
        saving.place(str(folder), option="--answers")
        stem = "answer" if count == len(answers) else f"mail-{count}"
        saving.save({f"{stem}.eml": answer.raw, f"{stem}.txt": answer.text.encode()}, folder)
        saved += saving.save(answer.files, folder)
    return saved


def _show(console: Console, conversations: list[Conversation], folder: Path) -> None:
    table = Table(show_lines=True, title="What became of the mails", title_justify="left")
    table.add_column("mail", ratio=2)
    table.add_column("what came of it", ratio=3)
    for item in conversations:
        table.add_row(
            f"[bold]{item.letter.subject}[/]\n[dim]{item.letter.about}[/]\n{_happened(item)}",
            _answer(item),
        )
    console.print(table)
    say = f"The answers and their files lie in [bold]{escape(str(folder.resolve()))}[/]"
    console.print(say, soft_wrap=True, highlight=False)


def _happened(item: Conversation) -> str:
    if item.outcome in {"ignored", "refused", "quarantined"}:
        return f"[yellow]{item.outcome}, no answer[/]"
    mails = "1 mail" if len(item.answers) == 1 else f"{len(item.answers)} mails"
    return f"[green]answered[/] [dim]({mails})[/]"


def _answer(item: Conversation) -> str:
    if not item.answers:
        return f"[dim]{escape(item.reason)}[/]"
    words = escape("\n".join(_opening(item.answers[-1].text)))
    names = [f"[cyan]{escape(path.name)}[/]" for path in item.files]
    return "\n".join([words, *names])


def _opening(text: str) -> list[str]:
    """The first lines of an answer, up to where it tells its files and how it was made."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    end = next((at for at, line in enumerate(lines) if line.startswith(RECEIPT)), len(lines))
    return lines[: min(end, SHOWN)]


def _as_promised(conversations: list[Conversation]) -> bool:
    """Whether each mail that may be answered was, and no other."""
    return all(
        bool(item.answers) == (not item.letter.arrives_from_outside) for item in conversations
    )


def _row(item: Conversation) -> dict[str, object]:
    return {
        "subject": item.letter.subject,
        "about": item.letter.about,
        "outcome": item.outcome,
        "reason": item.reason,
        "answers": [answer.text for answer in item.answers],
        "files": [str(path) for path in item.files],
    }


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:40]
