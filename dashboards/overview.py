"""Overview: what runs, waits and failed as big numbers, the newest tasks, the newest mails."""

import panel_material_ui as pmui
from panel.viewable import Viewable

from dashboards import fragments, theme
from dashboards.page import House, LivePage
from sampark.desk.views import Overview
from sampark.desk.visits import Visitor


class OverviewPage(LivePage[Overview]):
    """The state of the house at one glance."""

    active = "overview"

    def __init__(self, house: House, who: Visitor) -> None:
        super().__init__(house, who)
        self._tiles = theme.html(sizing_mode="stretch_width")
        self._held = theme.html(sizing_mode="stretch_width", visible=False, margin=(16, 0, 0, 0))
        self._tasks = theme.html(sizing_mode="stretch_width")
        self._mails = theme.html(sizing_mode="stretch_width")

    def body(self) -> list[Viewable]:
        """Return the numbers above the two tables, which are side by side where there is room."""
        return [
            self._tiles,
            self._held,
            pmui.Grid(
                pmui.Grid(theme.card(self._tasks, title="Tasks"), size={"xs": 12, "lg": 7}),
                pmui.Grid(theme.card(self._mails, title="Mails"), size={"xs": 12, "lg": 5}),
                container=True,
                spacing=2.25,
                sizing_mode="stretch_width",
                margin=(18, 0, 0, 0),
            ),
        ]

    async def read(self) -> Overview:
        """Return the overview, which all open pages share."""
        return await self.house.feed.overview()

    def show(self, found: Overview) -> None:
        """Show the numbers and the tables."""
        now, can_write = self.desk.ask.now(), self.desk.mailroom is not None
        theme.show(self._tiles, fragments.tiles(found))
        theme.show(self._held, fragments.held(found))
        self._held.visible = bool(found.held)
        theme.show(self._tasks, fragments.tasks(found.tasks, now=now, can_write=can_write))
        theme.show(self._mails, fragments.mails(found, now=now))
