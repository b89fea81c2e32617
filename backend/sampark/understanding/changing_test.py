"""A few words that change one thing about known work, and many that change nothing."""

import pytest

from sampark.understanding import evidence
from sampark.understanding.amending import belongs
from sampark.understanding.conftest import ASKED, mail
from sampark.understanding.following import follow

SUM = mail("What is the sum of amount by region where status is paid?", "sales.csv")
PDF = mail("Convert this to pdf.", "minutes.md")
MERGE = mail("Please merge these into one PDF.", "a.pdf", "b.pdf")
SPLIT = mail("Please split pages 1-2 out of this.", "a.pdf")
EVENT = mail("Please put the review into my calendar: 12 May 2027 at 14:00 for 45 minutes.")
REMIND = mail("Remind me tomorrow at 9:00 to call Bob.")
PROFILE = mail("Please profile the attached sheet.", "sales.xlsx")


def went_on(earlier, words):
    fresh = mail(words, number=1 + len(earlier.inputs), before=earlier.inputs)
    task = follow(fresh, earlier, None)
    assert evidence.check(task) == []
    return task, {claim.name: claim.value for claim in task.claims}


@pytest.mark.parametrize(
    "earlier, words, changes",
    [
        (
            SUM,
            "and by product?",
            {"by": "product", "column": "amount", "where": ["status is paid"]},
        ),
        (SUM, "by product?", {"by": "product"}),
        (SUM, "now per customer please", {"by": "customer"}),
        (SUM, "by month instead", {"by": "month"}),
        (SUM, "same for March", {"where": ["March"], "by": "region"}),
        (SUM, "only North", {"where": ["status is paid", "North"]}),
        (SUM, "where amount is over 100", {"where": ["status is paid", "amount is over 100"]}),
        (SUM, "and the average?", {"measure": "average", "column": "amount", "by": "region"}),
        (SUM, "the average instead", {"measure": "average"}),
        (SUM, "and the count?", {"measure": "count", "by": "region"}),
        (SUM, "what about units?", {"column": "units", "measure": "sum"}),
        (SUM, "and units?", {"column": "units"}),
        (SUM, "top 3", {"measure": "top", "n": 3, "by": "region"}),
        (SUM, "Hi,\n\nonly the top 3 please.\n\nThanks\nAnn", {"n": 3}),
        (SUM, "as a bar chart please", {"by": "region", "measure": "sum"}),
        (SUM, "same again", {"by": "region"}),
        (PDF, "docx too please", {"target_format": "docx"}),
        (PDF, "word instead", {"target_format": "docx"}),
        (PDF, "the same in Word", {"target_format": "docx"}),
        (PDF, "not pdf, docx", {"target_format": "docx"}),
        (PDF, "sorry, I meant html", {"target_format": "html"}),
        (MERGE, "the other way round", {"files": ["att2", "att1"]}),
        (MERGE, "b.pdf first please", {"files": ["att2", "att1"]}),
        (MERGE, "a.pdf last", {"files": ["att2", "att1"]}),
        (SPLIT, "3-4 instead", {"pages": "3-4"}),
        (SPLIT, "same for pages 4-5", {"pages": "4-5"}),
        (SPLIT, "one file per page please", {"pages": ""}),
        (EVENT, "make it 15:00", {"when": "2027-05-12T15:00:00+00:00", "minutes": 45}),
        (EVENT, "13 May instead", {"when": "2027-05-13T14:00:00+00:00", "title": "review"}),
        (EVENT, "an hour later", {"when": "2027-05-12T15:00:00+00:00"}),
        (EVENT, "the day before", {"when": "2027-05-11T14:00:00+00:00"}),
        (EVENT, "same next week", {"when": "2027-05-19T14:00:00+00:00"}),
        (EVENT, "postpone it by 30 minutes", {"when": "2027-05-12T14:30:00+00:00"}),
        (EVENT, "make it an hour", {"minutes": 60, "when": "2027-05-12T14:00:00+00:00"}),
        (EVENT, "sorry, 2pm to 4pm", {"minutes": 120}),
        (EVENT, "invite bob@example.com too", {"attendees": ["bob@example.com"]}),
        (EVENT, "in room 5", {"place": "room 5"}),
        (EVENT, "call it Budget review", {"title": "Budget review"}),
        (REMIND, "make it 10:00", {"when": "2026-11-24T10:00:00+00:00", "title": "call Bob"}),
        (REMIND, "and on Friday", {"when": "2026-11-27T09:00:00+00:00"}),
        (REMIND, "snooze for an hour", {"when": "2026-11-23T13:00:00+00:00"}),
        (
            REMIND,
            "Remind me again in 2 hours",
            {"when": "2026-11-23T14:00:00+00:00", "title": "call Bob"},
        ),
        (PROFILE, "sheet Q2 please", {"sheet": "Q2"}),
        (PROFILE, "use the second sheet", {"sheet": "2"}),
        (SUM, "now the last sheet please", {"sheet": "last", "by": "region"}),
    ],
)
def test_a_few_words_go_on_from_the_work_before(earlier, words, changes):
    task, found = went_on(earlier, words)
    assert task.kind == earlier.kind
    assert {name: found.get(name) for name in changes} == changes
    assert [item.name for item in task.inputs] == [item.name for item in earlier.inputs]


@pytest.mark.parametrize(
    "earlier, words",
    [
        (SUM, "Please call Bob tomorrow."),
        (SUM, "Write me a poem about Friday."),
        (SUM, "by Friday please"),
        (SUM, "is it by product?"),
        (SUM, "not only North"),
        (SUM, "Does it do the count?"),
        (EVENT, "Is it at 16:00?"),
        (EVENT, "No event on Friday"),
        (PDF, "What is docx?"),
        (PDF, "no version in docx"),
        (SUM, "It looks odd. Who made it?"),
        (PDF, "Bob likes Word, he said at lunch."),
        (MERGE, "first of all, thank Bob"),
        (SPLIT, "There are 3 things I dislike."),
        (EVENT, "Please call Bob tomorrow at 9."),
        (EVENT, "See you tomorrow!"),
        (EVENT, "Bob is ill until 13 May, he says."),
        (REMIND, "He prefers tea at 4."),
        (PROFILE, "shorter please"),
    ],
)
def test_words_that_say_more_change_nothing(earlier, words):
    assert went_on(earlier, words)[0].kind == ""


@pytest.mark.parametrize(
    "words", ["Convert it to Word.", "Remind me on Friday at 9:00 to call Ann."]
)
def test_words_that_ask_for_work_of_their_own_are_that(words):
    assert went_on(REMIND, words)[1].get("title") in {None, "call Ann"}


@pytest.mark.parametrize(
    "task, words, its_own",
    [
        (PDF, "also as docx", True),
        (PDF, "docx too", True),
        (PDF, "docx instead", False),
        (PDF, "Remind me tomorrow at 9:00 to print it.", True),
        (SUM, "and by product?", True),
        (SUM, "And the average units by region?", False),
        (REMIND, "and on Friday", True),
        (REMIND, "on Friday instead", False),
        (REMIND, "And he likes tea.", False),
        (REMIND, "Remind me on Friday at 9:00 to call Ann.", True),
        (EVENT, "also for bob@example.com", False),
        (EVENT, "and invite bob@example.com", False),
        (EVENT, "Sorry, at 15:00.", False),
        (EVENT, "and one on 19 May", True),
        (EVENT, "Please schedule a call with Ann on 13 May at 9:00.", True),
        (PROFILE, "He likes tea.", False),
    ],
)
def test_more_of_the_same_is_told_from_a_correction(task, words, its_own):
    assert belongs(task, words, at=ASKED) is not its_own
