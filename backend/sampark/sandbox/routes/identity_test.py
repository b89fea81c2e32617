import httpx
import pytest

from sampark.sandbox import grants

YOU = "you@example.com"
READONLY = "https://www.googleapis.com/auth/gmail.readonly"
REDIRECT = "http://127.0.0.1:1/"


@pytest.fixture
def token(sandbox):
    """A function that returns an access token for the scopes given."""

    def granted(scope):
        asked = {"response_type": "code", "client_id": grants.CLIENT_ID, "redirect_uri": REDIRECT}
        chosen = {"account": YOU, "answer": "allow", "granted": scope.split(), "scope": scope}
        url = f"{sandbox.endpoint}/o/oauth2/consent"
        led = httpx.post(url, data=asked | chosen, trust_env=False).headers["location"]
        form = {
            "grant_type": "authorization_code",
            "code": httpx.URL(led).params["code"],
            "redirect_uri": REDIRECT,
            "client_id": grants.CLIENT_ID,
            "client_secret": grants.CLIENT_SECRET,
        }
        answer = httpx.post(f"{sandbox.endpoint}/token", data=form, trust_env=False)
        return answer.json()["access_token"]

    return granted


@pytest.fixture
def ask(sandbox):
    def ask(path, token="", **query):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.get(
            f"{sandbox.endpoint}{path}", params=query, headers=headers, trust_env=False
        )

    return ask


def test_a_person_is_told_by_number_and_address(ask, token):
    granted = token(f"openid email {READONLY}")
    found = ask("/v1/userinfo", granted).json()
    assert found == {"sub": grants.subject_of(YOU), "email": YOU, "email_verified": True}
    old = ask("/oauth2/v2/userinfo", granted).json()
    assert old == {"id": found["sub"], "email": YOU, "verified_email": True}
    assert ask("/oauth2/v3/userinfo", token("openid")).json() == {"sub": found["sub"]}


def test_a_token_for_mail_alone_tells_no_person(ask, token):
    assert ask("/v1/userinfo", token(READONLY)).status_code == 403
    assert ask("/v1/userinfo").status_code == 401


def test_a_token_tells_its_scopes_and_end(ask, token, sandbox):
    granted = token(f"email {READONLY}")
    found = ask("/tokeninfo", access_token=granted).json()
    assert set(found["scope"].split()) == {"email", READONLY}
    assert 3_500 < int(found["expires_in"]) <= 3_599
    assert (found["aud"], found["email"]) == (grants.CLIENT_ID, YOU)
    assert ask("/tokeninfo", access_token=sandbox.token(YOU)).json()["email_verified"] == "true"


def test_a_token_that_is_none_is_invalid(ask):
    for query in ({}, {"access_token": "x"}):
        answer = ask("/oauth2/v3/tokeninfo", **query)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_token")
