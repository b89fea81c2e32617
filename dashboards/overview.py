"""Overview: what needs a person, what runs as big numbers, the newest tasks and mails, mailboxes."""

import panel_material_ui as pmui
from panel.viewable import Viewable

from dashboards import fragments, theme
from dashboards.page import House, LivePage
from sampark.desk.views import Overview, Person
from sampark.desk.visits import Visitor


class OverviewPage(LivePage[Overview]):
    """The state of the house at one glance."""

    active = "overview"

    def __init__(self, house: House, who: Visitor) -> None:
        super().__init__(house, who)
        self._tiles = theme.html(sizing_mode="stretch_width")
        self._alarms = theme.html(sizing_mode="stretch_width", visible=False, margin=(0, 0, 18, 0))
        self._held: list[str] = []
        self._seen = pmui.Button(
            label="I have seen to these mails",
            icon="done",
            variant="outlined",
            visible=False,
            margin=(0, 0, 18, 0),
        )
        self._seen.on_click(self._see_to)
        self._tasks = theme.html(sizing_mode="stretch_width")
        self._mails = theme.html(sizing_mode="stretch_width")
        self._mailboxes = theme.html(sizing_mode="stretch_width")

    def body(self) -> list[Viewable]:
        """Return alarms and numbers above the tables, two side by side where there is room."""
        return [
            self._alarms,
            self._seen,
            self._tiles,
            pmui.Grid(
                pmui.Grid(theme.card(self._tasks, title="Tasks"), size={"xs": 12, "lg": 7}),
                pmui.Grid(theme.card(self._mails, title="Mails"), size={"xs": 12, "lg": 5}),
                pmui.Grid(theme.card(self._mailboxes, title="Mailboxes"), size=12),
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
        theme.show(self._alarms, fragments.alarms(found, now=now))
        self._alarms.visible = bool(found.alarms)
        self._held = [line.key for line in found.held]
        self._seen.visible = bool(self._held) and self.who.person.may("operator")
        theme.show(self._tasks, fragments.tasks(found.tasks, now=now, can_write=can_write))
        theme.show(self._mails, fragments.mails(found, now=now))
        theme.show(self._mailboxes, fragments.mailboxes(found.mailboxes, now=now))

    async def _see_to(self, _event: object) -> None:
        keys = self._held

        def see_to(person: Person) -> None:
            self.desk.do.see_to(keys, by=person)

        if await self.act(see_to, button=self._seen):
            self.refresh()
