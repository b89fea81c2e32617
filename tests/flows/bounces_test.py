"""What comes back of our mails, in the shapes that servers really give it, and what only looks so."""

import re
import tomllib
from contextlib import contextmanager
from pathlib import Path

from sampark.mailbox.mime import parse
from sampark.sandbox.samples import sample
from sampark.settings import Settings
from sampark.testing.builders import mail
from sampark.world import World

YOU, BEN = "you@example.com", "ben@example.com"
SHAPES = tomllib.loads(Path(__file__).with_name("bounces.toml").read_text(encoding="utf-8"))


class Answered:
    """A mail of ours: its row, and its head as the receiving server saw it."""

    def __init__(self, world, row, raw):
        self.world, self.key = world, row.key
        self.head = re.split(r"\r?\n\r?\n", raw.decode(), maxsplit=1)[0]

    @property
    def row(self):
        return self.world.system.store.outbox.get(self.key)

    def report(self, shape, **changes):
        text = SHAPES[shape]["mail"].lstrip()
        for word, value in {"TO": YOU, "ID": self.row.message_id, "HEAD": self.head}.items():
            text = re.sub(rf"\b{word}\b(?!:)", lambda _, value=value: value, text)
        for old, new in changes.items():
            text = text.replace(old, new)
        return text


@contextmanager
def answered(count):
    """Answer that many tasks of one person."""
    with World(settings=Settings(requesters=(YOU, BEN))) as world:
        person = world.person(YOU)
        for number in range(count):
            files = {"minutes.md": sample("minutes.md")}
            person.write("/convert pdf", to=world.account, subject=f"Task {number}", files=files)
        world.settle(seconds=200)
        yield world, _found(world, person)


def _found(world, person):
    rows = [row for task in world.tasks for row in world.system.store.outbox.for_task(task.id)]
    seen = {parse(raw).header("X-Sampark-Key"): raw for raw in person.raw_mails("INBOX")}
    return [Answered(world, row, seen[row.key]) for row in rows]


def _deliver(world, text, dmarc="none"):
    world.deliver(text.encode(), dmarc=dmarc)


def test_behaviour_12_every_shape_of_report_marks_its_own_mail_and_nothing_is_sent_again():
    with answered(len(SHAPES)) as (world, mails):
        for shape, ours in zip(SHAPES, mails, strict=True):
            _deliver(world, ours.report(shape))
        sent = len(world.outbound[YOU])
        world.settle(seconds=200)
        assert {shape: ours.row.state for shape, ours in zip(SHAPES, mails, strict=True)} == (
            dict.fromkeys(SHAPES, "bounced")
        )
        for shape, ours in zip(SHAPES, mails, strict=True):
            assert SHAPES[shape]["reason"] in ours.row.reason, shape
        assert len(world.outbound[YOU]) == sent
        assert {len(world.tasks), len(mails)} == {len(SHAPES)}


VACATION = """From: You <you@example.com>
To: sampark@example.com
Subject: Automatic reply: Re: A task
Auto-Submitted: auto-replied
In-Reply-To: ID

I am out of the office until Monday. My old address is no longer valid.

HEAD
"""
READ = """From: You <you@example.com>
To: sampark@example.com
Subject: Read: Re: A task
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b

Your message was displayed.
--b
Content-Type: message/disposition-notification

Original-Message-ID: ID
Disposition: manual-action/MDN-sent-manually; displayed
--b--
"""


def test_what_is_no_failure_changes_nothing():
    with answered(1) as (world, (ours,)):
        for action, status in (("delayed", "4.4.1"), ("relayed", "2.0.0"), ("delivered", "2.1.5")):
            said = {"Action: failed": f"Action: {action}", "Status: 5.1.1": f"Status: {status}"}
            _deliver(world, ours.report("Amazon SES", **said))
        for text in (VACATION, READ):
            _deliver(world, text.replace("ID", ours.row.message_id).replace("HEAD", ours.head))
        world.settle()
        kinds = [event.kind for event in world.system.store.events.since(0)]
        assert (ours.row.state, kinds.count("delivery.delayed")) == ("sent", 1)
        assert len(world.tasks) == 1


def test_of_several_recipients_the_one_that_failed_is_named():
    with World(settings=Settings(requesters=(YOU, BEN))) as world:
        letter = mail("/convert pdf", files={"minutes.md": sample("minutes.md")})
        letter["Cc"] = BEN
        world.deliver(letter)
        world.settle()
        (ours,) = _found(world, world.person(YOU))
        _deliver(world, ours.report("Postfix", **{YOU: BEN}))
        world.settle()
        assert ours.row.state == "bounced"
        assert ours.row.reason == f"The receiving server refused it for good (5.1.1) for {BEN}."
        _deliver(world, ours.report("Amazon SES"))
        world.settle()
        assert ours.row.reason.endswith(f"(5.1.1) for {YOU}.")
        assert BEN in ours.row.reason


def test_who_knows_nothing_of_a_mail_of_ours_marks_nothing():
    with answered(1) as (world, (ours,)):
        guessed = {"<": "<x", ours.key: ours.key[::-1]}
        for shape in ("Gmail", "Postfix", "Exim without MIME", "A gateway that only refers"):
            _deliver(world, ours.report(shape, **guessed))
        # A stranger who is no server, whatever he quotes, writes no report.
        quoted = f"Your mail did not arrive, send it again.\n\n> {ours.head}".replace("\n", "\n> ")
        _deliver(
            world, f"From: evil@stranger.example\nTo: {world.account}\nSubject: Look\n\n{quoted}"
        )
        world.settle()
        assert ours.row.state == "sent"
        assert len(world.outbound[YOU]) == 1


def test_a_forged_report_at_most_flags():
    """Only who got our mail can name it; all that he gains is that a person is told."""
    with answered(1) as (world, (ours,)):
        forged = ours.report("Postfix").replace("mx.hill.example", "stranger.example")
        _deliver(world, forged, dmarc="fail")
        world.settle()
        assert ours.row.state == "bounced"
        assert "stranger" not in ours.row.reason
        assert len(world.outbound[YOU]) == 1
        assert len(world.tasks) == 1
