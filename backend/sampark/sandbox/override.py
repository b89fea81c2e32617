"""X-HTTP-Method-Override: how Google's client sends a GET whose URL is over 2,048 characters."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sampark.sandbox.dispatch import whole_body


class MethodOverride:
    """ASGI middleware: a POST that says it is a GET becomes one, its form body the query."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as the method it names."""
        if scope["type"] != "http" or not _is_get(scope):
            await self._app(scope, receive, send)
            return
        query = await whole_body(receive)
        scope = {**scope, "method": "GET", "query_string": query or scope["query_string"]}
        await self._app(scope, _empty, send)


def _is_get(scope: Scope) -> bool:
    named = Headers(scope=scope).get("x-http-method-override", "")
    return scope["method"] == "POST" and named.upper() == "GET"


async def _empty() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
