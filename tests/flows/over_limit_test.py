"""Behaviours 21 and 23: a mail over a reader's limit is refused politely, once, to those who may ask."""

from dataclasses import replace

import pytest

from sampark.mailbox import limits
from sampark.mailbox.parser import Parser
from sampark.sandbox.samples import sample
from sampark.testing.builders import mail
from sampark.workflow.services import bind

YOU = "you@example.com"
DEADLY = "Please convert this. Deadly, as it is."


@pytest.fixture
def fragile(world):
    """A world whose reader of mail dies of one word in a body."""
    parser = Parser(reader="sampark.mailbox.parser_test:mortal")
    bind(replace(world.system.services, parser=parser))
    yield world
    parser.close()


def letters(world):
    return world.person(YOU).letters(label="INBOX")


def test_behaviour_23_a_mail_that_kills_its_reader_is_answered_once_with_what_to_do(fragile):
    person = fragile.person(YOU)
    sent = person.write(DEADLY, to=fragile.account, subject="Figures")
    fragile.settle()
    (row,) = fragile.system.store.mails.rows()
    assert (row.outcome, row.task) == ("quarantined", None)
    (letter,) = letters(fragile)
    assert "could not be read" in letter.text
    assert "smaller files" in letter.text
    assert letter.subject == "Re: Figures"
    person.reply(letter, "/convert pdf", files={"minutes.md": sample("minutes.md")})
    fragile.settle()
    assert list(person.thread(sent.thread_id)[-1].files) == ["minutes.pdf"]


def test_behaviour_23_too_many_parts_are_told_with_the_limit(world):
    files = {f"{number}.txt": b"x" for number in range(limits.PARTS + 1)}
    world.deliver(mail("Merge these, please.", files=files))
    world.settle()
    (letter,) = letters(world)
    assert f"more than {limits.PARTS} parts" in letter.text
    assert world.tasks == []


@pytest.mark.parametrize(
    "letter, dmarc",
    [
        (mail(DEADLY, sender="eve@stranger.example"), "pass"),
        (mail(DEADLY), "fail"),
        (mail(DEADLY, headers={"Auto-Submitted": "auto-replied"}), "pass"),
        (mail(DEADLY, subject="Deadly"), "pass"),
    ],
)
def test_behaviour_23_strangers_machines_and_unreadable_headers_get_nothing(fragile, letter, dmarc):
    fragile.deliver(letter, dmarc=dmarc)
    fragile.settle()
    assert fragile.outbound == {}
    (row,) = fragile.system.store.mails.rows()
    assert row.outcome == "quarantined"
    assert "ended its process" in row.reason


def test_behaviour_14_a_loop_of_mails_over_a_limit_ends(clocked):
    files = {f"{number}.txt": b"x" for number in range(limits.PARTS + 1)}
    for number in range(7):
        clocked.deliver(mail("Merge these.", subject=f"Files {number}", files=files))
        clocked.settle()
    assert len(letters(clocked)) == 5
