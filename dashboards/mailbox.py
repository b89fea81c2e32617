"""Mailbox: write as a person of the sandbox, and read what comes back."""

import asyncio
from dataclasses import dataclass
from functools import partial

import panel as pn
import panel_material_ui as pmui
from panel.viewable import Viewable

from dashboards import fragments, theme
from dashboards.composer import Composer, NotSendable
from dashboards.page import House, LivePage
from dashboards.parts import ThreadList
from sampark.desk.feed import News
from sampark.desk.mailroom import Mailroom
from sampark.desk.views import LetterLine, Person, ThreadLine
from sampark.desk.visits import Visitor


@dataclass(frozen=True)
class Box:
    """What is in the mailbox: its threads, and the mails of the chosen one."""

    threads: list[ThreadLine]
    chosen: str
    letters: list[LetterLine]


class MailboxPage(LivePage[Box]):
    """The mailbox of one person of the sandbox."""

    active = "mailbox"

    def __init__(self, house: House, who: Visitor, mailroom: Mailroom, thread: str = "") -> None:
        super().__init__(house, who)
        self._room = mailroom
        self._may_write = who.person.may("operator")
        self._new = Composer(subject=True, button="Send", rows=5)
        self._reply = Composer(subject=False, button="Reply", rows=2)
        self._list = ThreadList(chosen=thread, sizing_mode="stretch_width", margin=0)
        self._none = theme.html(sizing_mode="stretch_width", visible=False)
        self._letters = theme.parts()
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
        self._form = pmui.Column(
            self._new.view(), sizing_mode="stretch_width", margin=0, visible=False
        )
        self._new.button.on_click(self._send_new)
        self._reply.button.on_click(self._send_reply)
        self._write.on_click(self._begin)
        self._list.param.watch(self._turn, "chosen")

    def body(self) -> list[Viewable]:
        """Return the list of threads beside the thread that is read, or the new mail."""
        threads = theme.card(self._write, self._none, self._list)
        reading = theme.card(self._head, self._form, self._letters, self._answer)
        self._arrange()
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

    async def read(self) -> Box:
        """Return the threads, and the thread that is open."""
        return await asyncio.to_thread(self._look, self._list.chosen)

    def show(self, found: Box) -> None:
        """Show the list, and the mails that are new in the thread that is open."""
        self._list.threads = [entry(thread) for thread in found.threads]
        theme.show(self._none, "" if found.threads else fragments.empty_mailbox())
        self._none.visible = not found.threads
        if found.chosen and found.chosen == self._list.chosen:
            theme.show(self._head, fragments.thread_head(found.letters))
            self._letters.parts = [fragments.letter(letter) for letter in found.letters]

    def _look(self, chosen: str) -> Box:
        threads = self._room.threads()
        return Box(threads, chosen, self._room.thread(chosen) if chosen else [])

    def _arrange(self) -> None:
        """Show the form of a new mail, or what belongs to the thread that is open."""
        chosen = bool(self._list.chosen)
        self._form.visible = not chosen and self._may_write
        self._letters.visible = chosen
        self._answer.visible = chosen and self._may_write
        self._letters.parts = []
        people = (self._room.email, self._room.account)
        head = "" if chosen else fragments.writing(*people, allowed=self._may_write)
        theme.show(self._head, head)

    def _turn(self, _event: object) -> None:
        if pn.state.location is not None:
            address = {"thread": self._list.chosen or None}
            pn.state.location.update_query(**address)  # pyright: ignore[reportArgumentType]
        self.later(self._arrange)
        self.refresh()

    def _begin(self, _event: object) -> None:
        self._list.chosen = ""

    def _open(self, thread: str) -> None:
        self._new.clear()
        self._list.chosen = thread

    async def _send_new(self, _event: object) -> None:
        sent: list[str] = []

        def send(person: Person) -> None:
            words, files = self._new.written()
            subject = self._new.subject.value
            sent.append(self._room.write(words, subject=subject, by=person, files=files))

        if await self.act(send, button=self._new.button):
            self.later(partial(self._open, sent[0]))

    async def _send_reply(self, _event: object) -> None:
        thread = self._list.chosen

        def send(person: Person) -> None:
            if not thread:
                raise NotSendable("No thread is open.", fix="Choose one.")
            words, files = self._reply.written()
            self._room.reply(thread, words, by=person, files=files)

        if await self.act(send, button=self._reply.button):
            self.later(self._reply.clear)
            self.refresh()


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
