import io
import json

import httpx
import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaInMemoryUpload, MediaIoBaseUpload

from sampark.sandbox.calls import SEND_LIMIT
from sampark.sandbox.server import Sandbox

RAW = b"From: sampark@example.com\r\nTo: you@example.com\r\nX: caf\xe9\r\n\r\nb\x00\xffody\r\n.\r\n--\r\n"
SEVEN_BIT = b"From: sampark@example.com\r\nTo: you@example.com\r\n\r\nbody\r\n.\r\n--\r\n"
"""Google's client writes multipart bodies through `email`, which refuses a bare 8-bit part."""


def media(raw=RAW):
    return MediaInMemoryUpload(raw, mimetype="message/rfc822")


def body_of(raw):
    return raw.split(b"\r\n\r\n", 1)[1]


def test_a_media_upload_is_stored_byte_for_byte(ours, raw_of):
    made = ours.messages().insert(userId="me", media_body=media()).execute()
    assert raw_of(ours, made["id"]) == RAW


def test_a_multipart_upload_bears_the_resource_too(ours, raw_of):
    stream = MediaIoBaseUpload(io.BytesIO(SEVEN_BIT), mimetype="message/rfc822")
    body = {"labelIds": ["STARRED"]}
    made = ours.messages().insert(userId="me", body=body, media_body=stream).execute()
    assert made["labelIds"] == ["STARRED"]
    assert raw_of(ours, made["id"]) == SEVEN_BIT


def test_every_method_that_takes_uploads_takes_them(ours, yours, raw_of):
    imported = ours.messages().import_(userId="me", media_body=media()).execute()
    assert raw_of(ours, imported["id"]) == RAW
    sent = ours.messages().send(userId="me", media_body=media()).execute()
    assert body_of(raw_of(ours, sent["id"])) == body_of(RAW)
    drafts = ours.drafts()
    made = drafts.create(userId="me", media_body=media()).execute()
    again = drafts.update(userId="me", id=made["id"], media_body=media(RAW + b"more")).execute()
    assert raw_of(ours, again["message"]["id"]).endswith(b"more")
    last = media(SEVEN_BIT + b"last")
    drafts.send(userId="me", body={"id": made["id"]}, media_body=last).execute()
    newest = yours.messages().list(userId="me").execute()["messages"][0]
    assert raw_of(yours, newest["id"]).endswith(b"last")


def test_a_threads_id_comes_along_with_an_upload(ours):
    first = ours.messages().insert(userId="me", media_body=media(b"Message-ID: <a@x>\r\n\r\n"))
    first = first.execute()
    answer = media(b"In-Reply-To: <a@x>\r\n\r\n")
    body = {"threadId": first["threadId"]}
    second = ours.messages().insert(userId="me", body=body, media_body=answer).execute()
    assert second["threadId"] == first["threadId"]


def test_what_is_too_large_is_refused(sandbox):
    headers = {"Authorization": f"Bearer {sandbox.token('you@example.com')}"}
    url = f"{sandbox.endpoint}/upload/gmail/v1/users/me/messages/send"
    large = b"x" * (SEND_LIMIT + 1)
    answer = httpx.post(url, content=large, headers=headers, timeout=60, trust_env=False)
    assert answer.status_code == 413
    assert answer.json()["error"]["errors"][0]["reason"] == "uploadTooLarge"


@pytest.mark.parametrize(
    ("query", "content_type", "body", "status"),
    [
        ("uploadType=media", "message/rfc822", b"", 400),
        ("uploadType=multipart", "multipart/related", RAW, 400),
        ("uploadType=multipart", "multipart/related; boundary=b", b"--b\r\n\r\n{}\r\n--b--", 400),
        (
            "uploadType=multipart",
            'multipart/related; boundary="b"',
            b"--b\n\n[\n--b\n\nx\n--b--",
            400,
        ),
        ("uploadType=strange", "application/json", b"{}", 501),
    ],
)
def test_uploads_that_cannot_be(sandbox, query, content_type, body, status):
    headers = {
        "Authorization": f"Bearer {sandbox.token('you@example.com')}",
        "Content-Type": content_type,
    }
    url = f"{sandbox.endpoint}/upload/gmail/v1/users/me/messages?{query}"
    answer = httpx.post(url, content=body, headers=headers, trust_env=False)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == status


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "nowhere", b"", 404),
        ("PUT", "profile", b"", 405),
        ("GET", "messages?maxResults=-1", b"", 400),
        ("GET", "messages?maxResults=many", b"", 400),
        ("GET", "messages?labelId=INBOX", b"", 400),
        ("GET", "messages?fields=a(", b"", 400),
        ("GET", "messages/19ab?format=loud", b"", 400),
        ("GET", "threads/19ab?format=raw", b"", 400),
        ("GET", "history?startHistoryId=1&historyTypes=nothing", b"", 400),
        ("POST", "messages/send", b"[1]", 400),
        ("POST", "settings/nothing", b"{}", 404),
        ("POST", "settings/vacation", b"{}", 405),
        ("PUT", "settings/vacation", b"{}", 501),
        ("POST", "messages/send", b"not json", 400),
        ("POST", "messages/send", b"\xff", 400),
        ("POST", "messages/send", b"[" * 100_000, 400),
        ("POST", "labels", b'{"name": "\\ud800"}', 400),
    ],
)
def test_requests_that_cannot_be(sandbox, method, path, body, status):
    headers = {"Authorization": f"Bearer {sandbox.token('you@example.com')}"}
    url = f"{sandbox.endpoint}/gmail/v1/users/me/{path}"
    answer = httpx.request(method, url, content=body, headers=headers, trust_env=False)
    assert answer.status_code == status
    assert answer.json()["error"]["code"] == status
    assert answer.json()["error"]["errors"][0]["reason"]


def test_a_json_limit_refuses_larger_bodies(tmp_path, encoded):
    with Sandbox(tmp_path, accounts=["a@example.com"], json_limit=1_000) as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.token('a@example.com')}"}
        base = f"{sandbox.endpoint}/gmail/v1/users/me/messages"
        large = json.dumps({"raw": encoded(b"x" * 1_000)})
        refused = httpx.post(base, content=large, headers=headers, trust_env=False)
        upload = base.replace("/gmail/", "/upload/gmail/")
        taken = httpx.post(upload, content=b"x" * 2_000, headers=headers, trust_env=False)
    assert refused.status_code == 413
    assert taken.status_code == 200


def test_a_token_may_come_in_the_query(sandbox):
    url = f"{sandbox.endpoint}/gmail/v1/users/me/profile"
    token = sandbox.token("you@example.com")
    answer = httpx.get(url, params={"access_token": token}, trust_env=False)
    assert answer.json()["emailAddress"] == "you@example.com"
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"


@pytest.mark.parametrize("mask", ["a(", "emailAdress", "historyId/x", "*,nothing"])
def test_a_wrong_field_mask_is_named_as_googles_servers_do(ours, mask):
    with pytest.raises(HttpError, match="Invalid field selection") as refused:
        ours.getProfile(userId="me", fields=mask).execute()
    (error,) = json.loads(refused.value.content)["error"]["errors"]
    assert error["reason"] == "invalidParameter"
    assert error["location"] == "fields"


def test_a_field_mask_may_reach_down_and_name_everything(ours):
    assert ours.getProfile(userId="me", fields="*").execute()["emailAddress"]
    found = ours.labels().list(userId="me", fields="labels(id,color/textColor)").execute()
    assert {"id": "INBOX"} in found["labels"]
