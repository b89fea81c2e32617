"""A plan that is shown before it runs: consent, refusal, and what else people answer."""

import pytest

from sampark.domain.task import TaskStatus
from sampark.sandbox.samples import sample
from sampark.settings import Settings
from sampark.testing.clock import ManualClock
from sampark.world import World

YOU = "you@example.com"


@pytest.fixture
def asked():
    """Talk on under a plan that is shown: each reply gives the letter that comes back."""
    settings = Settings(approve_plans=True)
    with World(settings=settings, clock=ManualClock(), approvals="by_hand") as world:
        person = world.person(YOU)
        files = {"minutes.md": sample("minutes.md")}
        sent = person.write("Convert this to docx.", to=world.account, subject="A", files=files)
        world.settle()

        def reply(words):
            person.reply(person.thread(sent.thread_id)[-1], words)
            world.settle()
            return person.thread(sent.thread_id)[-1]

        reply.world = world
        yield reply


def status(reply):
    return reply.world.status(reply.world.tasks[0].id)


def test_a_correction_is_planned_and_shown_anew_and_needs_its_own_go(asked):
    shown = asked("pdf instead")
    assert "Convert to pdf" in shown.text
    assert status(asked) is TaskStatus.APPROVING
    assert list(asked("go").files) == ["minutes.pdf"]
    approvals = [
        row.detail for row in asked.world.system.store.events.since(0) if row.kind == "approval"
    ]
    assert [each["granted"] for each in approvals] == [False, True]
    assert approvals[0]["plan"] != approvals[1]["plan"]


@pytest.mark.parametrize("words", ["ok", "How long does it take?", "Got it, go away"])
def test_what_is_no_consent_shows_the_plan_again_and_runs_nothing(asked, words):
    shown = asked(words)
    assert f"“{words}” is no consent" in shown.text
    assert status(asked) is TaskStatus.APPROVING
    assert list(asked("Go!").files) == ["minutes.docx"]


def test_three_words_that_are_no_consent_end_it(asked):
    for words in ("ok", "sure", "ok"):
        letter = asked(words)
    assert "so the plan is not run" in letter.text
    assert status(asked) is TaskStatus.STOPPED


@pytest.mark.parametrize("words", ["no", "No, thanks.", "decline", "stop"])
def test_a_no_ends_it(asked, words):
    letter = asked(words)
    assert letter.files == {}
    assert status(asked) is TaskStatus.STOPPED


def test_what_stands_below_a_go_is_not_passed_over_in_silence(asked):
    answer = asked("go\n\nAnd also as pdf, please.")
    assert list(answer.files) == ["minutes.docx"]
    assert "Not understood" in answer.text
