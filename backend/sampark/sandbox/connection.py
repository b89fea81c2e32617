"""A server connection that a request may cut without a single byte of an answer."""

import asyncio
from collections.abc import Callable
from typing import cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

ABORT = "sampark.abort"
"""The key in `scope["extensions"]` under which a request finds how to cut its connection."""


class AbortableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol, which also hands its requests the transport's abort."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        inner = cast("ASGIApp", self.app)

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[ABORT] = self.transport.abort
            await inner(scope, receive, send)

        self.app = app


async def cut(scope: Scope, receive: Receive) -> None:
    """Close the request's connection at once and wait until the server knows it is gone."""
    abort = cast("Callable[[], None]", scope["extensions"][ABORT])
    abort()
    while (await receive())["type"] != "http.disconnect":
        pass
