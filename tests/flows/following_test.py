"""Mails that go on from a task which has ended: corrections, missing files, one more thing, thanks."""

import pytest

from sampark.domain.task import TaskStatus
from sampark.sandbox.samples import sample
from sampark.settings import Settings
from sampark.testing.builders import mail
from sampark.world import World

YOU, BEN = "you@example.com", "ben@example.com"


def first(world, body, files):
    """Send a mail with files, content by name; return the answer."""
    person = world.person(YOU)
    sent = person.write(body, to=world.account, subject="A task", files=files)
    world.settle()
    return person.thread(sent.thread_id)[-1]


def go_on(world, letter, body, files=None):
    """Answer a letter; return the letters that came back."""
    person = world.person(YOU)
    before = len(person.thread(letter.thread_id))
    person.reply(letter, body, files=files)
    world.settle()
    return person.thread(letter.thread_id)[before + 1 :]


SALES = {"sales.csv": sample("sales.csv")}


@pytest.mark.parametrize(
    "reply",
    [
        "What is the sum of amount by region?",
        "amount",
        "I meant amount, sorry.",
        "Use amount please",
        "It should be amount.",
    ],
)
def test_a_failed_question_is_asked_again_with_other_words(world, reply):
    failed = first(world, "What is the sum of moneys by region?", SALES)
    assert "“moneys”" in failed.text
    assert world.status(world.tasks[0].id) is TaskStatus.FAILED
    (answer,) = go_on(world, failed, reply)
    assert "sum of “amount” by “region”" in answer.text
    assert world.tasks[1].follows == world.tasks[0].id


@pytest.mark.parametrize(
    "reply", ["Sorry, here is the right one.", "", "Try again with this one please"]
)
def test_a_failed_file_is_replaced_by_the_one_that_is_sent(world, reply):
    failed = first(world, "Please profile the attached sheet.", {"a.xlsx": b"PK\x03\x04 broken"})
    (answer,) = go_on(world, failed, reply, SALES)
    assert "240 rows" in answer.text


def test_what_was_refused_can_be_asked_for_otherwise(world):
    refused = first(world, "Convert this to xlsx please", {"minutes.md": sample("minutes.md")})
    (answer,) = go_on(world, refused, "docx then")
    assert list(answer.files) == ["minutes.docx"]


def test_one_more_thing_is_done_with_the_same_file(world):
    done = first(world, "How many rows are there per region?", SALES)
    (answer,) = go_on(world, done, "Great, thanks. Now please convert it to Excel.")
    assert list(answer.files) == ["sales.xlsx"]
    (same,) = go_on(world, answer, "The same for this one, please.", {"b.csv": b"a,b\n1,2\n"})
    assert list(same.files) == ["b.xlsx"]


def test_a_few_words_after_a_good_answer_go_on_from_it(world):
    letter = first(world, "What is the sum of amount by region?", SALES)
    for reply, told in (
        ("and by product?", "sum of “amount” by “product”"),
        ("same for March", "where “date” is in March"),
        ("only North", "“region” is North"),
        ("top 2", "The 2 highest “product”"),
    ):
        (letter,) = go_on(world, letter, reply)
        assert told in letter.text
    assert "Now: top 2" in letter.text


def test_words_that_were_not_understood_do_not_part_a_mail_from_the_work_before(world):
    letter = first(world, "What is the sum of amount by region?", SALES)
    (letter,) = go_on(world, letter, "I like it in blue.")
    assert "cannot be done here" in letter.text
    (letter,) = go_on(world, letter, "and by product?")
    assert "sum of “amount” by “product”" in letter.text


@pytest.mark.parametrize(
    "reply", ["Thanks!", "Great, thank you very much.\n\nBest regards\nAnn Example"]
)
def test_thanks_are_not_answered(world, reply):
    done = first(world, "How many rows are there per region?", SALES)
    assert go_on(world, done, reply) == []
    assert len(world.tasks) == 1


def test_files_of_one_requester_are_not_taken_over_by_another():
    with World(settings=Settings(requesters=(YOU, BEN))) as world:
        done = first(world, "How many rows are there per region?", SALES)
        headers = {"In-Reply-To": done.message_id, "References": done.message_id}
        world.deliver(mail("Now convert it to Excel.", sender=BEN, headers=headers))
        world.settle()
        assert world.tasks[1].follows is None
        assert world.tasks[1].inputs == ()
