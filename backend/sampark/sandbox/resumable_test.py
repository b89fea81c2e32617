import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import google_auth_httplib2
import httplib2
import httpx
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.http import MediaInMemoryUpload

from sampark.sandbox.control import Fault
from sampark.sandbox.resumable import CHUNK
from sampark.sandbox.server import Sandbox

OURS = "sampark@example.com"
HEAD = b"From: sampark@example.com\r\nTo: you@example.com\r\nSubject: large\r\n\r\n"


class Here(httplib2.Http):
    """Sends every request to the sandbox, and leaves 308 to the client."""

    def __init__(self, endpoint):
        super().__init__(proxy_info=None)
        self._endpoint = endpoint
        self.redirect_codes = self.redirect_codes - {308}

    def request(self, uri, *args, **kwargs):
        parts = urlsplit(uri)
        return super().request(f"{self._endpoint}{parts.path}?{parts.query}", *args, **kwargs)


@pytest.fixture
def users(sandbox):
    http = google_auth_httplib2.AuthorizedHttp(
        Credentials(sandbox.token(OURS)), http=Here(sandbox.endpoint)
    )
    service = build("gmail", "v1", static_discovery=True, http=http)
    yield service.users()
    service.close()


@pytest.fixture
def client(sandbox):
    headers = {"Authorization": f"Bearer {sandbox.token(OURS)}"}
    with httpx.Client(base_url=sandbox.endpoint, headers=headers, trust_env=False) as client:
        yield client


def opened(client, path="messages"):
    url = f"/upload/gmail/v1/users/me/{path}?uploadType=resumable"
    answer = client.post(url, json={"labelIds": ["STARRED"]})
    assert answer.status_code == 200
    return answer.headers["location"]


def part(client, place, content, span, total="*"):
    headers = {"Content-Range": f"bytes {span}/{total}"}
    return client.put(place, content=content, headers=headers)


def test_googles_client_uploads_in_chunks_and_every_byte_arrives(users, yours, raw_of):
    content = HEAD + os.urandom(2 * CHUNK + 1000).hex().encode()
    media = MediaInMemoryUpload(content, "message/rfc822", chunksize=CHUNK, resumable=True)
    request = users.messages().send(userId="me", media_body=media)
    answer, chunks = None, 0
    while answer is None:
        _, answer = request.next_chunk()
        chunks += 1
    assert chunks == 5
    newest = yours.messages().list(userId="me").execute()["messages"][0]
    assert raw_of(yours, newest["id"]).endswith(content[len(HEAD) :])


def test_drafts_are_made_and_changed_by_resumable_uploads(users, ours, raw_of):
    media = MediaInMemoryUpload(HEAD + b"one", "message/rfc822", resumable=True)
    made = users.drafts().create(userId="me", media_body=media).execute()
    media = MediaInMemoryUpload(HEAD + b"two", "message/rfc822", resumable=True)
    again = users.drafts().update(userId="me", id=made["id"], media_body=media).execute()
    assert raw_of(ours, again["message"]["id"]).endswith(b"two")


def test_a_broken_upload_goes_on_where_it_stopped(client, ours, raw_of):
    content = HEAD + b"x" * (CHUNK + 10)
    place = opened(client)
    assert (
        part(client, place, content[:CHUNK], f"0-{CHUNK - 1}").headers["range"]
        == f"bytes=0-{CHUNK - 1}"
    )
    asked = part(client, place, b"", "*", len(content))
    assert (asked.status_code, asked.headers["range"]) == (308, f"bytes=0-{CHUNK - 1}")
    again = part(client, place, content[:CHUNK], f"0-{CHUNK - 1}", len(content))
    assert again.status_code == 308
    rest = part(client, place, content[CHUNK:], f"{CHUNK}-{len(content) - 1}", len(content))
    assert rest.json()["labelIds"] == ["STARRED"]
    assert raw_of(ours, rest.json()["id"]) == content
    assert part(client, place, b"", "*", len(content)).json() == rest.json()
    assert len(ours.messages().list(userId="me").execute()["messages"]) == 1


def test_a_whole_upload_needs_no_range(client, ours, raw_of):
    answer = client.put(opened(client), content=HEAD + b"all")
    assert raw_of(ours, answer.json()["id"]) == HEAD + b"all"


@pytest.mark.parametrize(
    ("content", "span", "total"),
    [
        (b"x" * 10, "0-9", "*"),
        (b"x" * 10, "5-14", "15"),
        (b"x" * 10, "0-20", "21"),
        (b"x", "nonsense", "1"),
    ],
)
def test_chunks_that_do_not_fit_are_refused(client, content, span, total):
    answer = part(client, opened(client), content, span, total)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == 400


def test_an_unknown_session_is_not_found(client):
    url = "/upload/gmail/v1/users/me/messages?uploadType=resumable&upload_id=none"
    assert client.put(url, content=b"x").status_code == 404


def test_a_wrong_token_opens_no_session(sandbox):
    headers = {"Authorization": "Bearer none"}
    with httpx.Client(base_url=sandbox.endpoint, headers=headers, trust_env=False) as client:
        url = "/upload/gmail/v1/users/me/messages?uploadType=resumable"
        assert client.post(url, json={}).status_code == 401


@pytest.mark.parametrize(("length", "total"), [(CHUNK, CHUNK), (CHUNK, 2 * CHUNK + 1)])
def test_an_upload_of_another_size_than_announced_is_refused(client, length, total):
    url = "/upload/gmail/v1/users/me/messages?uploadType=resumable"
    announced = {"X-Upload-Content-Length": str(2 * CHUNK)}
    place = client.post(url, json={}, headers=announced).headers["location"]
    answer = part(client, place, b"x" * length, f"0-{length - 1}", total)
    assert answer.status_code == 400
    assert "range" not in part(client, place, b"", "*", 2 * CHUNK).headers
    assert client.put(place, content=b"x" * 10).status_code == 400


def test_a_chunk_that_was_refused_is_not_kept(client):
    place = opened(client)
    assert part(client, place, b"x" * 10, "0-9", 20).status_code == 400
    asked = part(client, place, b"", "*", 20)
    assert (asked.status_code, "range" in asked.headers) == (308, False)


def test_a_session_that_is_cancelled_is_gone(client):
    place = opened(client)
    assert client.delete(place).status_code == 499
    assert client.put(place, content=HEAD).status_code == 404


def test_a_session_ends_after_a_week(tmp_path):
    moments = [datetime(2027, 3, 1, tzinfo=UTC)]
    with Sandbox(tmp_path / "gmail.db", accounts=[OURS], now=lambda: moments[-1]) as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.token(OURS)}"}
        with httpx.Client(base_url=sandbox.endpoint, headers=headers, trust_env=False) as client:
            place = opened(client)
            moments.append(moments[0] + timedelta(days=6, hours=23))
            assert part(client, place, b"", "*", 5).status_code == 308
            moments.append(moments[0] + timedelta(days=7))
            assert part(client, place, b"", "*", 5).status_code == 404


def test_of_a_chunk_that_broke_off_the_multiples_are_kept(sandbox, client, ours):
    content = HEAD + b"x" * (7 * CHUNK)
    place, total = opened(client), len(content)
    sandbox.control.fault(Fault(kind="drop_midway", match="^PUT"))
    with pytest.raises(httpx.TransportError):
        part(client, place, content, f"0-{total - 1}", total)
    asked = part(client, place, b"", "*", total)
    assert (asked.status_code, asked.headers["range"]) == (308, f"bytes=0-{3 * CHUNK - 1}")
    rest = part(client, place, content[3 * CHUNK :], f"{3 * CHUNK}-{total - 1}", total)
    assert rest.status_code == 200
    assert len(ours.messages().list(userId="me").execute()["messages"]) == 1


def test_a_last_chunk_that_comes_twice_at_once_makes_one_mail(sandbox, client, ours):
    place = opened(client)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: client.put(place, content=HEAD + b"x"), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(ours.messages().list(userId="me").execute()["messages"]) == 1


def test_an_upload_that_was_refused_for_the_moment_is_still_there(sandbox, client):
    place = opened(client)
    sandbox.control.set_quota(0)
    assert client.put(place, content=HEAD).status_code == 403
    sandbox.control.set_quota(None)
    assert part(client, place, b"", "*", len(HEAD)).status_code == 200
