"""The processes that are measured. Each says one line when it is ready, and ends with its input.

`floor` is what any program that answers mail over the Gmail API must do, and nothing else: list the
history, get the mail, look at the thread, create a draft, send it, read its Message-ID back.
"""

# What only one part needs is imported by that part: the others start sooner.
import base64
import json
import select
import sys
import time
from datetime import UTC, datetime
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
        if "held" in given:
            ready()
            sys.stdin.readline()
            running.listen()
        else:
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


def importing(given: dict[str, str]) -> None:
    """Do what `sampark import` does, into a new store."""
    from google.oauth2.credentials import Credentials

    from sampark.domain.base import AccountId
    from sampark.mailbox import past
    from sampark.mailbox.gmail import Gmail
    from sampark.storage.store import Store
    from sampark.storage.vault import Vault

    home = Path(given["home"])
    vault = Vault.open(home / "import.key", create=True)
    store = Store.open(f"sqlite:///{home / 'import.db'}", vault=vault)
    account = AccountId(ACCOUNT)
    store.accounts.add(account)
    grant = Credentials(token=given["token"])
    gmail = Gmail(account, endpoint=given["endpoint"], credentials=grant)
    until = store.accounts.get(account).added_at
    began = time.perf_counter()
    found = past.find(
        gmail, store.mails, since=datetime(2001, 1, 1, tzinfo=UTC), until=until, cursor=None
    )
    done = sum(each.imported for each in past.bring_in(gmail, store.mails, found))
    ready(messages=str(done), seconds=str(time.perf_counter() - began))
    sys.stdin.read()


def batched(given: dict[str, str]) -> None:
    """List a mailbox and get its messages in batches of fifty, with the client library alone."""
    from google.oauth2.credentials import Credentials
    from google_auth_httplib2 import AuthorizedHttp
    from googleapiclient.http import BatchHttpRequest
    from httplib2 import Http

    from sampark.mailbox.wire import service

    http = AuthorizedHttp(Credentials(token=given["token"]), http=Http(proxy_info=None))
    messages = service("gmail", given["endpoint"]).users().messages()
    raws: list[int] = []

    def take(_name: str, answer: dict[str, str], _error: object) -> None:
        raws.append(len(base64.urlsafe_b64decode(answer["raw"])))

    began = time.perf_counter()
    ids: list[str] = []
    asked = messages.list(userId="me", maxResults=500)
    while asked is not None:
        page = asked.execute(http=http)
        ids += [each["id"] for each in page.get("messages", [])]
        asked = messages.list_next(asked, page)
    for start in range(0, len(ids), 50):
        batch = BatchHttpRequest(take, batch_uri=f"{given['endpoint']}/batch/gmail/v1")
        for gmail_id in ids[start : start + 50]:
            batch.add(messages.get(userId="me", id=gmail_id, format="raw"))
        batch.execute(http=http)
    ready(messages=str(len(raws)), seconds=str(time.perf_counter() - began))
    sys.stdin.read()


PARTS = {each.__name__: each for each in (sandbox, system, floor, importing, batched)}

if __name__ == "__main__":
    PARTS[sys.argv[1]](json.loads(sys.argv[2]))
