"""The surfaces over a running world: every route and every kind of visitor, over real sockets."""

import base64
import json
import re
import socket
import zlib
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import httpx
import pytest
from starlette.routing import Mount, Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from sampark.api.gate import DOOR, OPEN
from sampark.desk.desk import Desk
from sampark.domain.task import TaskStatus
from sampark.errors import SettingsError
from sampark.sandbox.samples import sample
from sampark.server import Server
from sampark.world import World

# Panel 1.9 still builds tornado's request the old way
pytestmark = pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning")

PASSWORD = "a long password"
ROLES = {"vera": "viewer", "otto": "operator", "ada": "admin"}
PAGES = ("/dashboard", "/dashboard/task", "/dashboard/mailbox")


@pytest.fixture(scope="module", autouse=True)
def _people_and_tasks(world: World, desk: Desk) -> None:
    """One mail was answered, one task waits, and there is a user of each role."""
    person = world.person("you@example.com")
    person.write(
        "Could you convert this to PDF?",
        to=world.account,
        subject="Minutes",
        files={"minutes.md": sample("minutes.md")},
    )
    person.write("Remind me in 3 hours to go home.", to=world.account, subject="Home")
    world.settle()
    for name, role in ROLES.items():
        desk.people.add(name, PASSWORD, role)


@contextmanager
def visitor(server: Server, desk: Desk, name: str = "") -> Generator[httpx.Client]:
    """A browser, signed in through a link, or not."""
    origin = {"origin": server.address}
    with httpx.Client(base_url=server.address, headers=origin, timeout=30) as client:
        if name:
            path = f"/link/{desk.people.link(name)}"
            entered = client.post(path, data={"token": form_token(client, path)})
            assert entered.status_code == 303
        yield client


def form_token(client: httpx.Client, path: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', client.get(path).text)
    assert found is not None
    return found.group(1)


@pytest.fixture
def anonymous(server: Server, desk: Desk) -> Iterator[httpx.Client]:
    with visitor(server, desk) as client:
        yield client


@pytest.fixture(params=[*ROLES])
def somebody(request, server: Server, desk: Desk) -> Iterator[httpx.Client]:
    with visitor(server, desk, request.param) as client:
        client.headers["x-role"] = ROLES[request.param]
        yield client


@pytest.fixture
def otto(server: Server, desk: Desk) -> Iterator[httpx.Client]:
    with visitor(server, desk, "otto") as client:
        yield client


def routes(app) -> Iterator[tuple[str, str]]:
    """Every route of the app with its methods; sockets have the method `socket`."""
    yield from walk(app._app._app.router.routes)


def walk(found) -> Iterator[tuple[str, str]]:
    for route in found:
        if isinstance(route, WebSocketRoute):
            yield "socket", route.path
        elif isinstance(route, Route):
            yield from ((method, route.path) for method in sorted(route.methods or ()))
        elif not isinstance(route, Mount):
            yield from walk(route.original_router.routes)


def filled(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "0" * 64, path)


def test_nobody_gets_past_the_gate_on_any_route(app, anonymous: httpx.Client):
    walked = {(method, filled(path)) for method, path in routes(app)}
    assert len(walked) >= 18, sorted(walked)
    for method, path in sorted(walked):
        public = OPEN.fullmatch(path) or DOOR.fullmatch(path)
        if method == "socket" or public:
            continue
        answer = anonymous.request(method, path)
        sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/login")
        assert sign_in or answer.status_code == 401, (method, path, answer.status_code)


def test_the_public_routes_are_these(app):
    public = {
        (method, path)
        for method, path in routes(app)
        if OPEN.fullmatch(filled(path)) or DOOR.fullmatch(filled(path))
    }
    assert public - {("HEAD", "/health"), ("HEAD", "/login"), ("HEAD", "/link/{link}")} == {
        ("GET", "/health"),
        ("GET", "/login"),
        ("POST", "/login"),
        ("GET", "/link/{link}"),
        ("POST", "/link/{link}"),
    }


def test_health_says_little(anonymous: httpx.Client):
    told = anonymous.get("/health").json()
    assert told.pop("boot")
    assert told == {"status": "ok", "version": "0.1.0"}


@pytest.mark.parametrize(
    "path", [*PAGES, "/api/me", "/api/overview", "/api/tasks", "/api/openapi.json"]
)
def test_every_role_may_look(somebody: httpx.Client, path: str):
    assert somebody.get(path).status_code == 200


def test_only_operators_stop(somebody: httpx.Client, world: World):
    home = next(task for task in world.tasks if task.subject == "Home")
    may = somebody.headers["x-role"] != "viewer"
    answer = somebody.post(f"/api/tasks/{home.id}/stop")
    assert answer.status_code == (200 if may else 403)
    if may:
        world.settle()
        assert world.status(home.id) is TaskStatus.STOPPED
    else:
        assert answer.json()["fix"] == "Ask an admin for the role operator."


def test_a_task_that_has_ended_is_not_stopped(otto: httpx.Client, world: World):
    done = next(task for task in world.tasks if task.subject == "Minutes")
    assert otto.post(f"/api/tasks/{done.id}/stop").json() == {"stopping": False}


def test_a_task_and_its_files(otto: httpx.Client):
    line = next(row for row in otto.get("/api/tasks").json() if row["subject"] == "Minutes")
    page = otto.get(f"/api/tasks/{line['id']}").json()
    assert [step["status"] for step in page["steps"]] == ["done"] * len(page["steps"])
    asked, answered = page["conversation"]
    assert (asked["ours"], answered["ours"]) == (False, True)
    file = answered["files"][0]
    got = otto.get(f"/api/tasks/{line['id']}/files/{file['sha256']}")
    assert got.content.startswith(b"%PDF")
    assert len(got.content) == file["size"]
    assert got.headers["content-disposition"] == f"attachment; filename*=UTF-8''{file['name']}"
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(
    "path,status",
    [
        ("/api/tasks/nothing", 404),
        ("/api/tasks/nothing/files/" + "0" * 64, 404),
        ("/api/tasks/nothing/files/../../secret", 404),
        ("/api/tasks/nothing/files/xyz", 422),
        ("/api/tasks?limit=0", 422),
        ("/api/tasks?limit=many", 422),
        ("/api/mailbox/nothing/files?name=x", 502),
        ("/api/mailbox/nothing/files", 422),
        ("/api/nothing", 404),
    ],
)
def test_wrong_questions_are_problems(otto: httpx.Client, path: str, status: int):
    answer = otto.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    assert "Traceback" not in answer.text


def test_a_letter_of_the_mailbox_gives_its_file(otto: httpx.Client, desk: Desk):
    assert desk.mailroom is not None
    thread = next(line for line in desk.mailroom.threads() if line.subject == "Minutes")
    letter = desk.mailroom.thread(thread.id)[-1]
    got = otto.get(f"/api/mailbox/{letter.id}/files", params={"name": letter.files[0]})
    assert got.content.startswith(b"%PDF")
    assert otto.get(f"/api/mailbox/{letter.id}/files?name=other").status_code == 404


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


def test_assets_are_public_packed_and_kept(anonymous: httpx.Client):
    style = anonymous.get("/assets/site.css")
    assert (style.status_code, style.headers["cache-control"]) == (200, "max-age=86400")
    script = anonymous.get("/static/js/bokeh.min.js", headers={"accept-encoding": "gzip"})
    assert (script.status_code, script.headers["content-encoding"]) == (200, "gzip")
    for path in ("/assets/../server.py", "/assets/%2e%2e/gate.py", "/static/%2e%2e/%2e%2e/x"):
        assert anonymous.get(path).status_code in {303, 404}


def test_a_port_in_use_is_named(server: Server):
    port = int(server.address.rsplit(":", 1)[1])
    with pytest.raises(
        SettingsError, match=rf"port {port} on 127\.0\.0\.1 cannot be had: .*in use"
    ):
        Server(lambda: None, port=port).start()  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("host,port", [("127.0.0.1", 99_999), ("203.0.113.7", 0), ("no host!", 0)])
def test_an_address_that_cannot_be_had_is_named(host: str, port: int):
    with pytest.raises(SettingsError, match=f"port {port} on {host}"):
        Server(lambda: None, host=host, port=port).start()  # pyright: ignore[reportArgumentType]


def test_a_server_lets_its_port_go(desk: Desk):
    async def app(scope, receive, send):
        assert scope["type"] == "lifespan"
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})

    server = Server(app).start()
    address = server.address
    server.stop()
    server.stop()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", int(address.rsplit(":", 1)[1]))) != 0
