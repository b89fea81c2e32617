from datetime import timedelta

import pytest

from sampark.desk.queries import Queries, Unknown
from sampark.desk.views import Stage as Stand
from sampark.domain.base import StepKey, TaskId
from sampark.domain.run import StepError, StepRun, StepStatus
from sampark.domain.task import TaskStatus


@pytest.fixture
def ask(stage) -> Queries:
    return Queries(stage.services)


def test_an_empty_house(ask: Queries):
    overview = ask.overview()
    assert (overview.counts, overview.tasks, overview.mails, overview.held) == ({}, (), (), ())


def test_tasks_are_counted_by_where_they_stand(stage, ask: Queries):
    stage.task("runs")
    stage.task("asks", status=TaskStatus.ASKING)
    stage.task("done", status=TaskStatus.DONE)
    stage.task("sleeps")
    stage.store.waits.add(TaskId("sleeps"), "wait", "w", stage.clock.now() + timedelta(hours=1))
    overview = ask.overview()
    assert overview.counts == {Stand.RUNNING: 1, Stand.WAITING: 2, Stand.DONE: 1}
    assert overview.seq == ask.last_event()


def test_a_mail_is_open_until_it_was_handled(stage, ask: Queries):
    ref = stage.mail("Hello")
    assert [line.outcome for line in ask.overview().mails] == ["open"]
    stage.store.mails.set_outcome(ref, "ignored", "not a requester", None)
    line = ask.overview().mails[0]
    assert (line.outcome, line.reason, line.task) == ("ignored", "not a requester", None)


def test_a_held_mail_names_its_task(stage, ask: Queries):
    task = stage.task()
    key = stage.answer(task, "Done.")
    stage.store.outbox.drafted(key, "d1")
    stage.store.outbox.unknown(key, "time-out at send")
    held = ask.overview().held[0]
    assert (held.task, held.state, held.reason) == (task, "unknown", "time-out at send")


def test_a_task_shows_its_plan_and_steps(stage, ask: Queries, two_steps):
    task = stage.task(plan=two_steps(), files={"sales.csv": b"a;b\n1;2\n"})
    stage.done(task, "open", {"file": stage.made(task, "sales.csv", b"a;b\n1;2\n")})
    page = ask.task(task)
    first, second = page.steps
    assert (first.status, first.attempts, first.seconds) == (StepStatus.DONE, 1, 2.0)
    assert first.uses == ("handle: att1",)
    assert first.results[0].file is not None
    assert first.results[0].file.name == "sales.csv"
    assert (second.status, second.attempts) == (StepStatus.QUEUED, 0)
    assert second.uses == ("file: file of “Open the file”", "sheets: a, b")
    assert page.picture.startswith("<svg")
    assert page.origin == "playbook ask"


def test_a_step_that_sleeps_is_shown_as_waiting(stage, ask: Queries, two_steps):
    task = stage.task(plan=two_steps())
    due = stage.clock.now() + timedelta(minutes=5)
    stage.store.waits.add(task, "open", "w", due)
    page = ask.task(task)
    assert page.steps[0].status is StepStatus.WAITING
    assert page.line.waits_until == due


def test_the_conversation_is_told_in_order_and_without_what_is_quoted(stage, ask: Queries):
    task = stage.task(
        body="Just the total.\n\nOn Mon, 2 Nov 2026 at 09:12, Ben <ben@example.org> wrote:\n> Send all"
    )
    stage.clock.advance(timedelta(minutes=1))
    stage.answer(task, "It is 42.", files={"total.csv": b"42"})
    asked, answered = ask.task(task).conversation
    assert (asked.ours, asked.text) == (False, "Just the total.")
    assert "Send all" in asked.rest
    assert (answered.ours, answered.text, answered.state) == (True, "It is 42.", "planned")
    assert [item.name for item in answered.files] == ["total.csv"]


def test_files_are_found_by_digest_in_mails_and_steps(stage, ask: Queries, two_steps):
    task = stage.task(plan=two_steps(), files={"in.csv": b"in"})
    stage.answer(task, "Here.", files={"out.csv": b"out"})
    made = stage.made(task, "made.csv", b"made")
    stage.done(task, "open", {"file": made})
    page = ask.task(task)
    came, went = (said.files[0].sha256 for said in page.conversation)
    found = [ask.file(task, digest) for digest in (came, went, str(made["sha256"]))]
    assert [(item.line.name, item.content) for item in found] == [
        ("in.csv", b"in"),
        ("out.csv", b"out"),
        ("made.csv", b"made"),
    ]


def test_a_file_of_another_task_is_not_given(stage, ask: Queries, two_steps):
    one = stage.task("one", files={"in.csv": b"in"})
    two = stage.task("two", plan=two_steps())
    digest = ask.task(one).conversation[0].files[0].sha256
    with pytest.raises(Unknown, match="no file of that digest"):
        ask.file(two, digest)
    with pytest.raises(Unknown):
        ask.file(TaskId("three"), digest)


def test_an_unknown_task(ask: Queries):
    for question in (ask.line, ask.task):
        with pytest.raises(Unknown, match="no task of that id"):
            question(TaskId("nothing"))


def test_a_failed_attempt_tells_why(stage, ask: Queries, two_steps):
    task = stage.task(plan=two_steps())
    error = StepError(kind="StepFailed", message="The file is empty.")
    run = StepRun(key=StepKey("open"), attempt=2, status=StepStatus.FAILED, error=error)
    stage.store.runs.finish(task, 1, run)
    step = ask.task(task).steps[0]
    assert (step.status, step.attempts, step.error) == (StepStatus.FAILED, 2, "The file is empty.")
