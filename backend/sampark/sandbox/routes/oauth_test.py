import base64
import hashlib
import socket
import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import google_auth_httplib2
import httplib2
import httpx
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2 import id_token
from google.oauth2.credentials import Credentials

from sampark.errors import SamparkError
from sampark.sandbox import consent
from sampark.sandbox.grants import CLIENT_ID, CLIENT_SECRET
from sampark.sandbox.server import Sandbox

YOU = "you@example.com"
READONLY = "https://www.googleapis.com/auth/gmail.readonly"
COMPOSE = "https://www.googleapis.com/auth/gmail.compose"
VERIFIER = "a" * 50
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


class Listening:
    """An application's loopback listener: takes one redirect and keeps its query."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.uri = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self.query: dict[str, str] = {}
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self) -> None:
        connection, _ = self._socket.accept()
        with connection, self._socket:
            line = connection.recv(65_536).split(b" ")[1].decode()
            self.query = {name: value[0] for name, value in parse_qs(urlsplit(line).query).items()}
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
            )

    def wait(self) -> dict[str, str]:
        self._thread.join(10)
        return self.query


@pytest.fixture
def listening():
    return Listening()


def authorization_url(sandbox, redirect, **changed):
    asked = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": redirect,
        "scope": f"{READONLY} {COMPOSE}",
        "state": "s&1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    asked = {name: value for name, value in (asked | changed).items() if value is not None}
    return f"{sandbox.endpoint}/o/oauth2/auth?{urlencode(asked)}"


def exchange(sandbox, **form):
    known = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return httpx.post(f"{sandbox.endpoint}/token", data=known | form, trust_env=False)


def redeem(sandbox, code, redirect_uri, changed=()):
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": VERIFIER,
    }
    return exchange(sandbox, **form | dict(changed))


def connect(sandbox, account=YOU, scope=f"{READONLY} {COMPOSE}"):
    """The whole dance; returns what the token endpoint answered."""
    listening = Listening()
    consent.answer(authorization_url(sandbox, listening.uri, scope=scope), account=account)
    return redeem(sandbox, listening.wait()["code"], listening.uri).json()


def get(sandbox, path, token):
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{sandbox.endpoint}/gmail/v1/users/me/{path}"
    return httpx.get(url, headers=headers, trust_env=False)


@pytest.fixture
def transport():
    http = httplib2.Http(proxy_info=None)
    yield google_auth_httplib2.Request(http)
    http.close()


def credentials(sandbox, granted):
    return Credentials(
        None,
        refresh_token=granted["refresh_token"],
        token_uri=f"{sandbox.endpoint}/token",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
    )


def test_a_consent_becomes_tokens_that_open_the_mailbox(sandbox, listening):
    consent.answer(authorization_url(sandbox, listening.uri, login_hint="YOU@example.com"))
    told = listening.wait()
    assert told["state"] == "s&1"
    assert told["scope"] == f"{READONLY} {COMPOSE}"
    granted = redeem(sandbox, told["code"], listening.uri).json()
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 3599)
    assert "id_token" not in granted
    answer = get(sandbox, "profile", granted["access_token"])
    assert answer.json()["emailAddress"] == YOU


def test_the_client_may_prove_itself_by_basic_authentication(sandbox, listening):
    consent.answer(authorization_url(sandbox, listening.uri))
    form = {
        "grant_type": "authorization_code",
        "code": listening.wait()["code"],
        "redirect_uri": listening.uri,
        "code_verifier": VERIFIER,
    }
    url, known = f"{sandbox.endpoint}/token", (CLIENT_ID, CLIENT_SECRET)
    assert httpx.post(url, data=form, auth=known, trust_env=False).status_code == 200


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"code_verifier": "b" * 50}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:1/"}, 400, "redirect_uri_mismatch"),
        ({"code": "4/other"}, 400, "invalid_grant"),
        ({"code": ""}, 400, "invalid_request"),
        ({"client_secret": ""}, 400, "invalid_request"),
        ({"client_id": ""}, 400, "invalid_request"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "other"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_what_proves_nothing_gets_no_token(sandbox, listening, changed, status, error):
    consent.answer(authorization_url(sandbox, listening.uri))
    answer = redeem(sandbox, listening.wait()["code"], listening.uri, changed)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_code_works_once_even_when_the_first_attempt_was_wrong(sandbox, listening):
    consent.answer(authorization_url(sandbox, listening.uri))
    code = listening.wait()["code"]
    assert redeem(sandbox, code, listening.uri, {"code_verifier": "wrong"}).status_code == 400
    assert redeem(sandbox, code, listening.uri).json()["error"] == "invalid_grant"


def test_a_code_is_good_for_ten_minutes(tmp_path, listening):
    moment = [datetime(2026, 11, 1, tzinfo=UTC)]
    with Sandbox(tmp_path, accounts=[YOU], now=lambda: moment[0]) as sandbox:
        consent.answer(authorization_url(sandbox, listening.uri))
        moment[0] += timedelta(minutes=10)
        answer = redeem(sandbox, listening.wait()["code"], listening.uri)
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"redirect_uri": "https://evil.example/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "http://evil.example/"}, "redirect_uri_mismatch"),
        ({"client_id": "<b>other</b>"}, "invalid_client"),
        ({"response_type": "token"}, "invalid_request"),
        ({"scope": " "}, "invalid_request"),
        ({"code_challenge_method": "MD5"}, "invalid_request"),
    ],
)
def test_a_request_that_cannot_be_granted_shows_why_and_leads_nowhere(sandbox, changed, word):
    url = authorization_url(sandbox, "http://127.0.0.1:1/", **changed)
    answer = httpx.get(url, trust_env=False)
    assert answer.status_code == 400
    assert word in answer.text
    assert "<b>" not in answer.text
    with pytest.raises(SamparkError, match=word):
        consent.answer(url)
    posted = httpx.post(
        f"{sandbox.endpoint}{consent.FORM_PATH}", content=urlsplit(url).query, trust_env=False
    )
    assert posted.status_code == 400


def test_a_person_may_refuse_or_leave_scopes_out(sandbox, listening):
    consent.answer(authorization_url(sandbox, listening.uri), allow=False)
    assert listening.wait() == {"state": "s&1", "error": "access_denied"}
    other = Listening()
    consent.answer(authorization_url(sandbox, other.uri), untick=[COMPOSE])
    assert other.wait()["scope"] == READONLY


def test_without_a_person_to_ask_there_is_no_consent(sandbox, listening):
    url = authorization_url(sandbox, listening.uri, prompt="none")
    assert httpx.get(url, trust_env=False).status_code == 302
    httpx.get(url, trust_env=False, follow_redirects=True)
    assert listening.wait() == {"state": "s&1", "error": "interaction_required"}


def test_the_page_shows_accounts_and_scopes_and_escapes_what_was_asked(sandbox):
    url = authorization_url(sandbox, "http://127.0.0.1:1/", state='"><script>')
    shown = httpx.get(url, trust_env=False).text
    assert YOU in shown
    assert COMPOSE in shown
    assert "<script>" not in shown


def test_scopes_are_enforced(sandbox):
    token = connect(sandbox, scope=READONLY)["access_token"]
    assert get(sandbox, "messages", token).status_code == 200
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{sandbox.endpoint}/gmail/v1/users/me/drafts"
    answer = httpx.post(url, json={"message": {"raw": "eA"}}, headers=headers, trust_env=False)
    assert answer.status_code == 403
    error = answer.json()["error"]
    assert error["message"] == "Request had insufficient authentication scopes."
    assert error["errors"][0]["reason"] == "insufficientPermissions"
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    assert get(sandbox, "settings/filters", token).status_code == 200
    assert get(sandbox, "settings/delegates", connect(sandbox)["access_token"]).status_code == 403


def test_the_metadata_scope_shows_no_bodies_and_searches_none(sandbox):
    metadata = "https://www.googleapis.com/auth/gmail.metadata"
    token = connect(sandbox, scope=metadata)["access_token"]
    made = sandbox.control.deliver(b"Subject: A\r\n\r\nsecret", to=YOU).gmail_id
    assert get(sandbox, "messages?labelIds=INBOX", token).status_code == 200
    assert get(sandbox, f"messages/{made}?format=metadata", token).status_code == 200
    for path in ("messages?q=secret", f"messages/{made}", f"threads/{made}"):
        refused = get(sandbox, path, token)
        assert refused.status_code == 403
        assert refused.json()["error"]["message"].startswith("Metadata scope does")


def test_an_expired_token_is_refused_until_it_is_refreshed(sandbox, transport):
    granted = connect(sandbox)
    sandbox.control.expire_tokens(YOU)
    assert get(sandbox, "profile", granted["access_token"]).status_code == 401
    fresh = credentials(sandbox, granted)
    fresh.refresh(transport)
    assert get(sandbox, "profile", fresh.token).status_code == 200


def test_a_lifetime_ends_by_the_sandboxs_clock(tmp_path):
    moment = [datetime(2026, 11, 1, tzinfo=UTC)]
    with Sandbox(tmp_path, accounts=[YOU], now=lambda: moment[0]) as sandbox:
        sandbox.control.token_lifetime(60)
        granted = connect(sandbox)
        assert granted["expires_in"] == 60
        moment[0] += timedelta(seconds=59)
        assert get(sandbox, "profile", granted["access_token"]).status_code == 200
        moment[0] += timedelta(seconds=1)
        assert get(sandbox, "profile", granted["access_token"]).status_code == 401


def test_a_revoked_grant_is_invalid_for_good(sandbox, transport):
    granted = connect(sandbox)
    sandbox.control.revoke_grants(YOU)
    assert get(sandbox, "profile", granted["access_token"]).status_code == 401
    with pytest.raises(RefreshError, match="invalid_grant: Token has been expired or revoked"):
        credentials(sandbox, granted).refresh(transport)


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_either_token_revokes_the_whole_grant(sandbox, kind):
    granted = connect(sandbox)
    url = f"{sandbox.endpoint}/revoke"
    assert httpx.post(url, data={"token": granted[kind]}, trust_env=False).status_code == 200
    assert get(sandbox, "profile", granted["access_token"]).status_code == 401
    again = httpx.post(url, params={"token": granted[kind]}, trust_env=False)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")


def test_grants_outlive_a_restart(tmp_path, transport):
    sandbox = Sandbox(tmp_path, accounts=[YOU])
    with sandbox:
        granted = connect(sandbox)
    with sandbox:
        fresh = credentials(sandbox, granted)
        fresh.refresh(transport)
        assert get(sandbox, "profile", fresh.token).status_code == 200


def test_a_refresh_cannot_widen_the_scopes(sandbox):
    granted = connect(sandbox, scope=READONLY)
    form = {"grant_type": "refresh_token", "refresh_token": granted["refresh_token"]}
    assert exchange(sandbox, **form, scope=COMPOSE).json()["error"] == "invalid_scope"


def test_an_id_token_comes_with_openid_and_google_auth_accepts_it(sandbox, transport):
    granted = connect(sandbox, scope=f"openid email {READONLY}")
    claims = id_token.verify_token(
        granted["id_token"],
        transport,
        audience=CLIENT_ID,
        certs_url=f"{sandbox.endpoint}/oauth2/v1/certs",
    )
    assert claims["iss"] == "https://accounts.google.com"
    assert claims["email"] == YOU


def test_the_client_secrets_are_googles_file(sandbox):
    assert CLIENT_SECRET in sandbox.control.client_secrets()
    assert f'"token_uri": "{sandbox.endpoint}/token"' in sandbox.control.client_secrets()
