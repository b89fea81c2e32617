import os
from urllib.parse import urlsplit

import google_auth_httplib2
import httplib2
import httpx
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.http import MediaInMemoryUpload

from sampark.sandbox.resumable import CHUNK

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
    assert part(client, place, b"", "*", len(content)).status_code == 404


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


def test_a_session_of_a_token_that_ended_is_refused_at_the_end(sandbox):
    with httpx.Client(
        base_url=sandbox.endpoint, headers={"Authorization": "Bearer none"}, trust_env=False
    ) as client:
        assert client.put(opened(client), content=HEAD).status_code == 401
