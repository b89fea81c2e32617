"""Slots: even shares, first come first served, none lost to a cancelled wait."""

import asyncio

from sampark.domain.base import AccountId
from sampark.workflow.slots import Slots

ANN, BEN = AccountId("ann@example.com"), AccountId("ben@example.com")


class Work:
    """Mails that hold their slots until they are told to end."""

    def __init__(self, share: int) -> None:
        self.share = share
        self.slots = Slots(lambda: self.share)
        self.inside: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._end: dict[str, asyncio.Event] = {}

    async def come(self, account: AccountId, *names: str) -> None:
        for name in names:
            self._end[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._hold(account, name))
        await self.settle()

    async def end(self, *names: str) -> None:
        for name in names:
            self._end[name].set()
        await self.settle()

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    async def _hold(self, account: AccountId, name: str) -> None:
        async with self.slots.one(account):
            self.inside.append(name)
            await self._end[name].wait()
            self.inside.remove(name)


async def test_each_mailbox_has_its_share_and_the_first_that_came_is_let_in_first():
    work = Work(2)
    await work.come(ANN, "a1", "a2", "a3", "a4")
    await work.come(BEN, "b1")
    assert work.inside == ["a1", "a2", "b1"]
    await work.end("a2")
    assert work.inside == ["a1", "b1", "a3"]
    await work.end("a1", "a3", "a4", "b1")
    assert work.inside == []


async def test_a_share_that_grows_lets_more_in_and_one_that_shrinks_throws_none_out():
    work = Work(2)
    await work.come(ANN, "a1", "a2", "a3", "a4")
    work.share = 3
    work.slots.shared_anew()
    await work.settle()
    assert work.inside == ["a1", "a2", "a3"]
    work.share = 1
    work.slots.shared_anew()
    await work.end("a1", "a2")
    assert work.inside == ["a3"]
    await work.end("a3")
    assert work.inside == ["a4"]
    await work.end("a4")


async def test_a_wait_that_is_cancelled_takes_no_slot():
    work = Work(1)
    await work.come(ANN, "a1", "a2", "a3")
    work.tasks["a2"].cancel()
    await work.settle()
    await work.end("a1")
    assert work.inside == ["a3"]


async def test_a_slot_given_to_one_who_is_cancelled_at_that_moment_is_passed_on():
    work = Work(1)
    await work.come(ANN, "a1", "a2", "a3")
    work._end["a1"].set()
    while work.inside == ["a1"]:
        await asyncio.sleep(0)
    work.tasks["a2"].cancel()
    await work.settle()
    assert work.inside == ["a3"]
    await work.end("a3")
