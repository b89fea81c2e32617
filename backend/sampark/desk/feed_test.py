import asyncio
from contextlib import suppress

import pytest

from sampark.desk.feed import AGEING, Feed, News, Refresher
from sampark.desk.queries import Queries

PATIENCE = 10


@pytest.fixture
async def feed(stage):
    feed = Feed(Queries(stage.services), every=0.01)
    running = asyncio.create_task(feed.run())
    yield feed
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_every_listener_hears_each_event_once(stage, feed: Feed):
    heard: list[News] = []
    twice: list[News] = []
    feed.listen(heard.append)
    feed.listen(twice.append)
    await asyncio.sleep(0.05)
    for number in range(3):
        stage.store.events.add(None, "test", {"number": number})
        await asyncio.sleep(0.02)
    async with asyncio.timeout(PATIENCE):
        while sum(map(len, heard)) < 3 or sum(map(len, twice)) < 3:
            await asyncio.sleep(0.01)
    assert [event.detail["number"] for news in heard for event in news] == [0, 1, 2]
    assert twice == heard


async def test_who_stopped_listening_hears_nothing(stage, feed: Feed):
    heard: list[News] = []
    other: list[News] = []
    feed.listen(heard.append)()
    feed.listen(other.append)
    await asyncio.sleep(0.05)
    stage.store.events.add(None, "test", {})
    async with asyncio.timeout(PATIENCE):
        while not other:
            await asyncio.sleep(0.01)
    assert heard == []


async def test_the_overview_is_read_again_when_time_has_passed(stage, feed: Feed):
    first = await feed.overview()
    feed._read_at -= AGEING
    assert await feed.overview() is not first


async def test_the_overview_is_read_again_only_after_news(stage, feed: Feed):
    first = await feed.overview()
    assert await feed.overview() is first
    stage.task()
    assert len((await feed.overview()).tasks) == 1


async def test_a_burst_of_news_refreshes_once_more():
    begun = 0
    gate = asyncio.Event()

    async def refresh() -> None:
        nonlocal begun
        begun += 1
        await gate.wait()

    refresher = Refresher(refresh)
    calls = [asyncio.create_task(refresher()) for _ in range(10)]
    await asyncio.sleep(0)
    gate.set()
    for call in calls:
        await call
    assert begun == 2


async def test_a_refresh_that_failed_does_not_block_the_next():
    begun = 0

    async def refresh() -> None:
        nonlocal begun
        begun += 1
        raise LookupError

    refresher = Refresher(refresh)
    for _ in range(2):
        with pytest.raises(LookupError):
            await refresher()
    assert begun == 2
