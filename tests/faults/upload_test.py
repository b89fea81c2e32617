"""A large answer on its way: it arrives once and whole, wherever the connection breaks or we die."""

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from google.oauth2.credentials import Credentials

from sampark.domain.base import AccountId, ThreadId
from sampark.domain.run import Outgoing
from sampark.domain.value import File
from sampark.errors import MailboxError
from sampark.mailbox import build, mime, outbox
from sampark.mailbox.gmail import Gmail
from sampark.mailbox.patience import Patience
from sampark.sandbox.control import Fault
from sampark.sandbox.person import Person
from sampark.sandbox.server import Sandbox
from sampark.storage.rows import OutboxRow
from sampark.storage.store import Store
from sampark.storage.vault import Vault
from sampark.testing.builders import mail
from sampark.testing.clock import ManualClock

from .noise import noise
from .points import Point
from .trial import KILLED, LARGE, Tally, judge, laboratory

ACCOUNT, YOU = AccountId("sampark@example.com"), "you@example.com"
UPLOAD = "/upload/gmail/v1/users/me/drafts"
OPEN, CHUNK = f"POST {UPLOAD}", f"PUT {UPLOAD}"
CONTENT = noise(8_000_000)
LAST = 2  # of the three chunks, counted from 0


class Post:
    """An outbox in a real store, a sandbox, and who gets the mail."""

    def __init__(self, sandbox: Sandbox, store: Store, clock: ManualClock) -> None:
        self.sandbox, self.store, self.clock = sandbox, store, clock
        self.gmail = Gmail(
            ACCOUNT,
            endpoint=sandbox.endpoint,
            credentials=Credentials(sandbox.token(ACCOUNT)),
            patience=Patience(timeout=20, attempts=3, pause=0.01),
        )
        self.you = Person(sandbox.endpoint, email=YOU, token=sandbox.token(YOU))
        self.us = Person(sandbox.endpoint, email=ACCOUNT, token=sandbox.token(ACCOUNT))

    def plan(self, key: str) -> None:
        """Plan an answer with a file of 8 MB to a mail that has just come."""
        self.sandbox.control.reset()
        raw = mail("Please do it.").as_bytes()
        parent = mime.parse(raw)
        digest = hashlib.sha256(CONTENT).hexdigest()
        file = File(name="a.bin", media_type="application/octet-stream", size=1, sha256=digest)
        content = build.reply(
            Outgoing(subject="", text="Done.", html="<p>Done.</p>", files=(file,)),
            account=ACCOUNT,
            to=parent.sender,
            cc=(),
            parent=parent,
            key=key,
            contents={digest: CONTENT},
            date=datetime.now(UTC),
        )
        thread = ThreadId(self.sandbox.control.deliver(raw, to=ACCOUNT).thread_id)
        row = OutboxRow(key=key, account=ACCOUNT, task=None, thread_id=thread, mime=content)
        self.store.outbox.plan(row)

    def deliver(self, key: str) -> None:
        """Do what the system does until the row is settled."""
        for _ in range(6):
            if self.store.outbox.get(key).state not in {"planned", "sending"}:
                break
            with suppress(MailboxError):
                outbox.deliver(key, self.gmail, self.store.outbox, clock=self.clock)
            self.clock.advance(timedelta(seconds=61))
        assert self.store.outbox.get(key).state == "sent"

    def requests(self) -> list[str]:
        """Return the requests of the upload, as "PUT 308"."""
        seen = self.sandbox.control.requests()
        return [f"{each.method} {each.status}" for each in seen if each.path == UPLOAD]


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    home, clock = tmp_path_factory.mktemp("post"), ManualClock()
    vault = Vault.open(home / "key", create=True)
    store = Store.open(f"sqlite:///{home / 'sampark.db'}", vault=vault, clock=clock)
    with Sandbox(home / "sandbox.db", accounts=[ACCOUNT, YOU]) as sandbox:
        store.accounts.add(ACCOUNT)
        made = Post(sandbox, store, clock)
        yield made
        made.you.close()
        made.us.close()
    store.close()


BREAKS = {
    "no session is opened": [Fault(kind="server_error", match=OPEN)],
    "the session's address is lost": [Fault(kind="drop_after", match=OPEN)],
    "nothing is ever heard of the last chunk": [
        Fault(kind="drop_after", match=CHUNK, skip=LAST),
        Fault(kind="not_found", match=CHUNK, skip=LAST + 1),
    ],
    "Gmail is away after the last chunk": [
        Fault(kind="error_after", match=CHUNK, skip=LAST),
        Fault(kind="server_error", match=CHUNK, skip=LAST + 1, times=2),
    ],
    "the whole is refused for the moment": [Fault(kind="rate_limit", match=CHUNK, skip=LAST)],
    "the grant ends on the way": [Fault(kind="unauthorized", match=CHUNK, skip=1)],
    **{
        f"{kind} at chunk {number}": [Fault(kind=kind, match=CHUNK, skip=number)]
        for number in (1, LAST)
        for kind in (
            "drop_before", "drop_midway", "drop_after", "server_error", "error_after", "not_found",
        )
    },
}  # fmt: skip


@pytest.mark.parametrize("faults", BREAKS.values(), ids=BREAKS)
def test_behaviour_23_a_large_mail_arrives_once_wherever_its_upload_breaks(post, faults, request):
    key = hashlib.sha256(request.node.name.encode()).hexdigest()[:32]
    post.plan(key)
    for fault in faults:
        post.sandbox.control.fault(fault)
    post.deliver(key)
    (received,) = post.you.letters(label="INBOX")
    assert received.files == {"a.bin": CONTENT}
    assert post.us.letters(label="DRAFT") == []
    assert post.requests().count("PUT 200") <= 1
    assert post.requests().count("POST 200") <= 2


def test_behaviour_23_no_death_during_an_upload_loses_or_repeats_the_answer(tmp_path):
    with laboratory(tmp_path) as lab:
        home = lab.home("large")
        assert home.live() == 0
        before, mails = LARGE.letters("large")
        # The second chunk is never answered: the process is killed while it waits for a word.
        lab.sandbox.control.fault(Fault(kind="delay", match=CHUNK, skip=1, seconds=60))
        life = home.begin(before=before, mails=mails)
        deadline = time.monotonic() + 120
        while not [each for each in lab.sandbox.control.requests() if each.path == UPLOAD]:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.kill(int((home.path / "pid").read_text()), signal.SIGKILL)
        assert life.result(120) == KILLED
        lab.sandbox.control.clear_faults()
        assert home.live() == 0
        tally = Tally()
        judge(home, {mail.subject for mail in mails}, LARGE.answers, tally)
        assert tally.faults == {}
        seen = [each.method for each in lab.sandbox.control.requests() if each.path == UPLOAD]
        assert seen.count("POST") == 2


DEATHS = {
    "a draft was made, its id is not kept": Point("gmail.create_draft", 1, after=True),
    "sending is noted, nothing was sent": Point("store.outbox.drafted", 1, after=True),
    "it was sent, nothing says so": Point("gmail.send_draft", 1, after=True),
}


def test_behaviour_15_no_death_around_an_upload_loses_or_repeats_the_answer(tmp_path):
    with laboratory(tmp_path) as lab:
        tally = lab.kill_at(LARGE, list(DEATHS.values()))
        assert tally.faults == {}
        assert set(tally.died) == {str(point) for point in DEATHS.values()}
