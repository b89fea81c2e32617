"""Loops end by themselves, even when the gate is fooled; copies of one mail start one task."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from sampark.sandbox.samples import sample
from sampark.settings import Settings
from sampark.testing.builders import mail
from sampark.testing.clock import ManualClock
from sampark.world import World

YOU = "you@example.com"
LEFT, RIGHT = "left@example.com", "right@example.com"
TELLING = {"auto-submitted", "x-auto-response-suppress", "x-sampark-key", "message-id", "date"}
CHAIN = {"in-reply-to", "references"}


def pair(**caps):
    """Two mailboxes that Sampark answers, each an allowed requester of the other."""
    return World(
        settings=Settings(accounts=(LEFT, RIGHT), requesters=("@example.com",), **caps),
        clock=ManualClock(),
    )


def relay(world, raw, number, lost):
    """Pass an answer on to the other side, without the headers that tell what it is."""
    told = message_from_bytes(raw, policy=policy.SMTP)
    for name in lost:
        del told[name]
    told["Message-ID"] = f"<relayed-{number}@example.com>"
    to = RIGHT if LEFT in told["From"] else LEFT
    world.deliver(told, to=to)


def play(world, lost, rounds=60):
    """Answer every answer with an answer; return how many mails left until nobody said more."""
    world.deliver(mail("Write me a poem.", sender=RIGHT, to=LEFT), to=LEFT)
    passed: list[bytes] = []
    for _ in range(rounds):
        world.settle()
        sent = [raw for name in (LEFT, RIGHT) for raw in world.outbound.get(name, [])]
        fresh = [raw for raw in sent if raw not in passed]
        if not fresh:
            return len(passed)
        for raw in fresh:
            passed.append(raw)
            relay(world, raw, len(passed), lost)
    raise AssertionError(f"{len(passed)} mails and still no end")


def held(world):
    return [
        row.detail["rule"] for row in world.system.store.events.since(0) if row.kind == "mail.held"
    ]


def test_behaviour_14_two_machines_that_answer_each_other_end_at_the_repeated_body():
    with pair() as world:
        assert play(world, TELLING) <= 2 * (10 + 1)
        assert "repeated" in held(world)
        newest = world.system.store.mails.rows()[0]
        assert newest.outcome == "ignored"


def test_behaviour_14_the_limit_for_one_requester_ends_what_no_thread_shows():
    with pair(replies_per_requester=3) as world:
        assert play(world, TELLING | CHAIN) <= 2 * (3 + 1)
        assert set(held(world)) == {"replies per requester"}


def test_behaviour_14_a_thread_gets_so_many_answers_an_hour_and_one_word_about_it():
    with World(settings=Settings(replies_per_thread=2), clock=ManualClock()) as world:
        person = world.person(YOU)
        sent = person.write("Write me a poem.", to=world.account, subject="Poems")
        world.settle()
        for number in range(4):
            person.reply(person.thread(sent.thread_id)[-1], f"Write me {number} poems.")
            world.settle()
        letters = [each for each in person.thread(sent.thread_id) if YOU not in each.sender]
        assert len(letters) == 3
        assert "limit of 2 answers an hour in one thread" in letters[-1].text
        assert held(world) == ["replies per thread"] * 3
        world.advance(timedelta(hours=1, minutes=1))
        person.reply(letters[-1], "Write me one poem.")
        world.settle()
        assert len(world.tasks) == 3


def test_behaviour_14_many_mails_held_at_once_get_one_word_about_it():
    with World(settings=Settings(tasks_per_requester=1), clock=ManualClock()) as world:
        for number in range(13):
            world.deliver(mail(f"Write me {number} poems.", subject=f"Poem {number}"))
        world.settle()
        assert len(world.outbound[YOU]) == 2
        assert {row.outcome for row in world.system.store.mails.rows()} == {"task", "ignored"}
        assert world.person(world.account).letters(label="DRAFT") == []


def test_a_requester_has_so_many_tasks_a_day():
    with World(settings=Settings(tasks_per_requester=2), clock=ManualClock()) as world:
        for number in range(5):
            world.deliver(mail(f"Write me {number} poems.", subject=f"Poem {number}"))
        world.settle()
        assert len(world.tasks) == 2
        said = [message_from_bytes(raw).as_string() for raw in world.outbound[YOU]]
        assert len([text for text in said if "limit of 2 tasks a day" in text]) == 1
        assert len(said) == 3
        world.advance(timedelta(days=1, minutes=1))
        world.deliver(mail("Write me a poem."))
        world.settle()
        assert len(world.tasks) == 3


def test_behaviour_14_the_same_words_again_are_told_once_and_never_worked_on(world):
    person = world.person(YOU)
    sent = person.write("Write me a poem.", to=world.account, subject="Poems")
    world.settle()
    for said in (1, 1, 1):
        person.reply(person.thread(sent.thread_id)[-1], "Write me a  poem.")
        world.settle()
        assert len(world.outbound[YOU]) == 1 + said
    told = person.thread(sent.thread_id)[3]
    assert "says the same as your mail of" in told.text
    assert "“redo”" in told.text
    assert len(world.tasks) == 1
    assert held(world) == ["repeated"] * 3
    assert "same" in world.system.store.mails.rows()[0].reason


def test_behaviour_14_a_mail_that_was_held_back_may_be_sent_again():
    with World(settings=Settings(replies_per_thread=1), clock=ManualClock()) as world:
        person = world.person(YOU)
        sent = person.write("Write me a poem.", to=world.account, subject="Poems")
        world.settle()
        for _ in range(2):
            person.reply(person.thread(sent.thread_id)[-1], "Write me two poems.")
            world.settle()
            world.advance(timedelta(hours=1, minutes=1))
        assert len(world.tasks) == 2


def test_the_same_words_about_another_file_are_another_task(world):
    person = world.person(YOU)
    for name in ("sales.csv", "minutes.md"):
        thread = person.threads()
        files = {name: sample(name)}
        if thread:
            person.reply(person.thread(thread[0])[-1], "/convert pdf", files=files)
        else:
            person.write("/convert pdf", to=world.account, subject="Files", files=files)
        world.settle()
    assert len(world.tasks) == 2
    assert held(world) == []


def test_a_running_task_is_stopped_whatever_limit_is_reached():
    with World(settings=Settings(replies_per_thread=1), clock=ManualClock()) as world:
        person = world.person(YOU)
        sent = person.write(
            "Remind me tomorrow at 9:00 to call Bob.", to=world.account, subject="B"
        )
        world.settle()
        person.reply(person.thread(sent.thread_id)[-1], "stop")
        world.settle()
        assert world.status(world.tasks[0].id).final


def test_behaviour_09_a_copy_under_another_address_starts_no_second_task():
    with pair() as world:
        letter = mail("Write me a poem.", sender=YOU, to=[LEFT, RIGHT])
        for to in (LEFT, RIGHT, LEFT):
            world.deliver(letter, to=to)
        world.settle()
        assert len(world.tasks) == 1
        reasons = [row.reason for row in world.system.store.mails.rows()]
        assert reasons.count("A copy of it came in under another address.") == 2


@pytest.mark.parametrize("sender, dmarc", [("eve@stranger.example", "pass"), (YOU, "fail")])
def test_nobody_elses_mail_takes_the_place_of_a_requesters(world, sender, dmarc):
    headers = {"Message-ID": "<one@example.com>"}
    world.deliver(mail("Write me a poem.", sender=sender, headers=headers), dmarc=dmarc)
    world.settle()
    world.deliver(mail("Write me a poem.", headers=headers))
    world.settle()
    assert len(world.tasks) == 1
