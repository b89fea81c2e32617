"""Where Pub/Sub pushes Gmail's hints: judged by their own token, answered at once."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from sampark.desk.desk import Desk
from sampark.errors import MailboxError

LARGEST = 64_000
"""Bytes of a push. A hint has about 300."""


def routes(desk: Desk) -> APIRouter:
    """Return the webhook, if the desk takes pushes."""
    router = APIRouter()
    if desk.push is None:
        return router
    take = desk.push

    @router.post("/pubsub/push", status_code=204, include_in_schema=False)
    async def push(request: Request) -> Response:
        """Take a hint. Any answer but 2xx makes Pub/Sub push it again, so garbage is accepted."""
        if int(request.headers.get("content-length") or LARGEST + 1) > LARGEST:
            return Response(status_code=413)
        try:
            authorization = request.headers.get("authorization", "")
            await run_in_threadpool(take, authorization, await request.body())
        except MailboxError:
            return Response(status_code=401)
        return Response(status_code=204)

    return router
