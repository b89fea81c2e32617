"""One process for every surface: HTTP routes, live events, the Panel pages, behind one gate."""

import asyncio
import secrets
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from types import TracebackType

import uvicorn
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from dashboards.mount import mount
from sampark import __version__
from sampark.api import live, pages, problem, push, routes, sessions
from sampark.api.gate import Gate
from sampark.api.headers import Headers
from sampark.api.signin import Door
from sampark.desk.commands import Commands
from sampark.desk.desk import Desk
from sampark.desk.feed import Feed
from sampark.desk.mailroom import Mailroom, Reader
from sampark.desk.people import People
from sampark.desk.queries import Queries
from sampark.desk.visits import Visits
from sampark.errors import SettingsError
from sampark.sandbox.server import AnnouncingServer, listen
from sampark.wiring import System
from sampark.world import World

SOMEBODY = "you@example.com"
"""Whose mailbox is shown where the settings name no single requester."""

LARGEST_FRAME = 32_000_000
"""Bytes of one websocket message: a part of an uploaded file, in base64."""


def surfaces(running: System | World) -> Desk:
    """Return the desk of what runs; beside a sandbox also the mailbox of the first requester."""
    system = running.system if isinstance(running, World) else running
    return Desk(
        ask=Queries(system.services),
        do=Commands(system.engine),
        people=People(system.store, system.clock),
        mailroom=_mailroom(running) if isinstance(running, World) else None,
        push=system.hearing.push if system.hearing is not None else None,
    )


def _mailroom(world: World) -> Mailroom:
    people = [name for name in world.settings.requesters if not name.startswith("@")]
    email = people[0] if people else SOMEBODY
    reader = Reader(world.sandbox.endpoint, email=email, token=world.sandbox.token(email))
    return Mailroom(reader, account=world.account)


def build_app(desk: Desk) -> ASGIApp:
    """Return the whole ASGI app over a desk: the gate stands in front of everything.

    When the app shuts down it closes the desk's mailroom.
    """
    secret, boot = secrets.token_bytes(32), secrets.token_hex(8)
    feed, visits, seals = Feed(desk.ask), Visits(), sessions.Seals(secret)
    door = Door(desk.people, seals)
    app = _app(desk, feed, door)
    problem.register(app)
    app.include_router(routes.routes(desk, boot=boot))
    app.include_router(live.routes(desk, feed))
    app.include_router(door.routes())
    app.include_router(push.routes(desk))
    app.add_api_route("/", _home, include_in_schema=False)
    app.mount("/assets", StaticFiles(directory=pages.ASSETS), name="assets")
    documents = mount(app, desk, feed=feed, visits=visits, secret=secret, boot=boot)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    gate = Gate(app, people=desk.people, visits=visits, documents=documents, seals=seals)
    return Headers(gate)


def _app(desk: Desk, feed: Feed, door: Door) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        collector = asyncio.create_task(feed.run())
        yield
        collector.cancel()
        door.close()
        if desk.mailroom is not None:
            desk.mailroom.close()

    return FastAPI(
        title="Sampark",
        version=__version__,
        openapi_url="/api/openapi.json",
        docs_url=None,  # FastAPI's own pages load scripts from a CDN
        redoc_url=None,
        lifespan=lifespan,
    )


async def _home() -> Response:
    return RedirectResponse("/dashboard", status_code=303)


class Server:
    """uvicorn in a thread of its own. A context manager.

    Args:
        app: What is served.
        host: The interface to listen on.
        port: The TCP port; 0 takes a free one.
    """

    def __init__(self, app: ASGIApp, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._app = app
        self._host = host
        self._port = port
        self._running: AnnouncingServer | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> "Server":
        """Listen, and return once requests are answered.

        Raises:
            SettingsError: the port is in use or may not be had.
        """
        listener = listen(self._host, self._port)
        self._port = int(listener.getsockname()[1])
        self._running = AnnouncingServer(_config(self._app))
        self._thread = threading.Thread(
            target=self._running.serve_on, args=(listener,), name="sampark-server", daemon=True
        )
        self._thread.start()
        self._running.ready.wait()
        if not self._running.started:
            raise SettingsError("the server did not start.", fix="See the lines above.")
        return self

    def stop(self) -> None:
        """Close every connection; does nothing when it is not running."""
        if self._running is None or self._thread is None:
            return
        self._running.should_exit = True
        self._thread.join(timeout=15)
        self._running = self._thread = None

    @property
    def address(self) -> str:
        """The address to open in a browser, e.g. "http://127.0.0.1:8765"."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="asyncio",
        ws="websockets-sansio",
        ws_max_size=LARGEST_FRAME,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=2,
    )
