import asyncio

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from sampark.api.gate import ENDED, NOBODY, Gate
from sampark.api.sessions import SESSION, Seals
from sampark.desk.people import People
from sampark.desk.visits import Visitor, Visits, visitor

HOST = "desk.example"
OWN = {"origin": f"http://{HOST}"}
SEALS = Seals(b"secret")


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    """Says who came; a socket stays open until the other side goes."""
    who = visitor.get()
    if scope["type"] == "http":
        name = "nobody" if who is None else who.person.name
        await PlainTextResponse(f"{name} at {Request(scope).url.path}")(scope, receive, send)
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        await send({"type": "websocket.send", "text": "still here"})


@pytest.fixture
def visits() -> Visits:
    return Visits()


@pytest.fixture
def gate(people: People, visits: Visits) -> Gate:
    tokens = {"token-page": "page", "token-other": "other"}
    return Gate(behind, people=people, visits=visits, documents=tokens.get, seals=SEALS, every=0.01)


@pytest.fixture
def sids(people: People) -> dict[str, str]:
    return {name: str(people.use_link(people.link(name))) for name in ("vera", "otto", "igor")}


def client(gate: Gate, sid: str | None = None) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=gate),
        base_url=f"http://{HOST}",
        cookies={SESSION: sid} if sid else {},
    )


@pytest.mark.parametrize(
    "path", ["/health", "/assets/site.css", "/static/js/bokeh.js", "/login", "/link/abc"]
)
async def test_the_little_that_is_public(gate: Gate, path: str):
    async with client(gate) as anonymous:
        assert (await anonymous.get(path)).text == f"nobody at {path}"


@pytest.mark.parametrize(
    "path",
    ["/dashboard", "/dashboard/task?id=1", "/dashboard/", "/assets", "/static", "/health/", "/healthy",
     "/components/x.js", "/login/", "/link/", "/link/a/b", "/unheard-of", "//dashboard", "/assets/../dashboard"],
)  # fmt: skip
async def test_all_else_leads_to_the_sign_in(gate: Gate, path: str):
    async with client(gate) as anonymous:
        answer = await anonymous.get(httpx.URL(f"http://{HOST}").copy_with(raw_path=path.encode()))
    if path == "/assets/../dashboard":
        assert answer.status_code in {200, 303}
        return
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=%2F")


async def test_the_api_says_so_instead(gate: Gate):
    async with client(gate) as anonymous:
        answer = await anonymous.get("/api/tasks")
        posted = await anonymous.post("/api/tasks/1/stop", headers=OWN)
    assert answer.status_code == posted.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "You are not signed in.",
        "fix": "Sign in at /login.",
    }


@pytest.mark.parametrize("cookie", ["", "x", "a" * 5000, "sid-of-nobody"])
async def test_an_invented_session_is_nobody(gate: Gate, cookie: str):
    async with client(gate, cookie) as stranger:
        assert (await stranger.get("/dashboard")).status_code == 303


async def test_the_signed_in_pass(gate: Gate, sids: dict[str, str]):
    async with client(gate, sids["vera"]) as vera:
        assert (await vera.get("/dashboard")).text == "vera at /dashboard"
        assert (await vera.get("/login")).text == "vera at /login"
    assert visitor.get() is None


async def test_an_unknown_role_is_nobody(gate: Gate, sids: dict[str, str]):
    async with client(gate, sids["igor"]) as igor:
        assert (await igor.get("/dashboard")).status_code == 303


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://desk.example:81"])
async def test_another_site_changes_nothing(gate: Gate, sids: dict[str, str], origin: str):
    async with client(gate, sids["otto"]) as otto:
        for path in ("/api/tasks/1/stop", "/logout", "/login"):
            answer = await otto.post(path, headers={"origin": origin})
            assert answer.status_code == 403, path


async def test_a_client_without_origin_shows_the_token(gate: Gate, sids: dict[str, str]):
    token = SEALS.token(sids["otto"])
    async with client(gate, sids["otto"]) as otto:
        stop = "/api/tasks/1/stop"
        assert (await otto.post(stop)).status_code == 403
        assert (await otto.post(stop, headers={"x-csrf-token": "wrong"})).status_code == 403
        assert (await otto.post(stop, headers={"x-csrf-token": token})).status_code == 200
        assert (await otto.post(stop, headers=OWN)).status_code == 200


async def test_a_page_is_not_joined_by_its_id(gate: Gate, sids: dict[str, str]):
    async with client(gate, sids["otto"]) as otto:
        assert (await otto.get("/dashboard?bokeh_session_id=page")).status_code == 403
        assert (await otto.get("/dashboard?%62okeh_session_id=page")).status_code == 403


async def test_too_many_open_pages(
    gate: Gate, sids: dict[str, str], visits: Visits, people: People
):
    person = people.of_session(sids["otto"])
    assert person is not None
    for number in range(60):
        visits.claim(str(number), Visitor(person=person, sid="", token=""))
    async with client(gate, sids["otto"]) as otto:
        assert (await otto.get("/dashboard")).status_code == 503
        assert (await otto.get("/api/tasks")).status_code == 200


class Socket:
    """A websocket client without a network."""

    def __init__(self, gate: Gate, path: str, *, sid: str = "", origin: str = OWN["origin"],
                 offers: tuple[str, ...] = ()) -> None:  # fmt: skip
        headers = [(b"host", HOST.encode()), (b"origin", origin.encode())]
        if sid:
            headers.append((b"cookie", f"{SESSION}={sid}".encode()))
        self.scope = {"type": "websocket", "scheme": "ws", "path": path, "headers": headers,
                      "query_string": b"", "subprotocols": list(offers)}  # fmt: skip
        self.sent: asyncio.Queue[Message] = asyncio.Queue()
        self.received: asyncio.Queue[Message] = asyncio.Queue()
        self.received.put_nowait({"type": "websocket.connect"})
        self._gate = gate

    async def __aenter__(self) -> "Socket":
        self.running = asyncio.create_task(self._gate(self.scope, self.received.get, self.sent.put))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.received.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await self.running

    async def next(self) -> Message:
        async with asyncio.timeout(10):
            return await self.sent.get()


PAGE = "/dashboard/ws"
OFFERS = ("bokeh", "token-page")


@pytest.fixture
def owned(visits: Visits, people: People, sids: dict[str, str]) -> dict[str, str]:
    """Vera has a page open."""
    person = people.of_session(sids["vera"])
    assert person is not None
    visits.claim("page", Visitor(person=person, sid=sids["vera"], token=""))
    return sids


async def test_the_owner_of_a_page_opens_its_socket(gate: Gate, owned: dict[str, str]):
    async with Socket(gate, PAGE, sid=owned["vera"], offers=OFFERS) as socket:
        assert await socket.next() == {"type": "websocket.accept"}


async def test_the_live_events_are_for_the_signed_in(gate: Gate, sids: dict[str, str]):
    async with Socket(gate, "/api/live", sid=sids["vera"]) as socket:
        assert await socket.next() == {"type": "websocket.accept"}


@pytest.mark.parametrize("path,offers", [("/api/live", ()), (PAGE, OFFERS), ("/anything", ())])
@pytest.mark.parametrize("sid", ["", "invented"])
async def test_nobody_opens_a_socket(gate: Gate, owned, path: str, offers, sid: str):
    async with Socket(gate, path, sid=sid, offers=offers) as socket:
        assert await socket.next() == {"type": "websocket.close", "code": NOBODY}


@pytest.mark.parametrize(
    "who,path,origin,offers",
    [
        ("vera", PAGE, "http://evil.example", OFFERS),
        ("vera", "/api/live", "http://evil.example", ()),
        ("vera", "/api/live", "", ()),
        ("otto", PAGE, OWN["origin"], OFFERS),
        ("vera", PAGE, OWN["origin"], ("bokeh", "token-forged")),
        ("vera", PAGE, OWN["origin"], ("bokeh", "token-other")),
        ("vera", PAGE, OWN["origin"], ("bokeh",)),
        ("vera", PAGE, OWN["origin"], ("token-page", "bokeh")),
        ("vera", PAGE, OWN["origin"], ()),
        ("vera", "/elsewhere", OWN["origin"], ()),
    ],
    ids=["foreign page", "foreign live", "no origin", "another's token", "forged", "closed page",
         "no token", "turned round", "nothing offered", "no such socket"],
)  # fmt: skip
async def test_the_wrong_socket_is_refused(gate: Gate, owned, who, path, origin, offers):
    async with Socket(gate, path, sid=owned[who], origin=origin, offers=offers) as socket:
        assert await socket.next() == {"type": "websocket.close", "code": ENDED}


async def test_a_socket_closes_when_the_session_ends(gate: Gate, owned, people: People):
    async with Socket(gate, PAGE, sid=owned["vera"], offers=OFFERS) as socket:
        await socket.next()
        people.sign_out(owned["vera"])
        assert await socket.next() == {"type": "websocket.close", "code": ENDED}
        socket.received.put_nowait({"type": "websocket.receive", "text": "hello?"})
        await asyncio.sleep(0.02)
        assert socket.sent.empty()
