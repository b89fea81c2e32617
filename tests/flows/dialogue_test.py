"""What is said between the first mail and the last: questions, answers in any words, once more."""

import pytest
from icalendar import Calendar

from sampark.domain.task import TaskStatus
from sampark.sandbox.samples import sample

YOU = "you@example.com"


def converse(world, body, *files, replies=()):
    """Send a mail with sample files, then each reply to the latest letter; return the thread's letters."""
    person = world.person(YOU)
    contents = {name: sample(name) for name in files}
    sent = person.write(body, to=world.account, subject="A task", files=contents)
    world.settle()
    for reply in replies:
        words, *more = reply if isinstance(reply, tuple) else (reply,)
        latest = person.thread(sent.thread_id)[-1]
        person.reply(latest, words, files={name: sample(name) for name in more})
        world.settle()
    return person.thread(sent.thread_id)


@pytest.mark.parametrize(
    "reply",
    ["As docx, please.", "Word", "the second one", "Hi,\n\nWord would be great.\n\nThanks\nAnn"],
)
def test_a_question_is_answered_in_own_words(world, reply):
    answer = converse(world, "Please convert the attached file.", "minutes.md", replies=[reply])[-1]
    assert list(answer.files) == ["minutes.docx"]


def test_what_cannot_be_read_is_asked_once_more_with_the_choices(world):
    asked = converse(
        world, "Please convert the attached file.", "minutes.md", replies=["no idea, sorry"]
    )[-1]
    assert "I cannot read “no idea, sorry” here" in asked.text
    assert "1) pdf" in asked.text
    assert world.status(world.tasks[0].id) is TaskStatus.ASKING
    world.person(YOU).reply(asked, "2 then")
    world.settle()
    assert world.status(world.tasks[0].id) is TaskStatus.DONE


def test_an_event_is_completed_by_its_answer(clocked):
    letters = converse(
        clocked, "Please schedule a meeting with Bob.", replies=["tomorrow at 3pm for 30 minutes"]
    )
    content = next(iter(letters[-1].files.values()))
    event = Calendar.from_ical(content).walk("VEVENT")[0]
    assert event.start.hour == 15


def test_two_questions_take_one_reply(world):
    letters = converse(
        world,
        "Please convert the attached file and merge it with the others.",
        "minutes.md",
        replies=["the first"],
    )
    assert len(world.tasks) == 1
    assert len(letters) == 4


def test_what_cannot_be_read_three_times_ends_with_what_would_work(world):
    letters = converse(
        world,
        "Please convert the attached file.",
        "minutes.md",
        replies=["no idea, sorry", "hmm, whatever Bob likes", "as I said"],
    )
    asked_last, ended = letters[-3], letters[-1]
    assert "asked for the last time" in asked_last.text
    assert "the number of your choice and nothing else" in asked_last.text
    assert "nothing was done" in ended.text
    assert "“as I said”" in ended.text
    assert "pdf, html, docx" in ended.text or "pdf, docx" in ended.text
    assert len(letters) == 8
    assert world.status(world.tasks[0].id) is TaskStatus.FAILED
    person = world.person(YOU)
    person.reply(ended, "docx")
    world.settle()
    assert list(person.thread(ended.thread_id)[-1].files) == ["minutes.docx"]


def test_an_answer_after_the_end_is_taken_all_the_same(clocked):
    letters = converse(
        clocked,
        "Please schedule a meeting with Bob.",
        replies=["soonish", "when it suits", "one of these days"],
    )
    assert "nothing was done" in letters[-1].text
    person = clocked.person(YOU)
    person.reply(letters[-1], "tomorrow at 3pm")
    clocked.settle()
    assert next(iter(person.thread(letters[0].thread_id)[-1].files)).endswith(".ics")


def test_an_answer_that_leads_on_to_another_question_counts_anew(clocked):
    letters = converse(
        clocked,
        "Remind me to call Bob.",
        replies=["soonish", "yesterday at 9:00", "in two hours"],
    )
    assert clocked.status(clocked.tasks[0].id) is TaskStatus.RUNNING
    assert len(letters) == 8


def test_two_questions_that_take_turns_come_to_an_end(clocked):
    letters = converse(
        clocked,
        "Please convert the attached file.",
        "minutes.md",
        replies=[
            "Remind me to call Bob.",
            "Convert the file.",
            "Remind me to call Ann.",
            "Convert the file please.",
            "Remind me to call Cid.",
        ],
    )
    assert clocked.status(clocked.tasks[0].id) is TaskStatus.ASKING
    assert "asked for the last time" in letters[-1].text
    person = clocked.person(YOU)
    person.reply(letters[-1], "Please do convert the file.")
    clocked.settle()
    assert clocked.status(clocked.tasks[0].id) is TaskStatus.FAILED
