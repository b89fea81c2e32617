import httpx
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.http import MediaInMemoryUpload

MAIL = b"From: you@example.com\r\nTo: sampark@example.com\r\nSubject: A\r\n\r\nhello\r\n"


@pytest.fixture
def described(sandbox):
    """Google's client, built from the sandbox's own description of the API."""
    service = build(
        "gmail",
        "v1",
        credentials=Credentials(sandbox.token("you@example.com")),
        discoveryServiceUrl=f"{sandbox.endpoint}/$discovery/rest?version={{apiVersion}}",
        static_discovery=False,
        cache_discovery=False,
    )
    yield service
    service.close()


def test_a_client_built_from_the_description_uploads_and_batches(described):
    messages = described.users().messages()
    media = MediaInMemoryUpload(MAIL, mimetype="message/rfc822")
    sent = messages.send(userId="me", media_body=media).execute()
    answers = []
    batch = described.new_batch_http_request(callback=lambda *told: answers.append(told[1]))
    batch.add(messages.get(userId="me", id=sent["id"], format="minimal"))
    batch.execute()
    assert [answer["snippet"] for answer in answers] == ["hello"]


def test_the_old_address_describes_the_same_and_other_versions_are_unknown(sandbox):
    with httpx.Client(base_url=sandbox.endpoint, trust_env=False) as http:
        new = http.get("/$discovery/rest", params={"version": "v1"}).json()
        assert http.get("/discovery/v1/apis/gmail/v1/rest").json() == new
        assert http.get("/discovery/v1/apis/gmail/v9/rest").status_code == 404
    assert new["rootUrl"] == f"{sandbox.endpoint}/"


def test_the_page_tells_how_to_begin(sandbox):
    page = httpx.get(sandbox.endpoint, trust_env=False)
    assert page.headers["content-type"].startswith("text/plain")
    assert "you@example.com" in page.text
    assert f"{sandbox.endpoint}/sandbox/accounts" in page.text
    assert "{apiVersion}" in page.text
