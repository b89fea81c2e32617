import asyncio

from sampark.workflow.floor import Floor


async def test_who_works_is_waited_for_and_who_rests_is_not():
    floor = Floor()
    floor.enter("task-a")
    waiting = asyncio.create_task(floor.left("task-a"))
    await asyncio.sleep(0)
    assert not waiting.done()
    floor.leave("task-a")
    await waiting
    await floor.left("task-a")


async def test_a_task_that_never_came_or_left_twice_is_no_trouble():
    floor = Floor()
    floor.leave("task-a")
    floor.leave(None)
    await floor.left("task-a")
