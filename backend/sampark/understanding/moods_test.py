"""Questions and refusals about known work, none of which may change it, and the wishes that do."""

import pytest

from sampark.domain.task import UNREAD
from sampark.understanding import evidence
from sampark.understanding.amending import amend
from sampark.understanding.conftest import ASKED, mail

EVENT = mail("Please put the review into my calendar: 24 November 2026 at 14:00 for 45 minutes.")
REMIND = mail("Remind me tomorrow at 9:00 to call Bob.")
PDF = mail("Convert this to html.")
SPLIT = mail("Please split pages 1-2 out of this.")


@pytest.mark.parametrize(
    "task, said",
    [
        *(
            (task, said)
            for task in (EVENT, REMIND)
            for said in (
                "Is it at 16:00?",
                "Is it at 16:00",
                "was it 16:00?",
                "wasn't it 16:00?",
                "What about the time, is it 10:00?",
                "It was 16:00, wasn't it?",
                "Will you be there at 16:00?",
                "Will it be at 16:00?",
                "Will you send it at 16:00?",
                "And is it at 16:00?",
                "No, is it at 16:00?",
                "Should it be at 16:00?",
                "Would 16:00 work?",
                "Does 16:00 work for you?",
                "16:00?",
                "Why 16:00?",
                "Why not 16:00?",
                "Why is it at 16:00?",
                "Which one is at 16:00?",
                "Who comes at 16:00?",
                "And Bob comes at 16:00?",
                "Can you be there at 16:00?",
                "Tell me if it is at 16:00.",
                "Are you free on Friday?",
                "Do we have one on Friday?",
                "Is Friday a holiday?",
                "No event on Friday",
                "No reminder at 16:00 please",
                "No more 16:00",
                "No, not 16:00",
                "not on Friday",
                "not at 16:00 please",
                "Please don't do it at 16:00",
                "don’t do it at 16:00",
                "do not move it to 16:00",
                "Never on Friday.",
                "Cancel the one on Friday",
                "Please cancel it on Friday.",
                "Friday does not suit me",
                "I can't on Friday",
                "16:00 is too late",
                "nicht um 16:00 bitte",
                "Everything except Friday",
                "and not on Friday?",
            )
        ),
        (EVENT, "Why did you call it Budget?"),
        (EVENT, "Don't call it Budget"),
        *(
            (PDF, said)
            for said in (
                "no version in pdf",
                "no copy as pdf please",
                "What is pdf?",
                "is pdf possible?",
                "Is it pdf",
                "Do you do pdf?",
                "not pdf",
                "not pdf or docx",
                "neither pdf nor docx",
                "please no pdf",
                "Was that a pdf?",
                "Why pdf?",
            )
        ),
        (SPLIT, "Is it 3-4?"),
        (SPLIT, "not pages 3-4"),
        (SPLIT, "How many pages are 3-4?"),
    ],
)
def test_a_question_or_a_refusal_changes_nothing_and_is_owned_up_to(task, said):
    amended = amend(task, said, at=ASKED)
    kept = tuple(claim for claim in amended.claims if claim.name != UNREAD)
    assert (amended.kind, kept) == (task.kind, task.claims)
    assert len(amended.claims) == len(kept) + 1
    assert evidence.check(amended) == []


@pytest.mark.parametrize(
    "said",
    [
        "at 16:00 please",
        "What about 16:00?",
        "How about 16:00 instead?",
        "And at 16:00?",
        "or at 16:00?",
        "Can you make it 16:00?",
        "Could we do 16:00 instead?",
        "No, could you make it 16:00?",
        "Would you move it to 16:00?",
        "Hi Sampark, could you please move it to 16:00?",
        "Would it be possible to move it to 16:00?",
        "No, 16:00.",
        "No. Make it 16:00",
        "no, I meant 16:00",
        "No! At 16:00.",
        "No problem, make it 16:00",
        "Do it at 16:00",
        "should be 16:00",
        "It should be at 16:00.",
        "What I meant was 16:00",
        "Sorry, 16:00 it is",
        "16:00 instead of 14:00",
        "Not that early! At 16:00 please.",
    ],
)
@pytest.mark.parametrize("task", [EVENT, REMIND])
def test_a_wish_or_a_correction_changes_it(task, said):
    when = amend(task, said, at=ASKED).claim("when")
    assert when is not None
    assert when.value == "2026-11-24T16:00:00+00:00"


@pytest.mark.parametrize(
    "said",
    ["pdf", "no, pdf", "not docx, pdf", "no docx, pdf please", "Can I have it as pdf?", "and pdf?"],
)
def test_another_format_is_a_change_whatever_is_refused_beside_it(said):
    target = amend(PDF, said, at=ASKED).claim("target_format")
    assert target is not None
    assert target.value == "pdf"
