"""A running sandbox, and Google's own client with every answer judged by Google's schema."""

import base64
import json
import operator
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import google_auth_httplib2
import httplib2
import pytest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import Resource, build

from sampark.sandbox.discovery import Discovery
from sampark.sandbox.server import Sandbox

ACCOUNTS = ("sampark@example.com", "you@example.com")


class JudgedHttp(httplib2.Http):
    """httplib2 that sends every request, uploads too, to a sandbox and judges what comes back."""

    def __init__(self, endpoint: str, discovery: Discovery) -> None:
        super().__init__(timeout=60)
        self._endpoint = endpoint
        self._discovery = discovery

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: dict[str, str] | None = None,
        redirections: int = 5,
        connection_type: type | None = None,
    ) -> tuple[httplib2.Response, bytes]:
        """Send a request and fail the test if Google's schema does not know the answer."""
        parts = urlsplit(uri)
        here = f"{self._endpoint}{parts.path}?{parts.query}"
        response, content = super().request(
            here, method, body, headers, redirections, connection_type
        )
        if response.status < 300:
            real = (headers or {}).get("x-http-method-override", method)
            value = json.loads(content) if content else None
            problems = self._discovery.response_problems(real, parts.path, value)
            assert not problems, problems
        else:
            error = json.loads(content)["error"]
            assert error["code"] == response.status
            assert set(error) - {"details"} == {"code", "message", "errors", "status"}
            assert error["errors"][0]["reason"]
        return response, content


_users = operator.methodcaller("users")


@pytest.fixture(scope="session")
def discovery() -> Discovery:
    """Google's description of the API."""
    return Discovery()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A fresh sandbox with the two usual accounts."""
    with Sandbox(tmp_path / "gmail.db", accounts=ACCOUNTS) as running:
        yield running


@pytest.fixture
def gmail(sandbox: Sandbox, discovery: Discovery) -> Iterator[Callable[[str], Resource]]:
    """Google's client for an account of the sandbox, made by address."""
    made: list[Resource] = []

    def client(email: str) -> Resource:
        http = google_auth_httplib2.AuthorizedHttp(
            Credentials(sandbox.token(email)), http=JudgedHttp(sandbox.endpoint, discovery)
        )
        made.append(build("gmail", "v1", static_discovery=True, http=http))
        return made[-1]

    yield client
    for service in made:
        service.close()


@pytest.fixture
def ours(gmail: Callable[[str], Resource]) -> Resource:
    """`users()` of sampark@example.com."""
    return _users(gmail("sampark@example.com"))


@pytest.fixture
def yours(gmail: Callable[[str], Resource]) -> Resource:
    """`users()` of you@example.com."""
    return _users(gmail("you@example.com"))


def _written(text: str = "hello", **fields: str) -> bytes:
    named = {"from_": "You <you@example.com>", "to": "sampark@example.com"} | fields
    lines = [
        f"{name.strip('_').replace('_', '-').title()}: {value}" for name, value in named.items()
    ]
    return "\r\n".join([*lines, "", text, ""]).encode()


@pytest.fixture
def written() -> Callable[..., bytes]:
    """A function that writes a plain mail: its text, then header fields by name."""
    return _written


@pytest.fixture
def encoded() -> Callable[[bytes], str]:
    """A function that encodes bytes as the API's `raw`."""
    return lambda raw: base64.urlsafe_b64encode(raw).decode()


@pytest.fixture
def raw_of() -> Callable[[Resource, str], bytes]:
    """A function that reads a message's bytes through the API."""

    def read(users: Resource, gmail_id: str) -> bytes:
        get = operator.attrgetter("messages")(users)().get
        found = get(userId="me", id=gmail_id, format="raw").execute()
        return base64.urlsafe_b64decode(found["raw"])

    return read
