"""Whenever the process dies between a mail and its answer: nothing is lost, nothing comes twice.

`python -m tests.faults.all` kills at every point of every story; here it is every point that was
ever thought to be dangerous, and every third of the others.
"""

from collections.abc import Iterator

import pytest

from .points import Point, every_point
from .trial import ANSWER, EVENT, STATUS, STOP, Laboratory, laboratory

CRITICAL = {
    "the mail is kept, no workflow knows of it": Point("store.mails.take_in", 1, after=True),
    "the task is kept, the mail has no outcome": Point("store.tasks.add", 1, after=True),
    "the plan is kept, the task does not say so": Point("store.runs.save_plan", 1, after=True),
    "a step has ended, no checkpoint says so": Point("store.runs.note", 2, after=True),
    "the effect is in the ledger, not in the outbox": Point("store.effects.plan", 1, after=True),
    "the answer is in the outbox, no checkpoint": Point("store.outbox.plan", 1, after=True),
    "a draft was made, its id is not kept": Point("gmail.create_draft", 1, after=True),
    "sending is noted, nothing was sent": Point("store.outbox.drafted", 1, after=True),
    "it was sent, nothing says so": Point("gmail.send_draft", 1, after=True),
    "its Message-ID was read, nothing says so": Point("gmail.message_id", 1, after=True),
    "it is noted as sent, the ledger is open": Point("store.outbox.sent", 1, after=True),
    "the ledger is settled, no checkpoint": Point("store.effects.settle", 1, after=True),
}

INTAKE = {
    "history is read, no mail": Point("gmail.history", 1, after=True),
    "the mail is read, not kept": Point("gmail.fetch", 1, after=True),
    "its head is written, its content is not": Point("sql.store.insert.raws", 1, after=False),
    "it is written, the cursor is not": Point("sql.store.update.accounts", 1, after=False),
    "both are committed, no workflow is": Point("store.mails.take_in", 1, after=True),
    "its workflow is written, not committed": Point("engine.insert.workflow_input", 1, after=False),
    "its workflow is known": Point("engine.insert.workflow_input", 1, after=True),
}
RESYNC = {
    "the history is too old": Point("gmail.profile", 1, after=False),
    "the new cursor is pinned": Point("gmail.profile", 1, after=True),
    "the mailbox is listed": Point("gmail.search", 1, after=True),
    "a mail is read, not kept": Point("gmail.fetch", 1, after=True),
    "it is kept, the cursor is old": Point("store.mails.take_in", 1, after=True),
    "what came since the pin is known": Point("gmail.history", 2, after=True),
    "the cursor is about to be moved": Point("store.mails.take_in", 2, after=False),
    "the cursor is moved": Point("store.mails.take_in", 2, after=True),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    with laboratory(tmp_path_factory.mktemp("faults")) as made:
        yield made


def test_behaviour_15_no_death_loses_or_repeats_an_answer(lab):
    names = lab.count(EVENT)
    critical = list(CRITICAL.values())
    others = [point for point in every_point(names)[::3] if point not in critical]
    tally = lab.kill_at(EVENT, critical + others)
    assert tally.faults == {}
    assert {str(point) for point in critical} <= set(tally.died)
    assert len(tally.died) >= len(critical) + 0.9 * len(others)


@pytest.mark.parametrize("story", [ANSWER, STATUS, STOP], ids=lambda story: story.name)
def test_no_death_breaks_a_conversation(lab, story):
    names = lab.count(story)
    tally = lab.kill_at(story, every_point(names)[::12])
    assert tally.faults == {}
    assert tally.died


@pytest.mark.parametrize("expired", [False, True], ids=["history", "expired history"])
def test_behaviour_04_no_death_during_intake_loses_a_mail(lab, expired):
    points = list((RESYNC if expired else INTAKE).values())
    tally = lab.intake(f"intake-{expired}", points, expired=expired)
    assert tally.faults == {}
    assert tally.died == [str(point) for point in points]


def test_no_death_during_the_first_start_breaks_an_installation(lab):
    tally = lab.first_start(every=13)
    assert tally.faults == {}
    assert len(tally.died) > 10


def test_death_after_death_with_many_mails_on_the_way(lab):
    tally = lab.storm("storm", lives=8, mails=3, seed=20270301)
    assert tally.faults == {}
    assert len(tally.died) == 8
