"""The websocket of live events: one JSON object each, in order, none left out."""

import asyncio
from contextlib import suppress

from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from sampark.desk.desk import Desk
from sampark.desk.feed import Feed, News

BATCH = 500


def routes(desk: Desk, feed: Feed) -> APIRouter:
    """Return the route of `/api/live`; `?after=N` begins after that event, else with the next."""
    router = APIRouter()

    @router.websocket("/api/live")
    async def live(socket: WebSocket, after: int | None = None) -> None:
        await socket.accept()
        begin = after if after is not None else await asyncio.to_thread(desk.ask.last_event)
        awake = asyncio.Event()
        awake.set()
        end = feed.listen(lambda _: awake.set())
        tasks = {
            asyncio.create_task(_send(socket, desk, begin, awake)),
            asyncio.create_task(_until_gone(socket)),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            end()
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError, WebSocketDisconnect):
                    await task

    return router


async def _send(socket: WebSocket, desk: Desk, seen: int, awake: asyncio.Event) -> None:
    while True:
        await awake.wait()
        awake.clear()
        while news := await _since(desk, seen):
            for event in news:
                await socket.send_text(event.model_dump_json())
            seen = news[-1].seq


async def _since(desk: Desk, seen: int) -> News:
    return tuple(await asyncio.to_thread(desk.ask.events, seen, limit=BATCH))


async def _until_gone(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass
