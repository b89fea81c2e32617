"""What every page is: made for one visitor, filled after it has opened, refreshed by news."""

import asyncio
from dataclasses import dataclass

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable

from dashboards import fragments, theme
from sampark.desk.desk import Desk
from sampark.desk.feed import Feed, News, Refresher
from sampark.desk.views import Person
from sampark.desk.visits import Visitor, Visits
from sampark.errors import SamparkError


@dataclass(frozen=True)
class House:
    """What all pages share. `boot` is a word for this run of the server."""

    desk: Desk
    feed: Feed
    visits: Visits
    boot: str


class LivePage:
    """One visitor's page. A subclass lays it out, and says how it is refreshed.

    The role is read again at each command: `who` is only whom the page was made for.
    """

    active = ""

    def __init__(self, house: House, who: Visitor) -> None:
        self.house = house
        self.desk = house.desk
        self.who = who
        self._blind = False
        self.trouble = theme.html(visible=False, sizing_mode="stretch_width", margin=(0, 0, 16, 0))

    def body(self) -> list[Viewable]:
        """Return the content, still empty."""
        raise NotImplementedError

    async def fill(self) -> None:
        """Read what the page shows, in threads, and show it."""
        raise NotImplementedError

    def concerns(self, news: News) -> bool:  # noqa: ARG002 - a page may look at the news
        """Whether the page may have to change. Empty news means that time has passed."""
        return True

    async def refresh(self) -> None:
        """Fill the page; if the desk cannot answer, say so on it."""
        try:
            await self.fill()
        except SamparkError as error:
            self._blind = True
            self.tell(str(error))
            return
        if self._blind:
            self._blind = False
            self.tell("")

    def tell(self, words: str, *, kind: str = "bad") -> None:
        """Show one sentence at the top of the page; an empty one takes it away."""
        theme.show(self.trouble, fragments.note(words, kind=kind) if words else "")
        self.trouble.visible = bool(words)

    async def person(self) -> Person | None:
        """Return who is signed in at this very moment."""
        return await asyncio.to_thread(self.desk.people.of_session, self.who.sid)

    def open(self) -> pmui.Page:
        """Return the page, told of news from now on until its document is gone."""
        document = pn.state.curdoc
        assert document is not None
        assert document.session_context is not None
        key = str(document.session_context.id)
        self.house.visits.claim(key, self.who)
        refresher = Refresher(self.refresh)

        async def refresh() -> None:
            await refresher()

        def soon() -> None:
            document.add_next_tick_callback(refresh)  # pyright: ignore[reportArgumentType]

        def news_came(news: News) -> None:
            if self.concerns(news):
                soon()

        end = self.house.feed.listen(news_came)

        def gone(_context: object) -> None:
            end()
            self.house.visits.release(key)

        # not in onload itself: what it changes would reach the page with the next change only
        pn.state.onload(soon)
        pn.state.on_session_destroyed(gone)
        return theme.frame(
            self.trouble,
            *self.body(),
            who=self.who,
            active=self.active,
            boot=self.house.boot,
            mailbox=self.desk.mailroom is not None,
        )
