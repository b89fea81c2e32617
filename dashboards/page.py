"""What every page is: made for one visitor, filled after it has opened, refreshed by news.

What is shown is read in threads, away from the document's lock, and changed in one step of the
document's own: Panel does not deliver all that a coroutine changes after its first `await`.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

import panel as pn
import panel_material_ui as pmui
from bokeh.document import Document
from panel.viewable import Viewable

from dashboards import fragments, theme
from sampark.desk.desk import Desk
from sampark.desk.feed import Feed, News, Refresher
from sampark.desk.views import Person
from sampark.desk.visits import Visitor, Visits
from sampark.errors import SamparkError

Found = TypeVar("Found")


@dataclass(frozen=True)
class House:
    """What all pages share. `boot` is a word for this run of the server."""

    desk: Desk
    feed: Feed
    visits: Visits
    boot: str


class SignedOut(SamparkError):
    """The page's visitor is not signed in any more."""


class LivePage(Generic[Found]):
    """One visitor's page. A subclass lays it out, reads what it shows, and shows it.

    The role is read again at each command: `who` is only whom the page was made for.
    """

    active = ""

    def __init__(self, house: House, who: Visitor) -> None:
        self.house = house
        self.desk = house.desk
        self.who = who
        self.trouble = theme.html(visible=False, sizing_mode="stretch_width", margin=(0, 0, 16, 0))
        self._blind = False
        self._ready = False
        self._document = Document()
        self._refresher = Refresher(self._refresh)
        self._under_way: set[asyncio.Task[None]] = set()

    def body(self) -> list[Viewable]:
        """Return the content, still empty."""
        raise NotImplementedError

    async def read(self) -> Found:
        """Read what the page shows."""
        raise NotImplementedError

    def show(self, found: Found) -> None:
        """Show it."""
        raise NotImplementedError

    def concerns(self, news: News) -> bool:  # noqa: ARG002 - a page may look at the news
        """Whether the page may have to change. Empty news means that time has passed."""
        return True

    def refresh(self) -> None:
        """Begin to read again, now or after the reading that is under way.

        Nothing is changed before the browser has the page: Panel drops such changes as known to it.
        """
        if not self._ready:
            return
        task = asyncio.get_running_loop().create_task(self._refresher())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def later(self, change: Callable[[], object]) -> None:
        """Change what is shown, as a step of the page's document.

        Its events are held and then written in their order by Bokeh itself: Panel would write some
        at once and some later, and the browser would hear of a pane before it knows it.
        """

        def step() -> None:
            self._document.hold("combine")
            try:
                change()
            finally:
                self._document.unhold()

        if self._ready:
            self._document.add_next_tick_callback(step)

    def tell(self, words: str) -> None:
        """Show one sentence at the top of the page; an empty one takes it away."""
        theme.show(self.trouble, fragments.note(words, kind="bad") if words else "")
        self.trouble.visible = bool(words)

    async def act(self, work: Callable[[Person], None], *, button: pmui.Button) -> bool:
        """Do, in a thread, what a click asks for; if it cannot be done, say so on the page.

        The button turns meanwhile, so that it is not pressed twice.
        """
        self.later(partial(button.param.update, disabled=True, loading=True))
        try:
            await asyncio.to_thread(self._work, work)
        except SamparkError as error:
            self.later(partial(self.tell, str(error)))
            return False
        finally:
            self.later(partial(button.param.update, disabled=False, loading=False))
        self.later(partial(self.tell, ""))
        return True

    def open(self) -> pmui.Page:
        """Return the page, told of news from now on until its document is gone."""
        assert pn.state.curdoc is not None
        assert pn.state.curdoc.session_context is not None
        self._document = pn.state.curdoc
        key = str(pn.state.curdoc.session_context.id)
        self.house.visits.claim(key, self.who)
        end = self.house.feed.listen(self._hear)

        def gone(_context: object) -> None:
            self._ready = False
            end()
            self.house.visits.release(key)

        pn.state.onload(self._loaded)
        pn.state.on_session_destroyed(gone)
        return theme.frame(
            self.trouble,
            *self.body(),
            who=self.who,
            active=self.active,
            boot=self.house.boot,
            mailbox=self.desk.mailroom is not None,
        )

    def _loaded(self) -> None:
        self._ready = True
        self.refresh()

    def _hear(self, news: News) -> None:
        if self.concerns(news):
            self.refresh()

    async def _refresh(self) -> None:
        try:
            found = await self.read()
        except SamparkError as error:
            self._blind = True
            self.later(partial(self.tell, str(error)))
            return
        if self._blind:
            self._blind = False
            self.later(partial(self.tell, ""))
        self.later(partial(self.show, found))

    def _work(self, work: Callable[[Person], None]) -> None:
        person = self.desk.people.of_session(self.who.sid)
        if person is None:
            raise SignedOut("You are signed out.", fix="Sign in again.")
        work(person)
