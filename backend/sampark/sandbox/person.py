"""A person of the sandbox: writes mail, reads mail, answers in the thread. Talks the Gmail API."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import make_msgid, parseaddr
from mimetypes import guess_type

import httpx

from sampark.errors import MailboxError


@dataclass(frozen=True)
class Letter:
    """A mail as its reader sees it. `files` are the attachments, content by name."""

    gmail_id: str
    thread_id: str
    message_id: str
    references: str
    sender: str
    to: str
    subject: str
    date: str
    text: str
    html: str
    labels: tuple[str, ...]
    raw: bytes = field(repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes], repr=False)
    pictures: Mapping[str, bytes] = field(default_factory=dict[str, bytes], repr=False)


class Person:
    """Acts for one account of a sandbox. `endpoint` is the sandbox's address."""

    def __init__(self, endpoint: str, *, email: str, token: str) -> None:
        self.email = email
        self._http = httpx.Client(
            base_url=f"{endpoint}/gmail/v1/users/me/",
            headers={"Authorization": f"Bearer {token}"},
            timeout=30,
        )

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def write(
        self,
        body: str,
        *,
        to: str,
        subject: str,
        files: Mapping[str, bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Letter:
        """Send a new mail and return it as it lies in this person's own mailbox."""
        return self.send(self._compose(body, to=to, subject=subject, files=files, headers=headers))

    def reply(
        self, letter: Letter, body: str, *, files: Mapping[str, bytes] | None = None
    ) -> Letter:
        """Answer a mail in its thread."""
        subject = letter.subject
        if not subject.lower().startswith("re:"):
            subject = f"Re: {subject}"
        chain = f"{letter.references} {letter.message_id}".strip()
        to = letter.to if parseaddr(letter.sender)[1] == self.email else letter.sender
        headers = {"In-Reply-To": letter.message_id, "References": chain}
        mail = self._compose(body, to=to, subject=subject, files=files, headers=headers)
        return self.send(mail, thread_id=letter.thread_id)

    def send(self, mail: EmailMessage, *, thread_id: str = "") -> Letter:
        """Send a composed mail, into a thread if one is named."""
        body = {"raw": base64.urlsafe_b64encode(mail.as_bytes()).decode()}
        if thread_id:
            body["threadId"] = thread_id
        return self.letter(str(self._call("POST", "messages/send", json=body)["id"]))

    def letter(self, gmail_id: str) -> Letter:
        """Return one mail."""
        found = self._call("GET", f"messages/{gmail_id}", params={"format": "raw"})
        return _letter(found)

    def letters(self, query: str = "", *, label: str = "") -> list[Letter]:
        """Return the mails that match a search, oldest first."""
        return [self.letter(gmail_id) for gmail_id in self._ids(query, label)]

    def raw_mails(self, label: str) -> list[bytes]:
        """Return the bytes of every mail under a label, oldest first."""
        return [letter.raw for letter in self.letters(label=label)]

    def threads(self) -> list[str]:
        """Return the ids of this person's threads, newest first."""
        found = self._call("GET", "threads", params={"maxResults": 100})
        return [str(thread["id"]) for thread in _rows(found, "threads")]

    def thread(self, thread_id: str) -> list[Letter]:
        """Return the mails of one thread, oldest first."""
        found = self._call("GET", f"threads/{thread_id}", params={"format": "minimal"})
        return [self.letter(str(row["id"])) for row in _rows(found, "messages")]

    def _ids(self, query: str, label: str) -> list[str]:
        params: dict[str, str | int] = {"maxResults": 500, "q": query}
        if label:
            params["labelIds"] = label
        ids: list[str] = []
        while True:
            page = self._call("GET", "messages", params=params)
            ids += [str(row["id"]) for row in _rows(page, "messages")]
            if "nextPageToken" not in page:
                return ids[::-1]
            params["pageToken"] = str(page["nextPageToken"])

    def _compose(
        self,
        body: str,
        *,
        to: str,
        subject: str,
        files: Mapping[str, bytes] | None,
        headers: Mapping[str, str] | None,
    ) -> EmailMessage:
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = self.email
        mail["To"] = to
        mail["Subject"] = subject
        mail["Message-ID"] = make_msgid(domain=self.email.partition("@")[2])
        for name, value in (headers or {}).items():
            mail[name] = value
        mail.set_content(body)
        for name, content in (files or {}).items():
            main, _, sub = (guess_type(name)[0] or "application/octet-stream").partition("/")
            mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
        return mail

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Mapping[str, str] | None = None,
    ) -> dict[str, object]:
        try:
            answer = self._http.request(method, path, params=params, json=json)
        except httpx.HTTPError as error:
            raise MailboxError(
                f"the sandbox at {self._http.base_url.netloc.decode()} does not answer.",
                fix="Start it with: sampark demo --serve",
            ) from error
        if answer.is_error:
            raise MailboxError(f"the sandbox refused {method} {path}: {_reason(answer)}.")
        return answer.json()


def _reason(answer: httpx.Response) -> str:
    """Return what Gmail's error shape says; only the status where it is another shape."""
    try:
        return f"{answer.json()['error']['message'].rstrip('.')} ({answer.status_code})"
    except (ValueError, KeyError, TypeError, AttributeError):
        return str(answer.status_code)


def _rows(found: Mapping[str, object], name: str) -> Sequence[dict[str, object]]:
    rows = found.get(name, [])
    return rows if isinstance(rows, list) else []


def _letter(found: Mapping[str, object]) -> Letter:
    raw = base64.urlsafe_b64decode(str(found["raw"]))
    mail = message_from_bytes(raw, policy=policy.default)
    text = mail.get_body(("plain",))
    html = mail.get_body(("html",))
    labels = found.get("labelIds", [])
    return Letter(
        gmail_id=str(found["id"]),
        thread_id=str(found["threadId"]),
        message_id=str(mail.get("Message-ID", "")),
        references=" ".join(str(mail.get("References", "")).split()),
        sender=str(mail.get("From", "")),
        to=str(mail.get("To", "")),
        subject=str(mail.get("Subject", "")),
        date=str(mail.get("Date", "")),
        text=str(text.get_content()) if text is not None else "",
        html=str(html.get_content()) if html is not None else "",
        labels=tuple(str(label) for label in labels) if isinstance(labels, list) else (),
        raw=raw,
        files={part.get_filename() or "noname": _content(part) for part in mail.iter_attachments()},
        pictures=_pictures(mail),
    )


def _pictures(mail: EmailMessage) -> dict[str, bytes]:
    return {
        str(part["Content-ID"]).strip("<>"): _content(part)
        for part in mail.walk()
        if part.get_content_maintype() == "image" and part["Content-ID"]
    }


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
