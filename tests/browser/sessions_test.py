"""Sessions over a running world: signing in and out, and sockets that are each visitor's own."""

import base64
import json
import re
import zlib
from collections.abc import Iterator

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from sampark.desk.desk import Desk
from sampark.server import Server
from sampark.world import World
from tests.browser.visitors import PASSWORD, add_everyone, form_token, visitor

# Panel 1.9 still builds tornado's request the old way
pytestmark = pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning")


@pytest.fixture(scope="module", autouse=True)
def _people(desk: Desk) -> None:
    add_everyone(desk)


@pytest.fixture
def anonymous(server: Server, desk: Desk) -> Iterator[httpx.Client]:
    with visitor(server, desk) as client:
        yield client


@pytest.fixture
def otto(server: Server, desk: Desk) -> Iterator[httpx.Client]:
    with visitor(server, desk, "otto") as client:
        yield client


def test_signing_in_with_a_password(anonymous: httpx.Client):
    form = {"name": "vera", "password": PASSWORD, "next": "/dashboard/task?id=1"}
    form["token"] = form_token(anonymous, "/login")
    answer = anonymous.post("/login", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/dashboard/task?id=1")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert anonymous.get("/api/me").json()["name"] == "vera"
    assert anonymous.get("/login").headers["location"] == "/dashboard"


@pytest.mark.parametrize(
    "wrong,words",
    [
        ({"password": "wrong"}, "The name or the password is wrong."),
        ({"name": "<script>"}, "The name or the password is wrong."),
        ({"token": "0" * 64}, "The page was open for too long."),
        ({"token": ""}, "The page was open for too long."),
    ],
)
def test_a_wrong_form_signs_nobody_in(anonymous: httpx.Client, wrong, words: str):
    form = {"name": "vera", "password": PASSWORD, "token": form_token(anonymous, "/login")}
    answer = anonymous.post("/login", data=form | wrong)
    assert answer.status_code == 401
    assert words in answer.text
    assert "<script>" not in answer.text
    assert anonymous.get("/api/me").status_code == 401


def test_a_form_that_is_too_large_is_not_read(anonymous: httpx.Client):
    token = form_token(anonymous, "/login")
    answer = anonymous.post("/login", data={"token": token, "name": "x" * 100_000})
    assert answer.status_code == 401


def test_a_link_is_not_used_up_by_looking(server: Server, desk: Desk):
    path = f"/link/{desk.people.link('vera')}"
    with visitor(server, desk) as scanner:
        for _ in range(3):
            assert scanner.get(path).status_code == 200
    with visitor(server, desk) as vera, visitor(server, desk) as late:
        first = vera.post(path, data={"token": form_token(vera, path)})
        second = late.post(path, data={"token": form_token(late, path)})
    assert (first.status_code, second.status_code) == (303, 410)


def test_signing_in_again_ends_the_session_of_before(server: Server, desk: Desk):
    with visitor(server, desk, "vera") as vera:
        before = vera.cookies["sampark_session"]
        path = f"/link/{desk.people.link('otto')}"
        vera.post(path, data={"token": form_token(vera, path)})
        assert vera.get("/api/me").json()["name"] == "otto"
    assert desk.people.of_session(before) is None


def test_signing_out_needs_the_forms_token(otto: httpx.Client):
    otto.post("/logout", data={"token": "0" * 64})
    token = otto.get("/api/me").json()["token"]
    answer = otto.post("/logout", data={"token": token})
    assert answer.headers["location"] == "/login"
    assert otto.get("/api/me").status_code == 401


def page_token(client: httpx.Client, path: str = "/dashboard") -> str:
    """The signed token with which a page opens its socket."""
    found = re.search(r'"token":"([^"]+)"', client.get(path).text)
    assert found is not None
    return found.group(1)


def test_a_page_does_not_show_the_session(otto: httpx.Client):
    page = otto.get("/dashboard")
    assert otto.cookies["sampark_session"] not in page.text
    token = page_token(otto).split(".")[0]
    told = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    packed = told["__bk__zlib_"]
    inside = json.loads(
        zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    )
    assert inside["cookies"] == {}
    assert set(inside["headers"]) <= {"Host"}


def test_every_script_of_a_page_has_the_nonce_of_its_policy(otto: httpx.Client):
    nonces = set()
    for _ in range(2):
        page = otto.get("/dashboard")
        policy = page.headers["content-security-policy"]
        found = re.search(r"'nonce-([\w-]+)'", policy)
        assert found is not None
        nonces.add(found.group(1))
        scripts = re.findall(r"<script[^>]*>", page.text)
        assert scripts
        assert all(f'nonce="{found.group(1)}"' in script for script in scripts)
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
        assert "http" not in re.sub(r"http://127\.0\.0\.1:\d+", "", policy)
    assert len(nonces) == 2


def dial(client: httpx.Client, path: str, *, token: str = "", origin: str | None = None):
    base = client.base_url
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return connect(
        f"ws://{base.host}:{base.port}{path}",
        origin=origin or f"http://{base.host}:{base.port}",  # pyright: ignore[reportArgumentType]
        subprotocols=["bokeh", token] if token else None,  # pyright: ignore[reportArgumentType]
        additional_headers={"Cookie": cookies} if cookies else {},
    )


def test_the_owner_opens_the_socket_of_a_page(otto: httpx.Client):
    with dial(otto, "/dashboard/ws", token=page_token(otto)) as live:
        assert json.loads(live.recv(timeout=10))["msgtype"] == "ACK"


def test_nobody_else_opens_it(otto: httpx.Client, anonymous: httpx.Client, server, desk):
    token = page_token(otto)
    body, signature, *rest = token.split(".")
    forged = ".".join([body[:-2] + "AA", signature, *rest])
    with visitor(server, desk, "vera") as vera:
        attempts = [
            (anonymous, token, None),
            (anonymous, "", None),
            (vera, token, None),
            (otto, forged, None),
            (otto, body, None),
            (otto, "not-a-token", None),
            (otto, token, "http://evil.example"),
        ]
        for client, shown, origin in attempts:
            with (
                pytest.raises(InvalidStatus) as refused,
                dial(client, "/dashboard/ws", token=shown, origin=origin),
            ):
                pass
            assert refused.value.response.status_code == 403


def test_a_page_of_one_is_not_joined_with_its_token_by_another(server, desk, otto):
    token = page_token(otto)
    with visitor(server, desk, "vera") as vera:
        for path in ("/dashboard/ws", "/dashboard/task/ws", "/dashboard/mailbox/ws"):
            with pytest.raises(InvalidStatus), dial(vera, path, token=token):
                pass


def closing_code(live) -> int:
    try:
        while True:
            live.recv(timeout=10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0


def test_signing_out_closes_open_sockets(otto: httpx.Client):
    token = page_token(otto)
    with dial(otto, "/dashboard/ws", token=token) as page, dial(otto, "/api/live") as events:
        page.recv(timeout=10)
        otto.post("/logout", data={"token": otto.get("/api/me").json()["token"]})
        assert [closing_code(live) for live in (page, events)] == [4403, 4403]


def test_live_events_come_in_order_and_none_is_left_out(otto: httpx.Client, world: World):
    with dial(otto, "/api/live?after=0") as live:
        last = world.system.store.events.last()
        seen = [json.loads(live.recv(timeout=10))["seq"] for _ in range(last)]
        assert seen == list(range(1, last + 1))
        world.system.store.events.add(None, "test", {"number": 7})
        told = json.loads(live.recv(timeout=10))
    assert (told["seq"], told["kind"], told["detail"]) == (last + 1, "test", {"number": 7})


def test_live_events_begin_with_the_next(otto: httpx.Client, world: World):
    with dial(otto, "/api/live") as live:
        with pytest.raises(TimeoutError):
            live.recv(timeout=0.2)
        world.system.store.events.add(None, "test", {"number": 8})
        assert json.loads(live.recv(timeout=10))["detail"] == {"number": 8}


@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_live_events_are_for_our_own_pages(otto: httpx.Client, anonymous, origin: str):
    with pytest.raises(InvalidStatus), dial(otto, "/api/live", origin=origin):
        pass
    with pytest.raises(InvalidStatus), dial(anonymous, "/api/live"):
        pass
