"""A person's own mailbox in the sandbox, for the page on which one writes as that person."""

import base64
import re
from collections.abc import Mapping

from sampark.desk.roles import require
from sampark.desk.views import LetterLine, Person, ThreadLine
from sampark.sandbox.person import Letter
from sampark.sandbox.person import Person as Owner

KEPT = 300
"""Letters that a reader keeps: a letter never changes once it was read."""


class Reader(Owner):
    """A person who reads each letter from the sandbox once."""

    def __init__(self, endpoint: str, *, email: str, token: str) -> None:
        super().__init__(endpoint, email=email, token=token)
        self._read: dict[str, Letter] = {}

    def letter(self, gmail_id: str) -> Letter:
        """Return one mail."""
        if gmail_id not in self._read:
            while len(self._read) >= KEPT:
                self._read.pop(next(iter(self._read)), None)
            self._read[gmail_id] = super().letter(gmail_id)
        return self._read[gmail_id]


class Mailroom:
    """Reads and writes one person's mailbox. `account` is whom he writes to.

    Blocking: every call asks the sandbox over HTTP.
    """

    def __init__(self, owner: Reader, *, account: str) -> None:
        self._owner = owner
        self.account = account
        self.email = owner.email

    def close(self) -> None:
        """Let go of the connections to the sandbox."""
        self._owner.close()

    def threads(self, *, limit: int = 30) -> list[ThreadLine]:
        """Return the newest threads."""
        return [self._line(thread) for thread in self._owner.threads()[:limit]]

    def thread(self, thread: str) -> list[LetterLine]:
        """Return the mails of a thread, oldest first."""
        return [self._letter(letter) for letter in self._owner.thread(thread)]

    def file(self, letter: str, name: str) -> bytes:
        """Return an attached file; raises KeyError if the mail has none of that name."""
        return self._owner.letter(letter).files[name]

    def write(
        self, body: str, *, subject: str, by: Person, files: Mapping[str, bytes] | None = None
    ) -> str:
        """Send a new mail to the account; return its thread. Raises Forbidden for a viewer."""
        require(by, "operator")
        title = " ".join(subject.split()) or " ".join(body.split())[:60] or "A task"
        return self._owner.write(body, to=self.account, subject=title, files=files).thread_id

    def reply(
        self, thread: str, body: str, *, by: Person, files: Mapping[str, bytes] | None = None
    ) -> None:
        """Answer the newest mail of a thread. Raises Forbidden for a viewer."""
        require(by, "operator")
        self._owner.reply(self._owner.thread(thread)[-1], body, files=files)

    def _line(self, thread: str) -> ThreadLine:
        letters = self._owner.thread(thread)
        return ThreadLine(
            id=thread,
            subject=letters[0].subject,
            letters=len(letters),
            answered=any(not self._mine(letter) for letter in letters),
            date=letters[-1].date,
        )

    def _letter(self, letter: Letter) -> LetterLine:
        return LetterLine(
            id=letter.gmail_id,
            thread=letter.thread_id,
            sender=letter.sender,
            mine=self._mine(letter),
            subject=letter.subject,
            date=letter.date,
            text=letter.text,
            html=with_pictures(letter),
            files=tuple(letter.files),
        )

    def _mine(self, letter: Letter) -> bool:
        return self.email in letter.sender


def with_pictures(letter: Letter) -> str:
    """Return the HTML body with its inline pictures as data URLs, so that it needs no request."""

    def data_url(match: "re.Match[str]") -> str:
        content = letter.pictures.get(match.group(1))
        if content is None:
            return match.group(0)
        return f"data:image/png;base64,{base64.b64encode(content).decode()}"

    return re.sub(r"cid:([^\"'\s>]+)", data_url, letter.html)
