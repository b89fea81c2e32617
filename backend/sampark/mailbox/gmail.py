"""One Gmail account: reads that are tried again, writes that are made once."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from google.oauth2.credentials import Credentials

from sampark.domain.base import AccountId, Frozen, GmailId, ThreadId
from sampark.domain.mail import Arrival, MailRef
from sampark.errors import CursorExpired, MailboxError, MessageGone, ReconnectNeeded, SendUnknown
from sampark.mailbox import refusals
from sampark.mailbox.batch import MOST, Batch
from sampark.mailbox.gate import MARKER
from sampark.mailbox.patience import PATIENT, Patience
from sampark.mailbox.quota import Quota
from sampark.mailbox.refusals import CLIENT_ERRORS, Passing, SendRefused
from sampark.mailbox.session import Session
from sampark.mailbox.wire import LOOPBACK, HistoryRecord, MessageShape, Wire

# Labels of what is no mail to us: unfinished, unwanted, thrown away, or a chat.
NO_TRIGGER = frozenset(("DRAFT", "SPAM", "TRASH", "CHAT"))

_MOST_DRAFT_PAGES = 10


class History(Frozen):
    """A page of what came in since a cursor, oldest first.

    `cursor` is the next one, a decimal number: up to the end of this page. `more`: it is not the
    last page.
    """

    added: tuple[GmailId, ...]
    cursor: str
    more: bool = False


class Fetched(Frozen):
    """What a batch of messages gave. `gone` counts those that were deleted in the meantime.

    `refused` are those that Gmail would not hand out now: another time it may.
    """

    arrivals: tuple[Arrival, ...]
    gone: int = 0
    refused: tuple[GmailId, ...] = ()


class Sent(Frozen):
    """A mail that Gmail sent."""

    gmail_id: GmailId
    thread_id: ThreadId


class Marked(Frozen):
    """A mail of ours that was found by its marker header: sent, or still a draft with that id."""

    state: Literal["sent", "draft"]
    gmail_id: GmailId
    thread_id: ThreadId
    draft_id: str = ""


def is_trigger(labels: frozenset[str]) -> bool:
    """Whether a mail with these labels is taken in: finished, wanted, and not only sent."""
    return not labels & NO_TRIGGER and ("INBOX" in labels or "SENT" not in labels)


class Gmail:
    """The facade over the Gmail API. Safe for several threads: each has its own connections.

    Reads are tried several times with growing pauses, heeding Retry-After. A POST is on the wire
    once. Errors: ReconnectNeeded when the grant is gone, MailboxError for everything else that
    fails.
    """

    def __init__(
        self,
        account: AccountId,
        *,
        endpoint: str,
        credentials: Credentials,
        patience: Patience = PATIENT,
        quota: Quota | None = None,
    ) -> None:
        """Prepare a client; nothing is sent yet.

        Args:
            account: The mailbox's address.
            endpoint: The server's root, "https://gmail.googleapis.com" or a sandbox's.
            credentials: The account's grant; it renews itself.
            patience: How long an answer is waited for, and how often a read is tried.
            quota: The units that the user's requests draw from; None draws nothing.
        """
        self.account = account
        self.quota = quota
        self._endpoint = endpoint
        self._patience = patience
        self._wire = Wire(endpoint)
        self._session = Session(
            credentials,
            proxied=not endpoint.startswith(LOOPBACK),
            patience=patience,
            quota=quota,
        )

    def close(self) -> None:
        """Close all connections, of every thread; they are opened again when they are needed."""
        self._session.close()

    def retire(self) -> None:
        """Send nothing from now on: everything raises ReconnectNeeded."""
        self._session.retire()

    def profile(self) -> tuple[AccountId, str]:
        """Return the account's address and the newest history id: a cursor to begin with."""
        found = self._session.read(self._wire.profile(), "reading the profile")
        return AccountId(found.email.lower()), found.history_id

    def send_as(self) -> tuple[str, ...]:
        """Return the addresses that the account may send as, itself among them, in lower case."""
        found = self._session.read(self._wire.send_as(), "reading the send-as addresses")
        return tuple(
            each.email.strip().lower()
            for each in found.addresses
            if each.primary or each.verification in {"", "accepted"}
        )

    def history(self, start: str) -> History:
        """Return the first page of what came in since a cursor: new mail, mail freed from Spam.

        Drafts, chats and what only was sent are left out.

        Raises:
            CursorExpired: the cursor is older than Gmail's history.
        """
        request = self._wire.history(start)
        found = self._session.read(request, "reading the history", gone=CursorExpired)
        added = dict.fromkeys(
            gmail_id for record in found.records for gmail_id in _taken_in(record)
        )
        # The mailbox's own id covers all pages: it is a cursor only behind the last one.
        ends = [record.id for record in found.records] if found.next_page else [found.history_id]
        cursor = max((end for end in (start, *ends) if end), key=int)
        return History(added=tuple(added), cursor=cursor, more=bool(found.next_page))

    def watch(self, topic: str) -> datetime:
        """Let Gmail tell of changes on a Pub/Sub topic; return until when it does.

        Safe to repeat: that renews it. The cursor has nothing to do with it.
        """
        found = self._session.read(self._wire.watch(topic), "asking for pushes")
        return datetime.fromtimestamp(found.expiration / 1000, UTC)

    def fetch(self, gmail_id: GmailId) -> Arrival:
        """Return a raw mail; raises MessageGone if it was deleted in the meantime."""
        found = self._session.read(
            self._wire.message(gmail_id), "reading a message", gone=MessageGone
        )
        return self._arrival(gmail_id, found)

    def fetch_many(self, gmail_ids: Sequence[GmailId]) -> Fetched:
        """Return raw mails that are read in one request, in the order given; at least one.

        Parts that are refused for the moment are asked for again, by themselves, as long as others
        come.

        Raises:
            ReconnectNeeded: the grant is gone.
            MailboxError: nothing at all could be read.
        """
        batch = Batch(self._endpoint, {each: self._wire.message(each) for each in gmail_ids})
        while batch.left:
            before = len(batch.left)
            try:
                self._session.read(batch, "reading messages")
            except MailboxError as problem:
                nothing = not batch.found and not batch.gone
                if nothing or isinstance(problem, ReconnectNeeded):
                    raise
                if len(batch.left) == before:
                    break
        found = {each: batch.found.pop(each) for each in gmail_ids if each in batch.found}
        return Fetched(
            arrivals=tuple(self._arrival(each, shape) for each, shape in found.items()),
            gone=len(batch.gone),
            refused=tuple(map(GmailId, batch.left)),
        )

    @property
    def at_once(self) -> int:
        """How many messages `fetch_many` should be asked for at a time."""
        get = "gmail.users.messages.get"
        return MOST if self.quota is None else min(MOST, self.quota.at_once(get))

    def search(self, query: str, limit: int) -> list[GmailId]:
        """Return the ids of the newest messages that Gmail's search finds, at most `limit`."""
        return self._list(query, [], limit)

    def marked(self, thread_id: str, key: str, *, recent: int = 0) -> Marked | None:
        """Return our own mail that bears the marker `key`: sent, else a draft, else None.

        Looks in the thread, and then among the newest `recent` sent messages: a draft whose thread
        could not be joined is sent in another one. Only messages labelled SENT or DRAFT count, so
        that nobody else's mail can pass for ours.
        """
        found = [
            message for message in self._thread(thread_id) if message.header(MARKER).strip() == key
        ]
        found += self._recent(key, recent) if not found and recent else []
        sent = next((message for message in found if "SENT" in message.labels), None)
        if sent is not None:
            return Marked(
                state="sent", gmail_id=GmailId(sent.id), thread_id=ThreadId(sent.thread_id)
            )
        drafts = [message for message in found if "DRAFT" in message.labels]
        return self._as_draft(drafts[0]) if drafts else None

    def create_draft(self, raw: bytes, thread_id: str) -> str:
        """Keep a mail as a draft in a thread and return its id. Made once, never tried again.

        A large one goes by an upload that outlives broken connections (see `mailbox.upload`).

        A thread that is gone is left out: the answer still joins its thread on the other side.

        Raises:
            SendRefused: Gmail will never take this mail (400, 403, 413).
            MailboxError: no answer came, or a passing refusal; a draft may exist (see `marked`).
        """
        try:
            request = self._wire.create_draft(raw, thread_id, self._patience)
            return self._session.write(request).id
        except CLIENT_ERRORS as error:
            status = refusals.status_of(error)
            # Nothing was kept. The thread is gone, if it was not the session of an upload.
            if status == 404 and thread_id and not self._thread(thread_id):
                return self.create_draft(raw, "")
            told = self._session.told(error, "creating a draft")
            if status in {400, 403, 413} and not isinstance(told, Passing):
                raise SendRefused(told.problem) from None
            raise told from None

    def send_draft(self, draft_id: str) -> Sent:
        """Send a draft. The request is on the wire exactly once.

        Raises:
            SendRefused: Gmail answered 400, 403 or 404: this request sent nothing.
            SendUnknown: any other failure; the mail may be out.
            ReconnectNeeded: the grant is gone; nothing was sent.
        """
        try:
            found = self._session.write(self._wire.send_draft(draft_id))
        except CLIENT_ERRORS as error:
            told = self._session.told(error, "sending a draft")
            if refusals.status_of(error) in {400, 403, 404} and not isinstance(told, Passing):
                raise SendRefused(told.problem) from None
            raise SendUnknown(told.problem, fix="Look for the mail before anything else.") from None
        return Sent(gmail_id=GmailId(found.id), thread_id=ThreadId(found.thread_id))

    def draft_exists(self, draft_id: str) -> bool:
        """Whether a draft is still there: neither sent nor deleted."""
        try:
            self._session.read(self._wire.draft(draft_id), "looking for a draft", gone=MessageGone)
        except MessageGone:
            return False
        return True

    def message_id(self, gmail_id: GmailId) -> str:
        """Return a message's real Message-ID (Gmail may rewrite it); raises MessageGone."""
        request = self._wire.headers(gmail_id, ["Message-ID"])
        return (
            self._session.read(request, "reading a Message-ID", gone=MessageGone)
            .header("Message-ID")
            .strip()
        )

    def _arrival(self, gmail_id: GmailId, found: MessageShape) -> Arrival:
        return Arrival(
            ref=MailRef(account=self.account, gmail_id=gmail_id),
            thread_id=ThreadId(found.thread_id),
            labels=found.labels,
            internal_date=found.received_at,
            raw=found.content,
        )

    def _list(self, query: str, labels: list[str], limit: int) -> list[GmailId]:
        found: list[GmailId] = []
        page = ""
        while len(found) < limit:
            request = self._wire.messages(query, labels, limit - len(found), page)
            answer = self._session.read(request, "listing messages")
            found += [GmailId(message.id) for message in answer.messages]
            page = answer.next_page
            if not page:
                break
        return found[:limit]

    def _thread(self, thread_id: str) -> tuple[MessageShape, ...]:
        if not thread_id:
            return ()
        try:
            request = self._wire.thread(thread_id, [MARKER])
            return self._session.read(request, "reading a thread", gone=MessageGone).messages
        except MessageGone:
            return ()

    def _recent(self, key: str, most: int) -> list[MessageShape]:
        """The message with that key among the newest sent ones; stops at the first."""
        for gmail_id in self._list("", ["SENT"], most):
            try:
                found = self._session.read(
                    self._wire.headers(gmail_id, [MARKER]), "reading a message", gone=MessageGone
                )
            except MessageGone:
                continue
            if found.header(MARKER).strip() == key:
                return [found]
        return []

    def _as_draft(self, message: MessageShape) -> Marked | None:
        """Find the draft that a message stands for."""
        page = ""
        for _ in range(_MOST_DRAFT_PAGES):
            found = self._session.read(self._wire.drafts(page), "listing drafts")
            for draft in found.drafts:
                if draft.message.id == message.id:
                    return Marked(
                        state="draft",
                        gmail_id=GmailId(message.id),
                        thread_id=ThreadId(message.thread_id),
                        draft_id=draft.id,
                    )
            page = found.next_page
            if not page:
                break
        return None


def _taken_in(record: HistoryRecord) -> list[GmailId]:
    """The messages of one step of history that are to be taken in."""
    came = [item.message for item in record.added]
    freed = [item.message for item in record.labels_removed if "SPAM" in item.labels]
    return [
        GmailId(message.id) for message in [*came, *freed] if is_trigger(frozenset(message.labels))
    ]
