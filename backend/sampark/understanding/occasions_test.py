from datetime import UTC, datetime

import pytest

from sampark.understanding.claims import Frame
from sampark.understanding.moments import Now
from sampark.understanding.words import read

NOW = Now(at=datetime(2026, 11, 23, 12, 0, tzinfo=UTC), zone=UTC)  # a Monday


def told(words):
    """Return the kind of work and the claims by name, the first of each."""
    reading = read(words, 0, Frame(inputs=(), now=NOW))
    found = {}
    for item in reading.found:
        found.setdefault(item.name, item.value)
    return reading.kind, found


@pytest.mark.parametrize(
    "words, when, title",
    [
        ("put the review on 12 May at 14:00", "2027-05-12T14:00", "review"),
        ("Put the project review on Friday at 10 please", "2026-11-27T10:00", "project review"),
        ("block Friday 9-10 for planning", "2026-11-27T09:00", "planning"),
        ("Block 14:00-15:00 tomorrow for focus time", "2026-11-24T14:00", "focus time"),
        ("Reserve Friday 9 to 11 for the audit", "2026-11-27T09:00", "audit"),
        ("hold Tuesday afternoon for the workshop", "2026-11-24T14:00", "workshop"),
        ("schedule lunch with Bob next Tuesday noon", "2026-12-01T12:00", "lunch with Bob"),
        ("Lunch with Bob next Tuesday at noon", "2026-12-01T12:00", "Lunch with Bob"),
        ("Could you please schedule lunch with Bob tomorrow?", None, "lunch with Bob"),
        ("meet with Bob tomorrow at 3pm", "2026-11-24T15:00", "meet with Bob"),
        ("Please add the dentist on 4 December 8:30", "2026-12-04T08:30", "dentist"),
        ("Pencil in lunch on Friday at noon", "2026-11-27T12:00", "lunch"),
        ("Set up a meeting tomorrow at 3pm", "2026-11-24T15:00", "meeting"),
        (
            "Make an appointment for Thursday 15:00: haircut",
            "2026-11-26T15:00",
            "appointment: haircut",
        ),
        ("Save the date: party on 12 December at 19:00", "2026-12-12T19:00", "party"),
        (
            'Create an event called "Merge the files" on 4 December at 10:00',
            "2026-12-04T10:00",
            "Merge the files",
        ),
        ("Trag bitte das Meeting am 12.5. um 14 Uhr ein", "2027-05-12T14:00", "Meeting"),
        (
            "Bitte plane ein Treffen mit Bob am Freitag um 15 Uhr",
            "2026-11-27T15:00",
            "Treffen mit Bob",
        ),
        ("Planifie une réunion demain à 15h", "2026-11-24T15:00", "réunion"),
        ("Programa una reunión mañana a las 15:00", "2026-11-24T15:00", "reunión"),
    ],
)
def test_events(words, when, title):
    kind, found = told(words)
    assert (kind, found.get("title")) == ("event", title)
    assert found.get("when") == (when and f"{when}:00+00:00")


def test_an_event_has_its_length_place_and_guests():
    kind, found = told(
        "Book a call with ann@example.org on Friday at 16:00 for 30 minutes in Room 4"
    )
    assert kind == "event"
    assert (found["minutes"], found["place"]) == (30, "Room 4")
    assert found["attendees"] == ["ann@example.org"]
    assert told("block Friday 9-10 for planning")[1]["minutes"] == 60


@pytest.mark.parametrize(
    "words, when, title",
    [
        ("Remind me on Friday at 9:00 to call Bob.", "2026-11-27T09:00", "call Bob"),
        ("Remind me to send the report tomorrow morning", "2026-11-24T09:00", "send the report"),
        ("Ping me at 4pm about the invoice", "2026-11-23T16:00", "invoice"),
        ("Don't let me forget to call mom on Sunday at 5pm", "2026-11-29T17:00", "call mom"),
        ("Can you remind me about the dentist next Monday?", None, "dentist"),
        ("reminder: pay rent on the 1st", None, "pay rent"),
        ("Erinnere mich morgen um 9 Uhr an den Zahnarzt", "2026-11-24T09:00", "Zahnarzt"),
        ("Rappelle-moi demain à 9h d'appeler Bob", "2026-11-24T09:00", "appeler Bob"),
        ("Recuérdame mañana a las 9 llamar a Bob", "2026-11-24T09:00", "llamar a Bob"),
    ],
)
def test_reminders(words, when, title):
    kind, found = told(words)
    assert (kind, found.get("title")) == ("remind", title)
    assert found.get("when") == (when and f"{when}:00+00:00")


@pytest.mark.parametrize(
    "words", ["Remind me every Monday to water the plants", "Remind me daily at 9:00 to stretch"]
)
def test_what_repeats_is_claimed(words):
    assert "repeat" in told(words)[1]


@pytest.mark.parametrize(
    "words",
    [
        "I put the review on 12 May at 14:00.",
        "The review is on 12 May at 14:00.",
        "We met Bob on Friday at 10.",
        "Bob will block Friday 9-10 for planning",
        "See you tomorrow at 10.",
        "FYI, the meeting was moved to 12 May at 14:00.",
        "Please put the report on my desk by Friday 9:00",
        "How do I schedule a meeting?",
        "put the file on the server at 14:00",
        "The office is closed on 12 May.",
        "Please call me tomorrow at 10",
        "Thanks for the lunch on Friday",
        "Can you book a flight to Rome on Friday at 9?",
        "Reminder: the meeting is tomorrow at 10:00.",
        "> Please remind me tomorrow at 9 to call",
        "> schedule a meeting tomorrow at 9",
        'Bob wrote: "remind me tomorrow at 9 to call"',
        'He said "please schedule a meeting tomorrow at 9"',
        "Let me know by Friday at noon what you think",
    ],
)
def test_what_asks_for_no_event_and_no_reminder(words):
    assert told(words)[0] == ""
