"""The one gate before every route, page and socket. What it does not name as public is refused.

It stands in front of the whole app because Panel's own sign-in hooks do nothing under FastAPI: a
page's socket must belong to whom the page was made for, come from our own Origin, and end with
the session.
"""

import asyncio
import re
from collections.abc import Callable
from urllib.parse import quote

from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sampark.api import problem, sessions
from sampark.desk.people import People
from sampark.desk.visits import Visitor, Visits, visitor
from sampark.errors import StoreError

OPEN = re.compile(r"/health|/pubsub/push|/(assets|static)/.+")
"""Whoever asks: liveness, Gmail's pushes (they bear a token of their own), files for everyone."""
DOOR = re.compile(r"/login|/link/[^/]+")
"""The ways in: open as well, but they look at who is signed in already."""
LIVE = "/api/live"
SAFE = {"GET", "HEAD", "OPTIONS"}
PAGES = 60
"""Open dashboard pages at most, each costing about 1 MB and half a percent of a core."""

Documents = Callable[[str], str | None]
"""From a page's signed token to its document's id; None if the signature is not ours."""

NOBODY, ENDED = 4401, 4403
THEME = "sampark_theme"
"""The cookie in which a page's script remembers `dark` or `light`."""


class Gate:
    """Wraps the whole ASGI app.

    Args:
        app: What lies behind the gate.
        people: Tells who a session belongs to.
        visits: Who owns which open page.
        documents: Reads a page's token.
        seals: Checks the tokens of forms.
        every: Seconds between two looks at whether an open socket's session still stands.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        people: People,
        visits: Visits,
        documents: Documents,
        seals: sessions.Seals,
        every: float = 1.0,
    ) -> None:
        self._app = app
        self._people = people
        self._visits = visits
        self._documents = documents
        self._seals = seals
        self._every = every

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass as whoever it comes from, or refuse it."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and not OPEN.fullmatch(scope["path"]):
            await self._request(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        try:
            who = await self._visitor(request)
        except StoreError as error:
            refused = problem.answer(request, 503, error.problem, fix=error.fix)
            await refused(scope, receive, send)
            return
        if (refusal := self._refusal(request, who)) is not None:
            await refusal(scope, receive, send)
            return
        mark = visitor.set(who)
        try:
            await self._app(scope, receive, send)
        finally:
            visitor.reset(mark)

    def _refusal(self, request: Request, who: Visitor | None) -> Response | None:
        path = request.url.path
        if request.method not in SAFE and not self._own_form(request, who):
            return problem.answer(
                request, 403, "The request comes from another site.", fix="Use our own pages."
            )
        if who is None:
            return None if DOOR.fullmatch(path) else _to_sign_in(request)
        if not path.startswith("/dashboard"):
            return None
        if "bokeh_session_id" in QueryParams(request.scope["query_string"]):
            return problem.answer(request, 403, "A page cannot be joined by its id.")
        if len(self._visits) >= PAGES:
            busy = "There are too many open dashboards."
            return problem.answer(request, 503, busy, fix="Close some pages and reload.")
        return None

    def _own_form(self, request: Request, who: Visitor | None) -> bool:
        """Browsers name the Origin of whatever changes something; other clients show the token."""
        if "origin" in request.headers:
            return sessions.same_origin(request)
        if not request.url.path.startswith("/api/"):
            return True  # the form's own token is checked where the form is read
        return who is None or self._seals.fits(request.headers.get("x-csrf-token"), who.sid)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        try:
            who = await self._visitor(connection)
        except StoreError:
            who = None
        if who is None or not sessions.same_origin(connection) or not self._known(scope, who):
            await receive()
            code = NOBODY if who is None else ENDED
            await send({"type": "websocket.close", "code": code})
            return
        mark = visitor.set(who)
        try:
            await self._watched(who, scope, receive, send)
        finally:
            visitor.reset(mark)

    def _known(self, scope: Scope, who: Visitor) -> bool:
        """Whether the socket is that of live events, or of a page made for this visitor."""
        if scope["path"] == LIVE:
            return True
        offered: list[str] = scope.get("subprotocols", [])
        if len(offered) != 2 or offered[0] != "bokeh":
            return False
        document = self._documents(offered[1])
        return document is not None and self._visits.owns(document, who)

    async def _watched(self, who: Visitor, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the socket until it closes, or until the session ends or changes its role."""
        ended = False

        async def open_only(message: Message) -> None:
            if not ended:
                await send(message)

        async def watch() -> None:
            nonlocal ended
            await self._until_ended(who)
            ended = True
            await send({"type": "websocket.close", "code": ENDED})

        watcher = asyncio.create_task(watch())
        try:
            await self._app(scope, receive, open_only)
        finally:
            watcher.cancel()

    async def _until_ended(self, who: Visitor) -> None:
        """Another process may end a session, so that only looking again tells."""
        while await self._stands(who):  # noqa: ASYNC110
            await asyncio.sleep(self._every)

    async def _stands(self, who: Visitor) -> bool:
        try:
            return await asyncio.to_thread(self._people.of_session, who.sid) == who.person
        except StoreError:
            return False

    async def _visitor(self, connection: HTTPConnection) -> Visitor | None:
        sid = sessions.cookie(connection, sessions.SESSION)
        if not sid:
            return None
        person = await asyncio.to_thread(self._people.of_session, sid)
        if person is None or not person.may("viewer"):
            return None
        theme = connection.cookies.get(THEME)
        dark = None if theme is None else theme == "dark"
        return Visitor(person=person, sid=sid, token=self._seals.token(sid), dark=dark)


def _to_sign_in(request: Request) -> Response:
    path = request.url.path
    if path in {"/", "/logout"}:
        return RedirectResponse("/login", status_code=303)
    if path.startswith("/api/") or request.method not in SAFE:
        return problem.problem(401, "You are not signed in.", fix="Sign in at /login.")
    goal = f"{path}?{request.url.query}" if request.url.query else path
    return RedirectResponse(f"/login?next={quote(goal, safe='')}", status_code=303)
