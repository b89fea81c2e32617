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


def test_a_reply_of_several_sentences_is_one_try(asked):
    asked("I am not sure about it. My boss wants to look first. Let me talk to her tomorrow.")
    asked("She is out. I could not reach her. She may be back on Monday.")
    assert status(asked) is TaskStatus.APPROVING
    asked("Still out. Sorry. I do not know.")
    assert status(asked) is TaskStatus.STOPPED


def test_a_change_is_no_try_whatever_else_it_says(asked):
    for words in ("pdf please. My boss likes it.", "html please. I like it.", "ok", "sure"):
        asked(words)
        assert status(asked) is TaskStatus.APPROVING


@pytest.mark.parametrize(
    "words",
    [
        "no",
        "No, thanks.",
        "decline",
        "stop",
        "no go",
        "No-go!",
        "nein danke",
        "please don’t",
        "Please don't.",
        "do not run this",
        "Don't run it, please",
        "don't go ahead",
        "No, don't.",
        "rather not",
        "No way!",
        "lieber nicht",
        "non merci",
    ],
)
def test_a_no_ends_it(asked, words):
    letter = asked(words)
    assert letter.files == {}
    assert status(asked) is TaskStatus.STOPPED


@pytest.mark.parametrize(
    "words",
    [
        "not yet",
        "wait",
        "go please",
        "go\n\nNo wait, not yet",
        "Go\nplease don't",
        "No idea. You tell me.",
    ],
)
def test_who_is_not_ready_yet_keeps_the_plan(asked, words):
    assert asked(words).files == {}
    assert status(asked) is TaskStatus.APPROVING
    assert list(asked("go").files) == ["minutes.docx"]


def test_a_no_before_another_wish_is_a_correction(asked):
    assert "Convert to pdf" in asked("No, pdf instead").text
    assert status(asked) is TaskStatus.APPROVING


def test_what_stands_below_a_go_is_not_passed_over_in_silence(asked):
    answer = asked("go\n\nAnd also as pdf, please.")
    assert list(answer.files) == ["minutes.docx"]
    assert "Not understood" in answer.text
