"""Several mails on one thread: one task, planned anew with every word, one answer to all of it."""

from datetime import timedelta

import pytest

from sampark.domain.run import StepStatus
from sampark.domain.task import TaskStatus
from sampark.sandbox.samples import sample

YOU = "you@example.com"
SALES = {"sales.csv": sample("sales.csv")}


def write(world, *bodies, files=None):
    """Send a mail and, before anything is done about it, more mails on its thread."""
    person = world.person(YOU)
    sent = person.write(bodies[0], to=world.account, subject="A task", files=files)
    for body in bodies[1:]:
        person.reply(sent, body)
    world.settle()
    return person.thread(sent.thread_id)


def answers(letters):
    return [letter for letter in letters if YOU not in letter.sender]


def test_three_quick_mails_are_one_task_with_one_answer_to_all(world):
    letters = write(
        world,
        "What is the sum of amount by region?",
        "And the average units by region?",
        "And how many rows are there?",
        files=SALES,
    )
    (task,) = world.tasks
    assert world.status(task.id) is TaskStatus.DONE
    (answer,) = answers(letters)
    for words in ("sum of “amount”", "average of “units”", "240"):
        assert words in answer.text
    assert "You wrote again" in answer.text
    assert [row.outcome for row in reversed(world.system.store.mails.rows())] == [
        "task",
        "answer",
        "answer",
    ]


def test_a_correction_during_a_wait_plans_the_rest_anew(clocked):
    person = clocked.person(YOU)
    when = clocked.system.clock.now() + timedelta(hours=2)
    sent = person.write(
        f"Remind me on {when:%Y-%m-%d} at {when:%H:%M} UTC to call Bob.",
        to=clocked.account,
        subject="Bob",
    )
    clocked.settle()
    later = when + timedelta(hours=1)
    person.reply(person.thread(sent.thread_id)[-1], f"Sorry, at {later:%H:%M} UTC.")
    clocked.settle()
    (task,) = clocked.tasks
    assert clocked.status(task.id) is TaskStatus.RUNNING
    before = len(answers(person.thread(sent.thread_id)))
    clocked.advance(timedelta(hours=2, minutes=1))
    clocked.settle()
    assert len(answers(person.thread(sent.thread_id))) == before
    clocked.advance(timedelta(hours=1))
    clocked.settle()
    assert "call Bob" in answers(person.thread(sent.thread_id))[-1].text
    assert clocked.status(task.id) is TaskStatus.DONE


def test_what_is_done_already_is_not_done_again(clocked):
    person = clocked.person(YOU)
    sent = person.write(
        "Remind me tomorrow at 9:00 to call Bob.", to=clocked.account, subject="Bob"
    )
    clocked.settle()
    task = clocked.tasks[0].id
    runs = clocked.system.store.runs
    person.reply(person.thread(sent.thread_id)[-1], "He likes tea.")
    clocked.settle()
    assert clocked.status(task) is TaskStatus.RUNNING
    clocked.advance(timedelta(days=2))
    clocked.settle()
    assert clocked.status(task) is TaskStatus.DONE
    assert [run.status for run in runs.steps(task)].count(StepStatus.DONE) == 2
    answer = answers(person.thread(sent.thread_id))[-1].text
    assert "read together" in answer
    assert "Not understood: “He likes tea”" in answer.replace(".”", "”")


def test_other_work_is_a_task_of_its_own_with_the_same_files(clocked):
    person = clocked.person(YOU)
    sent = person.write(
        "Remind me tomorrow at 9:00 to call Bob.", to=clocked.account, subject="Bob"
    )
    clocked.settle()
    person.reply(person.thread(sent.thread_id)[-1], "/convert xlsx", files=SALES)
    clocked.settle()
    first, second = clocked.tasks
    assert clocked.status(first.id) is TaskStatus.RUNNING
    assert clocked.status(second.id) is TaskStatus.DONE
    answer = answers(person.thread(sent.thread_id))[-1]
    assert list(answer.files) == ["sales.xlsx"]
    assert "“Remind me tomorrow at 9:00 to call Bob.” goes on" in answer.text


def test_a_file_that_follows_at_once_is_taken(world):
    person = world.person(YOU)
    sent = person.write("Please profile the attached sheet.", to=world.account, subject="A task")
    person.reply(sent, "Sorry, here it is.", files=SALES)
    world.settle()
    assert len(world.tasks) == 1
    assert "240 rows" in answers(person.thread(sent.thread_id))[-1].text


def test_corrections_of_an_event_are_one_entry(world):
    letters = write(
        world,
        "Please put the review into my calendar: 12 May 2027 at 14:00 for 45 minutes.",
        "Sorry, at 15:00.",
        "and invite bob@example.com",
    )
    (answer,) = answers(letters)
    assert "15:00 to 15:45" in answer.text
    assert "bob@example.com" in answer.text


def test_the_same_in_another_way_too_is_answered_beside_the_first(world):
    letters = write(
        world, "Convert this to docx, please.", "also as pdf", files={"a.md": sample("minutes.md")}
    )
    assert sorted(name for letter in answers(letters) for name in letter.files) == [
        "a.docx",
        "a.pdf",
    ]


def test_a_correction_replaces_what_was_asked(world):
    letters = write(
        world, "Convert this to docx.", "Sorry, pdf instead.", files={"a.md": sample("minutes.md")}
    )
    assert [list(letter.files) for letter in answers(letters)] == [["a.pdf"]]


def test_a_forgotten_file_and_words_that_mean_nothing_here(world):
    parts = {name: sample(name) for name in ("offer-part-1.pdf", "offer-part-2.pdf")}
    person = world.person(YOU)
    first, second = ({name: content} for name, content in parts.items())
    sent = person.write("Merge these PDFs into one.", to=world.account, subject="A", files=first)
    person.reply(sent, "Forgot this one.", files=second)
    person.reply(sent, "The blue one is nicer, by the way.")
    world.settle()
    (answer,) = answers(person.thread(sent.thread_id))
    assert list(answer.files) == ["merged.pdf"]
    assert "Not understood: “The blue one is nicer, by the way" in answer.text


@pytest.mark.parametrize("words", ["Is it at 16:00?", "No reminder at 16:00 please"])
def test_a_question_or_a_refusal_moves_no_reminder(clocked, words):
    person = clocked.person(YOU)
    sent = person.write("Remind me tomorrow at 9:00 to call Bob.", to=clocked.account, subject="A")
    clocked.settle()
    (task,) = clocked.tasks
    (before,) = clocked.system.store.waits.open(task.id)
    person.reply(person.thread(sent.thread_id)[-1], words)
    clocked.settle()
    (now,) = clocked.system.store.waits.open(task.id)
    assert now.due_at == before.due_at
    clocked.advance(timedelta(days=2))
    clocked.settle()
    assert f"Not understood: “{words}”" in answers(person.thread(sent.thread_id))[-1].text


@pytest.mark.parametrize(
    "bodies",
    [
        ("What is the total amount by region? And by product?",),
        (
            "What is the total amount by region?",
            "and by product?",
            "What is the maximum units by region?",
        ),
    ],
    ids=["in one mail", "between two"],
)
def test_half_a_question_that_was_added_is_answered_or_named(world, bodies):
    said = " ".join(each.text for each in answers(write(world, *bodies, files=SALES)))
    assert "Not understood: \u201cby product?\u201d" in said or "by \u201cproduct\u201d" in said


def test_whole_questions_and_thanks_leave_nothing_to_own_up_to(world):
    asked = (
        "What is the total amount by region? And what is the maximum units by product? And thanks!"
    )
    (answer,) = answers(write(world, asked, files=SALES))
    assert "Not understood" not in answer.text
