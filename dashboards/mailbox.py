"""Mailbox: write as a person of the sandbox, and read what comes back."""

import asyncio
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from typing import Any

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable

from dashboards import fragments, theme
from dashboards.composer import Composer, NotSendable
from dashboards.page import House, LivePage
from dashboards.parts import MailFrame, ThreadList
from sampark.desk.feed import News
from sampark.desk.mailroom import Mailroom
from sampark.desk.views import LetterLine, Person, ThreadLine
from sampark.desk.visits import Visitor
from sampark.errors import SamparkError

LETTER = {"borderTop": "1px solid var(--mui-palette-divider)", "padding": "14px 0 18px"}


class MailboxPage(LivePage):
    """The mailbox of one person of the sandbox."""

    active = "mailbox"

    def __init__(self, house: House, who: Visitor, mailroom: Mailroom, thread: str = "") -> None:
        super().__init__(house, who)
        self._room = mailroom
        self._new = Composer(subject=True, button="Send", rows=5)
        self._reply = Composer(subject=False, button="Reply", rows=2)
        self._list = ThreadList(chosen=thread, sizing_mode="stretch_width", margin=0)
        self._none = theme.html(sizing_mode="stretch_width", visible=False)
        self._letters = pmui.Column(sizing_mode="stretch_width", margin=0)
        self._shown: tuple[str, ...] = ()
        self._write = pmui.Button(
            label="Write a mail",
            icon="edit",
            variant="contained",
            sizing_mode="stretch_width",
            margin=(0, 0, 12, 0),
            visible=self._may_write,
        )
        self._head = theme.html(sizing_mode="stretch_width", margin=(0, 0, 12, 0))
        self._answer = pmui.Column(
            self._reply.view(), sizing_mode="stretch_width", margin=(16, 0, 0, 0), visible=False
        )
        self._form = pmui.Column(self._new.view(), sizing_mode="stretch_width", margin=0)
        self._new.button.on_click(self._send_new)
        self._reply.button.on_click(self._send_reply)
        self._write.on_click(self._begin)
        self._list.param.watch(self._chosen, "chosen")

    def body(self) -> list[Viewable]:
        """Return the list of threads beside the thread that is read, or the new mail."""
        threads = theme.card(self._write, self._none, self._list)
        reading = theme.card(self._head, self._form, self._letters, self._answer)
        return [
            pmui.Grid(
                pmui.Grid(threads, size={"xs": 12, "md": 4}),
                pmui.Grid(reading, size={"xs": 12, "md": 8}),
                container=True,
                spacing=2.25,
                sizing_mode="stretch_width",
                margin=0,
            )
        ]

    def concerns(self, news: News) -> bool:
        """Whether mail came or went."""
        return any(event.kind.startswith(("mail.", "outbox.")) for event in news)

    async def fill(self) -> None:
        """Read the list of threads, and the thread that is open."""
        threads = await asyncio.to_thread(self._room.threads)
        self._list.threads = [entry(thread) for thread in threads]
        theme.show(self._none, "" if threads else fragments.empty_mailbox())
        self._none.visible = not threads
        await self._read()

    async def _read(self) -> None:
        chosen = self._list.chosen
        self._form.visible = not chosen and self._may_write
        self._letters.visible = bool(chosen)
        self._answer.visible = bool(chosen) and self._may_write
        if not chosen:
            people = (self._room.email, self._room.account)
            theme.show(self._head, fragments.writing(*people, allowed=self._may_write))
            return
        letters = await asyncio.to_thread(self._room.thread, chosen)
        if chosen != self._list.chosen:
            return
        theme.show(self._head, fragments.thread_head(letters))
        keys = tuple(letter.id for letter in letters)
        known = self._shown if keys[: len(self._shown)] == self._shown else ()
        fresh = [letter_view(letter) for letter in letters[len(known) :]]
        if fresh or known != self._shown:
            self._letters.objects = [*self._letters.objects[: len(known)], *fresh]
        self._shown = keys

    @property
    def _may_write(self) -> bool:
        return self.who.person.may("operator")

    async def _chosen(self, _event: object) -> None:
        if pn.state.location is not None:
            pn.state.location.update_query(thread=self._list.chosen or None)  # pyright: ignore[reportArgumentType]
        await self._acting(self._read())

    async def _begin(self, _event: object) -> None:
        self._list.chosen = ""

    async def _send_new(self, _event: object) -> None:
        await self._acting(self._post_new())

    async def _send_reply(self, _event: object) -> None:
        await self._acting(self._post_reply())

    async def _post_new(self) -> None:
        words, files = self._new.written()
        by = await self._writer()
        with busy(self._new.button):
            thread = await asyncio.to_thread(
                self._room.write, words, subject=self._new.subject.value, by=by, files=files
            )
        self._new.clear()
        self._list.chosen = thread
        await self.fill()

    async def _post_reply(self) -> None:
        words, files = self._reply.written()
        by = await self._writer()
        with busy(self._reply.button):
            await asyncio.to_thread(self._room.reply, self._list.chosen, words, by=by, files=files)
        self._reply.clear()
        await self.fill()

    async def _writer(self) -> Person:
        person = await self.person()
        if person is None:
            raise NotSendable("You are signed out.", fix="Sign in again.")
        return person

    async def _acting(self, action: Coroutine[Any, Any, None]) -> None:
        """Do what a click asks for; if it cannot be done, say so on the page."""
        try:
            await action
        except SamparkError as error:
            self.tell(str(error))
        else:
            self.tell("")


def letter_view(letter: LetterLine) -> Viewable:
    """Return one mail: who and when, the body, the files."""
    body: Viewable
    if letter.html and not letter.mine:
        body = MailFrame(html=letter.html, sizing_mode="stretch_width", margin=0)
    else:
        body = theme.html(fragments.letter_words(letter), sizing_mode="stretch_width")
    parts = [theme.html(fragments.letter_head(letter), sizing_mode="stretch_width"), body]
    if letter.files:
        files = fragments.letter_files(letter)
        parts.append(theme.html(files, sizing_mode="stretch_width", margin=(12, 0, 0, 0)))
    return pmui.Column(*parts, sizing_mode="stretch_width", margin=0, sx=LETTER)


def entry(thread: ThreadLine) -> dict[str, object]:
    """Return a thread for the list."""
    mails = "1 mail" if thread.letters == 1 else f"{thread.letters} mails"
    detail = f"answered · {mails}" if thread.answered else f"no answer yet · {mails}"
    return {
        "id": thread.id,
        "subject": thread.subject or "(no subject)",
        "detail": detail,
        "answered": thread.answered,
    }


@contextmanager
def busy(button: pmui.Button) -> Generator[None]:
    """Let a button turn while something is under way, so that it is not pressed twice."""
    button.param.update(disabled=True, loading=True)
    try:
        yield
    finally:
        button.param.update(disabled=False, loading=False)
