import asyncio
import json

import pytest
from starlette.types import Message

from dashboards.messages import WholeMessages, frames


def header(name: str, buffers: int = 0) -> str:
    return json.dumps({"msgid": name, "msgtype": "PATCH-DOC", "num_buffers": buffers})


@pytest.mark.parametrize(
    "text,count",
    [
        (header("a"), 3),
        (header("a", 2), 7),
        ('{"msgid": "a"}', 3),
        ("not a header", 1),
        ("[]", 1),
        ("", 1),
    ],
)
def test_a_header_tells_how_many_frames_follow(text: str, count: int):
    assert frames(text) == count


async def test_messages_of_many_tasks_are_not_mixed_up():
    arrived: list[str] = []

    async def slow(message: Message) -> None:
        await asyncio.sleep(0)
        arrived.append(str(message.get("text") or message.get("bytes")))

    async def app(_scope, _receive, send) -> None:
        async def write(name: str, buffers: int) -> None:
            await send({"type": "websocket.send", "text": header(name, buffers)})
            for part in range(2 + 2 * buffers):
                await send({"type": "websocket.send", "text": f"{name}{part}"})

        async with asyncio.TaskGroup() as group:
            for number in range(5):
                group.create_task(write(f"m{number}-", number % 3))

    scope = {"type": "websocket", "path": "/dashboard/ws"}
    await WholeMessages(app, prefix="/dashboard")(scope, asyncio.sleep, slow)
    expected = []
    for number in range(5):
        buffers = number % 3
        expected.append(header(f"m{number}-", buffers))
        expected += [f"m{number}-{part}" for part in range(2 + 2 * buffers)]
    assert arrived == expected


async def test_a_writer_that_fails_gives_its_turn_back():
    arrived: list[str] = []

    async def broken(message: Message) -> None:
        if message["text"] == "break":
            raise ConnectionResetError
        arrived.append(message["text"])

    async def app(_scope, _receive, send) -> None:
        async def fails() -> None:
            await send({"type": "websocket.send", "text": header("a")})
            with pytest.raises(ConnectionResetError):
                await send({"type": "websocket.send", "text": "break"})

        await asyncio.create_task(fails())
        await asyncio.create_task(fails_not(send))

    async def fails_not(send) -> None:
        await send({"type": "websocket.send", "text": header("b")})

    scope = {"type": "websocket", "path": "/dashboard/ws"}
    await WholeMessages(app, prefix="/dashboard")(scope, asyncio.sleep, broken)
    assert arrived == [header("a"), header("b")]
