"""The surfaces over a running world: every route and every kind of visitor, over real sockets."""

import re
import socket
from collections.abc import Iterator

import httpx
import pytest
from starlette.routing import Mount, Route, WebSocketRoute

from sampark.api.gate import DOOR, OPEN
from sampark.desk.desk import Desk
from sampark.domain.task import TaskStatus
from sampark.errors import SettingsError
from sampark.sandbox.samples import sample
from sampark.server import Server
from sampark.world import World
from tests.browser.visitors import ROLES, add_everyone, visitor

# Panel 1.9 still builds tornado's request the old way
pytestmark = pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning")

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
    add_everyone(desk)


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
