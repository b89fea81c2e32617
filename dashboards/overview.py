"""Overview: what runs, waits and failed as big numbers, the newest tasks, the newest mails."""

import asyncio

from panel.viewable import Viewable

from dashboards import fragments, theme
from dashboards.page import House, LivePage
from sampark.desk.visits import Visitor


class OverviewPage(LivePage):
    """The state of the house at one glance."""

    active = "overview"

    def __init__(self, house: House, who: Visitor) -> None:
        super().__init__(house, who)
        self._tiles = theme.html(sizing_mode="stretch_width")
        self._held = theme.html(sizing_mode="stretch_width", visible=False, margin=(16, 0, 0, 0))
        self._tasks = theme.html(sizing_mode="stretch_width")
        self._mails = theme.html(sizing_mode="stretch_width")

    def body(self) -> list[Viewable]:
        """Return the numbers above the two tables."""
        return [
            self._tiles,
            self._held,
            theme.card(self._tasks, title="Tasks", styles={"margin-top": "18px"}),
            theme.card(self._mails, title="Mails", styles={"margin-top": "18px"}),
        ]

    async def fill(self) -> None:
        """Show the overview that all open pages share."""
        overview = await self.house.feed.overview()
        now = await asyncio.to_thread(self.desk.ask.now)
        can_write = self.desk.mailroom is not None
        theme.show(self._tiles, fragments.tiles(overview))
        theme.show(self._held, fragments.held(overview))
        self._held.visible = bool(overview.held)
        theme.show(self._tasks, fragments.tasks(overview.tasks, now=now, can_write=can_write))
        theme.show(self._mails, fragments.mails(overview, now=now))
