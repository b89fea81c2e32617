"""Task: the conversation, the plan turning green, the steps with what they gave."""

import asyncio
from typing import cast

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable

from dashboards import fragments, theme
from dashboards.page import House, LivePage
from sampark.desk.feed import News
from sampark.desk.views import TaskPage
from sampark.desk.visits import Visitor
from sampark.domain.base import TaskId


class TasksPage(LivePage):
    """All tasks, to choose one."""

    active = "task"

    def __init__(self, house: House, who: Visitor) -> None:
        super().__init__(house, who)
        self._tasks = theme.html(sizing_mode="stretch_width")

    def body(self) -> list[Viewable]:
        """Return the table."""
        return [theme.card(self._tasks, title="Tasks")]

    async def fill(self) -> None:
        """Show the newest tasks."""
        lines = await asyncio.to_thread(self.desk.ask.tasks, limit=200)
        now = await asyncio.to_thread(self.desk.ask.now)
        can_write = self.desk.mailroom is not None
        theme.show(self._tasks, fragments.tasks(tuple(lines), now=now, can_write=can_write))


class OneTaskPage(LivePage):
    """Everything about one task."""

    active = "task"

    def __init__(self, house: House, who: Visitor, task: TaskId) -> None:
        super().__init__(house, who)
        self._task = task
        self._heading = theme.html(sizing_mode="stretch_width")
        self._said = pmui.Column(sizing_mode="stretch_width", margin=0)
        self._plan = theme.html(sizing_mode="stretch_width")
        self._steps = pmui.Column(sizing_mode="stretch_width", margin=0)
        self._keys: tuple[str, ...] = ()
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

    async def fill(self) -> None:
        """Read the task and change what is new: an opened step stays open."""
        page = await asyncio.to_thread(self.desk.ask.task, self._task)
        now = await asyncio.to_thread(self.desk.ask.now)
        theme.show(self._heading, fragments.heading(page, now=now))
        self._columns.visible = True
        theme.show(self._plan, fragments.plan(page))
        said = [fragments.bubble(item, page.line.id, now=now) for item in page.conversation]
        fit(self._said, said, space=14)
        self._fill_steps(page)
        self._stop.visible = not page.line.status.final and self.who.person.may("operator")

    def _fill_steps(self, page: TaskPage) -> None:
        keys = tuple(step.key for step in page.steps)
        if keys != self._keys:
            self._keys = keys
            self._steps.objects = []
        shown = [fragments.step(step, page.line.id) for step in page.steps]
        fit(self._steps, shown or [fragments.no_steps()], space=0)

    async def _stop_task(self, _event: object) -> None:
        person = await self.person()
        if person is None:
            self.tell("You are signed out. Sign in again.")
            return
        self._stop.disabled = True
        await asyncio.to_thread(self.desk.do.stop, self._task, by=person)


def fit(column: pmui.Column, shown: list[str], *, space: int) -> None:
    """Make the column's panes show these; panes that are the same stay as they are."""
    panes = cast("list[pn.pane.HTML]", list(column.objects))
    for pane, words in zip(panes, shown, strict=False):
        theme.show(pane, words)
    more = [
        theme.html(words, sizing_mode="stretch_width", margin=(0, 0, space, 0))
        for words in shown[len(panes) :]
    ]
    if more or len(panes) > len(shown):
        column.objects = [*panes[: len(shown)], *more]
