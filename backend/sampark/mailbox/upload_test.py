"""Large mails on their way to Gmail, whatever happens to the connection; raw servers for the rest."""

import http.client
import random
import socket
import threading

import pytest
from google.oauth2.credentials import Credentials

from sampark.errors import MailboxError
from sampark.mailbox.conftest import ACCOUNT, connect
from sampark.mailbox.gmail import Gmail
from sampark.mailbox.patience import Patience
from sampark.mailbox.quota import COSTS, Quota
from sampark.mailbox.refusals import SendRefused
from sampark.mailbox.upload import CHUNK
from sampark.sandbox.control import Fault

UPLOAD = "/upload/gmail/v1/users/me/drafts"
PUT = f"PUT {UPLOAD}"
HEAD = b"From: sampark@example.com\r\nTo: you@example.com\r\nSubject: Plan\r\nX-Sampark-Key: k1\r\n\r\n"
CHUNKS = 3
BODY = random.Random(7).randbytes(CHUNK + 50_000).hex().encode()


def asked(sandbox):
    """Return the requests of the upload, as "POST 200"; 0 is a cut connection."""
    seen = sandbox.control.requests()
    return [f"{each.method} {each.status}" for each in seen if each.path == UPLOAD]


def arrived(sandbox, gmail, draft):
    """Send the draft; return the body of the one mail that its receiver has."""
    gmail.send_draft(draft)
    you = connect(sandbox, "you@example.com")
    (found,) = you.search("subject:Plan", 10)
    return you.fetch(found).raw.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("size", [10, 3_000_000 - len(HEAD)])
def test_a_small_mail_goes_in_the_body(sandbox, gmail, size):
    gmail.create_draft(HEAD + b"x" * size, "")
    assert asked(sandbox) == []


def test_a_large_mail_goes_chunk_by_chunk(sandbox, gmail):
    draft = gmail.create_draft(HEAD + BODY, "")
    assert asked(sandbox) == ["POST 200", "PUT 308", "PUT 308", "PUT 200"]
    assert arrived(sandbox, gmail, draft) == BODY


def test_behaviour_24_an_upload_costs_what_a_draft_costs(sandbox):
    quota = Quota()
    gmail = Gmail(
        ACCOUNT,
        endpoint=sandbox.endpoint,
        credentials=Credentials(sandbox.token(ACCOUNT)),
        quota=quota,
    )
    sandbox.control.set_quota(None)
    gmail.create_draft(HEAD + BODY, "")
    assert quota.used() == COSTS["gmail.users.drafts.create"]
    assert sandbox.control.quota_spent(ACCOUNT) == 10


BREAKS = (
    "server_error",
    "rate_limit",
    "quota",
    "drop_before",
    "drop_midway",
    "drop_after",
    "error_after",
)


@pytest.mark.parametrize("skip", range(CHUNKS))
@pytest.mark.parametrize("kind", BREAKS)
def test_an_upload_that_breaks_goes_on_where_it_broke(sandbox, gmail, kind, skip):
    sandbox.control.fault(Fault(kind=kind, match=PUT, skip=skip, retry_after=0))
    draft = gmail.create_draft(HEAD + BODY, "")
    seen = asked(sandbox)
    assert (seen.count("POST 200"), seen.count("PUT 200")) == (1, 1)
    assert arrived(sandbox, gmail, draft) == BODY


def test_what_arrived_of_a_broken_chunk_is_not_sent_again(sandbox, gmail):
    sandbox.control.fault(Fault(kind="drop_midway", match=PUT, times=2))
    gmail.create_draft(HEAD + BODY, "")
    # Half a chunk arrived: the whole is two chunks and a bit, of which two more are enough.
    assert asked(sandbox) == ["POST 200", "PUT 0", "PUT 0", "PUT 308", "PUT 308", "PUT 200"]


def test_a_server_that_stays_away_is_given_up(sandbox, gmail):
    sandbox.control.fault(Fault(kind="server_error", match=PUT, times=0))
    with pytest.raises(MailboxError, match="503"):
        gmail.create_draft(HEAD + BODY, "")
    assert asked(sandbox) == ["POST 200", *["PUT 503"] * Patience().attempts]


@pytest.mark.parametrize("kind", ["server_error", "drop_before", "drop_after", "rate_limit"])
def test_a_session_is_not_opened_twice(sandbox, gmail, kind):
    sandbox.control.fault(Fault(kind=kind, match=f"POST {UPLOAD}", retry_after=0))
    with pytest.raises(MailboxError):
        gmail.create_draft(HEAD + BODY, "")
    assert len(asked(sandbox)) == 1


def test_a_session_that_is_gone_is_told_and_not_opened_anew(sandbox, gmail):
    thread = sandbox.control.deliver(HEAD, to=ACCOUNT).thread_id
    sandbox.control.fault(Fault(kind="not_found", match=PUT, skip=1))
    with pytest.raises(MailboxError, match="404"):
        gmail.create_draft(HEAD + BODY, thread)
    assert asked(sandbox) == ["POST 200", "PUT 308", "PUT 404"]


@pytest.mark.parametrize("kind", ["drop_after", "error_after"])
def test_a_session_that_is_gone_after_the_last_byte_leaves_it_unclear(sandbox, gmail, kind):
    sandbox.control.fault(Fault(kind=kind, match=PUT, skip=2))
    sandbox.control.fault(Fault(kind="not_found", match=PUT, skip=3))
    thread = sandbox.control.deliver(HEAD, to=ACCOUNT).thread_id
    with pytest.raises(MailboxError, match="Unclear"):
        gmail.create_draft(HEAD + BODY, thread)
    assert asked(sandbox).count("POST 200") == 1


def test_a_mail_that_gmail_does_not_take_is_refused_for_good(sandbox, gmail):
    with pytest.raises(SendRefused, match="413"):
        gmail.create_draft(HEAD + b"x" * 36_800_000, "")


def test_a_thread_that_is_gone_is_left_out_where_the_whole_is_refused(sandbox, gmail):
    sandbox.control.fault(Fault(kind="not_found", match=PUT, skip=2))
    assert gmail.create_draft(HEAD + BODY, "0123456789abcdef")
    assert asked(sandbox).count("POST 200") == 2


class Scripted:
    """A server that answers each request with the next answer of a list, then hangs up.

    "{here}" stands for its own address. `seen` are the requests, each with its Content-Range.
    """

    def __init__(self, *answers):
        self.seen = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._answers = [answer.replace("{here}", self.endpoint) for answer in answers]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        for answer in self._answers:
            connection, _ = self._listener.accept()
            with connection, connection.makefile("rb") as reader:
                verb = reader.readline().split()[0].decode()
                headers = http.client.parse_headers(reader)
                reader.read(int(headers.get("content-length", 0)))
                self.seen.append(f"{verb} {headers.get('content-range', '')}".strip())
                connection.sendall(answer.encode())
        self._listener.close()


OPENED = "HTTP/1.1 200 OK\r\nLocation: {here}/session\r\nContent-Length: 0\r\n\r\n"
MADE = 'HTTP/1.1 200 OK\r\nContent-Length: 36\r\n\r\n{"id": "r1", "message": {"id": "1"}}'
SIZE = len(HEAD + BODY)


def incomplete(have):
    told = f"Range: bytes=0-{have - 1}\r\n" if have else ""
    return f"HTTP/1.1 308 Resume Incomplete\r\n{told}Content-Length: 0\r\n\r\n"


def created(server):
    patience = Patience(timeout=10, attempts=3, pause=0.01)
    gmail = Gmail(
        ACCOUNT, endpoint=server.endpoint, credentials=Credentials("t"), patience=patience
    )
    return gmail.create_draft(HEAD + BODY, "")


def test_a_server_that_has_every_byte_and_no_answer_is_asked_again():
    first, second = incomplete(CHUNK), incomplete(2 * CHUNK)
    server = Scripted(OPENED, first, second, incomplete(SIZE), incomplete(SIZE), MADE)
    assert created(server) == "r1"
    assert server.seen[-2:] == [f"PUT bytes */{SIZE}"] * 2


def test_what_the_server_lost_is_sent_again():
    steps = [CHUNK, 2 * CHUNK, CHUNK, 2 * CHUNK]
    server = Scripted(OPENED, *map(incomplete, steps), MADE)
    assert created(server) == "r1"
    begins = [line.split()[2].split("-")[0] for line in server.seen[1:]]
    assert list(map(int, begins)) == [0, CHUNK, 2 * CHUNK, CHUNK, 2 * CHUNK]


@pytest.mark.parametrize(
    "answer",
    [
        incomplete(SIZE + 1),
        "HTTP/1.1 308 No\r\nRange: all\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 307 Move\r\nLocation: {here}/other\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["too much", "nonsense", "elsewhere"],
)
def test_an_answer_that_cannot_be_ends_the_upload(answer):
    server = Scripted(OPENED, answer)
    with pytest.raises(MailboxError):
        created(server)
    assert len(server.seen) == 2


def test_a_server_that_takes_nothing_is_given_up():
    server = Scripted(OPENED, *[incomplete(0)] * 3)
    with pytest.raises(MailboxError, match="could not be reached"):
        created(server)
    assert len(server.seen) == 4


@pytest.mark.parametrize(
    "answer",
    [
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 308 Move\r\nLocation: {here}/other\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["no place", "moved"],
)
def test_a_session_without_a_place_is_none(answer):
    server = Scripted(answer)
    with pytest.raises(MailboxError):
        created(server)
    assert server.seen == ["POST"]
