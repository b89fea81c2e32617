"""The processes that are measured. Each says one line when it is ready, and ends with its input.

`floor` is what any program that answers mail over the Gmail API must do, and nothing else: list the
history, get the mail, look at the thread, create a draft, send it, read its Message-ID back.
"""

# What only one part needs is imported by that part: the others start sooner.
import json
import select
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING

from .stage import ACCOUNT, POLL, REQUESTER

if TYPE_CHECKING:
    from sampark.domain.mail import Arrival
    from sampark.mailbox.gmail import Gmail


def ready(**said: str) -> None:
    """Say that it can begin."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def sandbox(given: dict[str, str]) -> None:
    """Serve a Gmail."""
    from sampark.sandbox.server import Sandbox

    with Sandbox(Path(given["home"]) / "sandbox.db", accounts=[ACCOUNT, REQUESTER]) as running:
        ready(endpoint=running.endpoint)
        sys.stdin.read()


def system(given: dict[str, str]) -> None:
    """Run what `sampark serve` runs, without the dashboard."""
    from google.oauth2.credentials import Credentials

    from sampark import settings
    from sampark.domain.base import AccountId
    from sampark.wiring import System

    chosen = settings.load(
        home=Path(given["home"]),
        poll_seconds=POLL,
        replies_per_thread=0,
        replies_per_requester=0,
        tasks_per_requester=0,
    )
    grant = Credentials(token=given["token"])
    running = System(chosen, endpoint=given["endpoint"], credentials=lambda _: grant)
    running.start(listen=False)
    try:
        running.engine.call(running.listener.sync_once(AccountId(ACCOUNT)))
        running.listen()
        ready()
        sys.stdin.read()
    finally:
        running.stop()


def floor(given: dict[str, str]) -> None:
    """Answer every mail with the same bytes: the Gmail calls alone, one after the other."""
    from google.oauth2.credentials import Credentials

    from sampark.domain.base import AccountId
    from sampark.mailbox.gmail import Gmail

    grant = Credentials(token=given["token"])
    gmail = Gmail(AccountId(ACCOUNT), endpoint=given["endpoint"], credentials=grant)
    answer = Path(given["answer"]).read_bytes()
    _, cursor = gmail.profile()
    ready()
    while True:
        news = gmail.history(cursor)
        cursor = news.cursor
        for gmail_id in news.added:
            reply(gmail, gmail.fetch(gmail_id), answer)
        # Input at its end means: stop.
        if select.select([sys.stdin], [], [], POLL)[0]:
            return


def reply(gmail: "Gmail", asked: "Arrival", answer: bytes) -> None:
    """Send the answer into the thread of a mail, by the calls that the outbox makes."""
    mail = message_from_bytes(answer, policy=policy.SMTP)
    parent = message_from_bytes(asked.raw, policy=policy.SMTP)
    for name, value in (
        ("Subject", f"Re: {parent['Subject']}"),
        ("In-Reply-To", parent["Message-ID"]),
        ("References", parent["Message-ID"]),
    ):
        del mail[name]
        mail[name] = str(value)
    gmail.marked(asked.thread_id, "none")
    sent = gmail.send_draft(gmail.create_draft(mail.as_bytes(), asked.thread_id))
    gmail.message_id(sent.gmail_id)


if __name__ == "__main__":
    {"sandbox": sandbox, "system": system, "floor": floor}[sys.argv[1]](json.loads(sys.argv[2]))
