"""Task: the conversation, the plan turning green, the steps with what they gave."""

import asyncio

import panel_material_ui as pmui
from panel.viewable import Viewable

from dashboards import fragments, theme
from dashboards.page import House, LivePage
from sampark.desk.feed import News
from sampark.desk.views import Person, TaskLine, TaskPage
from sampark.desk.visits import Visitor
from sampark.domain.base import TaskId

LISTED = 200
"""Tasks that the list shows, newest first."""


class TasksPage(LivePage[list[TaskLine]]):
    """All tasks, to choose one."""

    active = "task"

    def __init__(self, house: House, who: Visitor) -> None:
        super().__init__(house, who)
        self._tasks = theme.html(sizing_mode="stretch_width")

    def body(self) -> list[Viewable]:
        """Return the table."""
        return [theme.card(self._tasks, title="Tasks")]

    async def read(self) -> list[TaskLine]:
        """Return the newest tasks."""
        return await asyncio.to_thread(self.desk.ask.tasks, limit=LISTED)

    def show(self, found: list[TaskLine]) -> None:
        """Show the table."""
        now, can_write = self.desk.ask.now(), self.desk.mailroom is not None
        theme.show(self._tasks, fragments.tasks(tuple(found), now=now, can_write=can_write))


class OneTaskPage(LivePage[TaskPage]):
    """Everything about one task."""

    active = "task"

    def __init__(self, house: House, who: Visitor, task: TaskId) -> None:
        super().__init__(house, who)
        self._task = task
        self._heading = theme.html(sizing_mode="stretch_width")
        self._said = theme.parts()
        self._plan = theme.html(sizing_mode="stretch_width")
        self._steps = theme.parts()
        self._stop = pmui.Button(
            label="Stop", icon="stop", variant="outlined", color="error", visible=False, margin=0
        )
        self._stop.on_click(self._stop_task)

    def body(self) -> list[Viewable]:
        """Return the head above two columns, which are one below the other on a narrow screen."""
        left = theme.card(self._said, title="Conversation")
        right = pmui.Column(
            theme.card(self._plan, title="Plan"),
            theme.card(self._steps, title="Steps", styles={"margin-top": "18px"}),
            sizing_mode="stretch_width",
            margin=0,
        )
        self._columns = pmui.Grid(
            pmui.Grid(left, size={"xs": 12, "lg": 6}),
            pmui.Grid(right, size={"xs": 12, "lg": 6}),
            container=True,
            spacing=2.25,
            sizing_mode="stretch_width",
            margin=(16, 0, 0, 0),
            visible=False,
        )
        head = pmui.Row(self._heading, self._stop, sizing_mode="stretch_width", margin=0)
        return [head, self._columns]

    def concerns(self, news: News) -> bool:
        """Whether something happened to this task, or time has passed."""
        return not news or any(event.task == self._task for event in news)

    async def read(self) -> TaskPage:
        """Return the task."""
        return await asyncio.to_thread(self.desk.ask.task, self._task)

    def show(self, found: TaskPage) -> None:
        """Change what is new: an opened step stays open."""
        now = self.desk.ask.now()
        theme.show(self._heading, fragments.heading(found, now=now))
        self._columns.visible = True
        theme.show(self._plan, fragments.plan(found))
        said = [fragments.bubble(item, self._task, now=now) for item in found.conversation]
        steps = [fragments.step(step, self._task) for step in found.steps]
        self._said.parts = said
        self._steps.parts = steps or [fragments.no_steps()]
        self._stop.visible = not found.line.status.final and self.who.person.may("operator")

    async def _stop_task(self, _event: object) -> None:
        def stop(person: Person) -> None:
            self.desk.do.stop(self._task, by=person)

        await self.act(stop, button=self._stop)
