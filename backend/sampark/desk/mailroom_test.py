from collections.abc import Iterator
from pathlib import Path

import pytest

from sampark.desk.mailroom import Mailroom, Reader
from sampark.desk.roles import Forbidden
from sampark.desk.views import Person
from sampark.sandbox.server import Sandbox
from sampark.testing.builders import mail

ACCOUNT, YOU = "sampark@example.com", "you@example.com"
ANN = Person(name="ann", role="operator")


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(tmp_path / "sandbox.db", accounts=[ACCOUNT, YOU]) as running:
        yield running


@pytest.fixture
def room(sandbox: Sandbox) -> Iterator[Mailroom]:
    room = Mailroom(Reader(sandbox.endpoint, email=YOU, token=sandbox.token(YOU)), account=ACCOUNT)
    yield room
    room.close()


@pytest.fixture
def account(sandbox: Sandbox) -> Iterator[Reader]:
    reader = Reader(sandbox.endpoint, email=ACCOUNT, token=sandbox.token(ACCOUNT))
    yield reader
    reader.close()


def test_a_mail_is_written_answered_and_read(room: Mailroom, account: Reader):
    thread = room.write("Please convert", subject="Letter", by=ANN, files={"a.txt": b"hello"})
    assert [(line.subject, line.answered) for line in room.threads()] == [("Letter", False)]
    account.reply(account.thread(account.threads()[0])[0], "Done", files={"a.pdf": b"%PDF"})
    assert [(line.letters, line.answered) for line in room.threads()] == [(2, True)]
    mine, theirs = room.thread(thread)
    assert (mine.mine, mine.files, mine.text.strip()) == (True, ("a.txt",), "Please convert")
    assert (theirs.mine, theirs.files) == (False, ("a.pdf",))
    assert room.file(theirs.id, "a.pdf") == b"%PDF"
    with pytest.raises(KeyError):
        room.file(theirs.id, "b.pdf")
    room.reply(thread, "Thanks", by=ANN)
    assert len(room.thread(thread)) == 3


def test_a_mail_without_a_subject_gets_one(room: Mailroom):
    room.write("Please   convert\nthis", subject="  ", by=ANN)
    room.write("", subject="", by=ANN, files={"a.txt": b"x"})
    assert {line.subject for line in room.threads()} == {"A task", "Please convert this"}


def test_a_viewer_writes_nothing(room: Mailroom):
    viewer = Person(name="vera", role="viewer")
    with pytest.raises(Forbidden):
        room.write("Please", subject="", by=viewer)
    with pytest.raises(Forbidden):
        room.reply("any", "Please", by=viewer)
    assert room.threads() == []


def test_pictures_of_a_mail_are_shown_without_a_request(room: Mailroom, sandbox: Sandbox):
    message = mail("text", to=YOU, html='<img src="cid:plan"><img src="cid:other">')
    message.get_body(("html",)).add_related(  # pyright: ignore[reportOptionalMemberAccess]
        b"\x89PNG", maintype="image", subtype="png", cid="<plan>"
    )
    sandbox.control.deliver(message.as_bytes(), to=YOU)
    html = room.thread(room.threads()[0].id)[0].html
    assert 'src="data:image/png;base64,iVBORw=="' in html
    assert 'src="cid:other"' in html
