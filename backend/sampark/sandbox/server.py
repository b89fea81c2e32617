"""A sandbox inside this process: uvicorn on the loopback interface, in a thread of its own."""

import socket
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

import uvicorn
from starlette.types import ASGIApp

from sampark.errors import SamparkError, SettingsError
from sampark.sandbox.app import build_app
from sampark.sandbox.connection import AbortableProtocol
from sampark.sandbox.faults import FaultBoard
from sampark.sandbox.store import Now, Store, utc_now
from sampark.sandbox.switchboard import Switchboard

LOOPBACK = "127.0.0.1"


class Sandbox:
    """A Gmail of your own: start it, give the endpoint and a token to the Gmail client.

    Mail, accounts and tokens are in the file `path` (in a folder: `sandbox.sqlite3`) and outlive
    a restart; faults and the requests seen do not. As a context manager it starts and stops.
    """

    def __init__(
        self,
        path: Path,
        *,
        accounts: Sequence[str],
        port: int = 0,
        rewrite_message_ids: bool = True,
        json_limit: int | None = None,
        now: Now = utc_now,
    ) -> None:
        """Prepare a sandbox; nothing is opened yet.

        Args:
            path: The SQLite file, or a folder for it.
            accounts: Addresses that exist from the start; more may be created at any time.
            port: TCP port; 0 takes a free one, and keeps it when started again.
            rewrite_message_ids: Replace the Message-ID of sent mail, as Gmail's API does.
            json_limit: Refuse JSON bodies over this many bytes with 413; None refuses none.
            now: The clock of dates, watches and `newer_than:`; timezone-aware.
        """
        self._path = path
        self._accounts = tuple(accounts)
        self._port = port
        self._rewrite = rewrite_message_ids
        self._json_limit = json_limit
        self._now = now
        self._running: _Running | None = None

    def start(self) -> "Sandbox":
        """Listen, and return once requests are answered.

        Raises:
            SamparkError: the port is in use, the file is not a sandbox's, or an account is no
                address.
        """
        if self._running:
            return self
        listener = listen(LOOPBACK, self._port)
        try:
            store = Store(self._path, rewrite_message_ids=self._rewrite, now=self._now)
            for email in self._accounts:
                store.account(email)
        except SamparkError:
            listener.close()
            raise
        self._port = int(listener.getsockname()[1])
        app = build_app(store, FaultBoard(self._now), json_limit=self._json_limit)
        self._running = _Running(app, store, listener, Switchboard(self.endpoint))
        return self

    def stop(self) -> None:
        """Close all connections and the file; does nothing when it is not running."""
        if self._running:
            self._running.stop()
            self._running = None

    def __enter__(self) -> "Sandbox":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        """The address for `ClientOptions(api_endpoint=...)`, e.g. "http://127.0.0.1:40123"."""
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def control(self) -> Switchboard:
        """The client of this sandbox's control endpoint."""
        return self._started().control

    def token(self, email: str) -> str:
        """Return the bearer token of an account, creating the account when it is new."""
        return self._started().store.account(email)

    def _started(self) -> "_Running":
        if not self._running:
            raise SamparkError("The sandbox is not running.", fix="Call start() first.")
        return self._running


class _Running:
    """The server thread and what it holds open."""

    def __init__(
        self, app: ASGIApp, store: Store, listener: socket.socket, control: Switchboard
    ) -> None:
        self.store = store
        self.control = control
        self._server = AnnouncingServer(server_config(app))
        self._thread = threading.Thread(
            target=self._server.serve_on, args=(listener,), name="sampark-sandbox", daemon=True
        )
        self._thread.start()
        self._server.ready.wait()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join()
        self.control.close()
        self.store.close()


class AnnouncingServer(uvicorn.Server):
    """A uvicorn server that says when it answers, and when signals reach it."""

    def __init__(
        self, config: uvicorn.Config, *, announce: Callable[[], None] | None = None
    ) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start as uvicorn does, then announce it."""
        await super().startup(sockets=sockets)
        self.ready.set()
        if self._announce:
            self._announce()

    def serve_on(self, listener: socket.socket) -> None:
        """Serve until told to stop; `ready` is set in any case, also when it never starts."""
        try:
            self.run(sockets=[listener])
        finally:
            self.ready.set()


def server_config(app: ASGIApp) -> uvicorn.Config:
    """Return uvicorn's settings: HTTP/1.1 only, silent, connections kept for a minute."""
    return uvicorn.Config(
        app,
        http=AbortableProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises SettingsError naming the port and the fix."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only on sockets that name their protocol.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise SettingsError(
            f"port {port} on {host} cannot be had: {reason.lower().rstrip('.')}.",
            fix="Stop what uses it, or choose another one; 0 takes a free one.",
        ) from error
    return listener
