"""Every short run of the outbox: each outside call works, fails before or after it was done, or kills.

Gmail is played by a few lines that know what a draft is; the code under test is the real one.
"""

import contextlib
import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from sampark.domain.base import GmailId, ThreadId
from sampark.errors import MailboxError, SendUnknown
from sampark.mailbox.gmail import Marked, Sent
from sampark.mailbox.outbox import GIVE_UP, QUIET, State, deliver
from sampark.mailbox.refusals import SendRefused

THREAD = ThreadId("t")
OUTCOMES = ("works", "request lost", "answer lost", "dies before", "dies after")
DEPTH = 6


class Died(BaseException):
    """The process was killed here."""


@dataclass(frozen=True)
class Row:
    key: str = "k"
    thread_id: ThreadId = THREAD
    mime: bytes = b"x"
    state: State = "planned"
    draft_id: str | None = None
    updated_at: datetime | None = None


class Script:
    """The outcomes still to come; when they are used up everything works."""

    def __init__(self, outcomes):
        self.left = list(outcomes)

    def play(self, act, lost):
        outcome = self.left.pop(0) if self.left else "works"
        if outcome == "dies before":
            raise Died
        if outcome == "request lost":
            raise lost
        result = act()
        if outcome == "dies after":
            raise Died
        if outcome == "answer lost":
            raise lost
        return result


class Played:
    """Gmail and a durable row. A draft is consumed when it is sent; a sent mail bears its key."""

    def __init__(self, outcomes):
        self.script = Script(outcomes)
        self.now_at = datetime(2026, 3, 3, tzinfo=UTC)
        self.row = Row()
        self.drafts = []
        self.made = 0
        self.sent_mails = []

    def now(self):
        return self.now_at

    def marked(self, thread_id, key, *, recent=0):
        return self.script.play(self._marked, MailboxError("lost"))

    def _marked(self):
        if self.sent_mails:
            return Marked(state="sent", gmail_id=GmailId("m"), thread_id=THREAD)
        if self.drafts:
            return Marked(
                state="draft",
                gmail_id=GmailId("d"),
                thread_id=THREAD,
                draft_id=self.drafts[0],
            )
        return None

    def create_draft(self, raw, thread_id):
        return self.script.play(self._create, MailboxError("lost"))

    def _create(self):
        self.made += 1
        self.drafts.append(f"d{self.made}")
        return self.drafts[-1]

    def send_draft(self, draft_id):
        return self.script.play(lambda: self._send(draft_id), SendUnknown("lost"))

    def _send(self, draft_id):
        if draft_id not in self.drafts:
            raise SendRefused("Gmail answered 404.")
        self.drafts.remove(draft_id)
        self.sent_mails.append(draft_id)
        return Sent(gmail_id=GmailId("m"), thread_id=THREAD)

    def draft_exists(self, draft_id):
        return self.script.play(lambda: draft_id in self.drafts, MailboxError("lost"))

    def message_id(self, gmail_id):
        return "<m@x.yz>"

    def get(self, key):
        return self.row

    def drafted(self, key, draft_id):
        assert self.row.draft_id in {None, draft_id}
        self._commit(state="sending", draft_id=draft_id)

    def sent(self, key, gmail_id, thread_id, message_id):
        self._commit(state="sent")

    def failed(self, key, reason):
        self._commit(state="failed")

    def unknown(self, key, reason):
        self._commit(state="unknown")

    def _commit(self, **changes):
        def act():
            self.row = replace(self.row, **changes, updated_at=self.now_at)

        self.script.play(act, Died())


def _run(outcomes):
    played = Played(outcomes)
    for _ in range(DEPTH + 3):
        with contextlib.suppress(MailboxError, Died):
            deliver("k", played, played, clock=played)
        played.now_at += QUIET
    return played


@pytest.mark.parametrize("first", OUTCOMES)
def test_every_short_run_ends_in_one_mail(first):
    for rest in itertools.product(OUTCOMES, repeat=DEPTH - 1):
        played = _run((first, *rest))
        assert played.row.state == "sent", (first, rest)
        assert len(played.sent_mails) == 1, (first, rest)


def test_an_accepted_mail_that_nobody_can_see_is_never_sent_again():
    played = Played(["works", "works", "works", "answer lost", "request lost"])
    played._marked = lambda: None
    deliver("k", played, played, clock=played)
    for _ in range(30):
        played.now_at += timedelta(minutes=1)
        deliver("k", played, played, clock=played)
    assert played.row.state == "unknown"
    assert len(played.sent_mails) == 1
    assert timedelta(minutes=30) >= GIVE_UP
