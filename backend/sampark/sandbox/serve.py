"""The sandbox as a process of its own: what `sampark sandbox` runs."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from sampark.sandbox.app import build_app
from sampark.sandbox.faults import FaultBoard
from sampark.sandbox.server import AnnouncingServer, listen, server_config
from sampark.sandbox.store import Store, utc_now


def serve(
    path: Path,
    *,
    host: str,
    port: int,
    accounts: Sequence[str],
    listening: Callable[[str, Sequence[str]], None] | None = None,
) -> None:
    """Serve until a signal ends the process; SIGINT reaches the caller as KeyboardInterrupt.

    Args:
        path: The SQLite file, or a folder for it.
        host: The interface, e.g. "127.0.0.1"; the control endpoint has no lock, so keep to it.
        port: TCP port; 0 takes a free one.
        accounts: Addresses that exist from the start.
        listening: Called once, when requests are answered, with the endpoint and every account.

    Raises:
        SamparkError: the port is in use, the file is not a sandbox's, or an account is no address.
    """
    with listen(host, port) as listener:
        store = Store(path)
        try:
            for email in accounts:
                store.account(email)
            endpoint = f"http://{host}:{listener.getsockname()[1]}"
            server = AnnouncingServer(
                server_config(build_app(store, FaultBoard(utc_now))),
                announce=partial(listening, endpoint, store.accounts()) if listening else None,
            )
            server.run(sockets=[listener])
        finally:
            store.close()
