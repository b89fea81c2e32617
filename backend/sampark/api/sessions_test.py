import pytest
from starlette.requests import HTTPConnection
from starlette.responses import Response

from sampark.api import sessions
from sampark.api.sessions import FORM, SESSION, Seals


def connection(scheme: str = "http", **headers: str) -> HTTPConnection:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    return HTTPConnection({"type": "http", "scheme": scheme, "headers": pairs, "path": "/"})


def test_a_token_fits_what_it_was_made_for_only():
    seals, others = Seals(b"secret"), Seals(b"other")
    token = seals.token("session")
    assert seals.fits(token, "session")
    assert not seals.fits(token, "another")
    assert not others.fits(token, "session")


@pytest.mark.parametrize(
    "token,about", [(None, "x"), ("", "x"), ("x", None), ("x", ""), ("ü", "x")]
)
def test_nothing_fits_nothing(token: str | None, about: str | None):
    assert not Seals(b"secret").fits(token, about)


@pytest.mark.parametrize(
    "scheme,name,secure", [("http", SESSION, False), ("https", f"__Host-{SESSION}", True)]
)
def test_the_session_cookie_is_out_of_reach_for_scripts(scheme: str, name: str, *, secure: bool):
    response = Response()
    sessions.keep(connection(scheme), response, SESSION, "sid")
    cookie = response.headers["set-cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")}
    assert cookie.startswith(f"{name}=sid;")
    assert {"httponly", "samesite=lax", "path=/", "max-age=43200"} <= parts
    assert ("secure" in parts) is secure


def test_a_cookie_is_read_by_its_full_name():
    both = f"{SESSION}=plain; __Host-{SESSION}=bound"
    assert sessions.cookie(connection("http", cookie=both), SESSION) == "plain"
    assert sessions.cookie(connection("wss", cookie=both), SESSION) == "bound"
    assert sessions.cookie(connection("http"), SESSION) is None


def test_the_form_cookie_is_stricter():
    response = Response()
    sessions.keep(connection(), response, FORM, sessions.fresh())
    assert "samesite=strict" in response.headers["set-cookie"].lower()


@pytest.mark.parametrize(
    "origin,host,same",
    [
        ("http://127.0.0.1:8765", "127.0.0.1:8765", True),
        ("https://Desk.Example", "desk.example", True),
        ("http://evil.example", "desk.example", False),
        ("http://desk.example.evil.example", "desk.example", False),
        ("http://127.0.0.1:1", "127.0.0.1:8765", False),
        ("null", "desk.example", False),
        ("", "desk.example", False),
        ("", "", False),
        ("desk.example", "desk.example", False),
    ],
)
def test_an_origin_is_our_own_or_foreign(origin: str, host: str, *, same: bool):
    assert sessions.same_origin(connection(origin=origin, host=host)) is same
