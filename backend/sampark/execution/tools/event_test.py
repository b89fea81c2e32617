from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from sampark.errors import StepFailed
from sampark.execution.bench import MemoryBench
from sampark.execution.tools.event import MakeEvent, make_event, zone_rules

AT = datetime(2024, 5, 1, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def make(timezone: str = "", **words):
    bench = MemoryBench.alone(AT, timezone=timezone)
    made = make_event(MakeEvent(title=words.pop("title", "Team lunch"), **words), bench)
    return made, Calendar.from_ical(bench.read(made.file)), bench.read(made.file).decode()


def test_an_offset_without_a_name_is_written_in_utc():
    made, calendar, text = make(start="2024-06-07T12:30:00+05:30", minutes=45)
    event = calendar.walk("VEVENT")[0]
    assert "DTSTART:20240607T070000Z\r\n" in text
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=45)
    assert "VTIMEZONE" not in text
    assert made.summary.markdown == (
        "**Team lunch** is on Friday, 7 June 2024, 12:30 to 13:15 (UTC+05:30). "
        "Open the attached file to put it into your calendar."
    )


@pytest.mark.parametrize(
    ("start", "timezone"),
    [
        (datetime(2024, 6, 7, 12, 30, tzinfo=BERLIN), ""),
        ("2024-06-07T12:30:00+02:00", "Europe/Berlin"),
    ],
)
def test_a_named_zone_keeps_its_rules(start, timezone):
    made, calendar, text = make(timezone, start=start, place="Café, 2nd floor")
    assert "DTSTART;TZID=Europe/Berlin:20240607T123000\r\n" in text
    assert calendar.walk("VEVENT")[0]["LOCATION"] == "Café, 2nd floor"
    assert "(Europe/Berlin), at Café, 2nd floor." in made.summary.markdown
    assert text.count("BEGIN:VTIMEZONE") == 1


def test_a_zone_that_does_not_fit_the_offset_is_left():
    _, _, text = make("Europe/Berlin", start="2024-06-07T12:30:00-04:00")
    assert "DTSTART:20240607T163000Z" in text


def test_the_rules_of_a_zone_are_its_changes_in_local_time():
    text = zone_rules(BERLIN, 2024).to_ical().decode()
    assert "BEGIN:DAYLIGHT\r\nDTSTART:20240331T020000\r\n" in text
    assert "BEGIN:STANDARD\r\nDTSTART:20241027T030000\r\n" in text
    assert zone_rules(ZoneInfo("Asia/Kolkata"), 2024).to_ical().count(b"BEGIN:STANDARD") == 1


@pytest.mark.parametrize(
    "start",
    [datetime(2024, 3, 31, 1, 30, tzinfo=BERLIN), datetime(2024, 10, 27, 1, 30, tzinfo=BERLIN)],
)
def test_a_duration_is_real_time_across_a_change_of_clocks(start):
    _, calendar, _ = make(start=start, minutes=120)
    event = calendar.walk("VEVENT")[0]
    lasted = event["DTEND"].dt.astimezone(UTC) - event["DTSTART"].dt.astimezone(UTC)
    assert lasted == timedelta(hours=2)


def test_the_file_is_one_published_event_with_a_lasting_id():
    _, calendar, text = make(start="2024-06-07T12:30:00+00:00", attendees=["Ann@example.com"])
    again = make(start="2024-06-08T12:30:00+00:00")[1]
    event = calendar.walk("VEVENT")[0]
    assert calendar["METHOD"] == "PUBLISH"
    assert event["DTSTAMP"].dt == AT
    assert event["UID"] == again.walk("VEVENT")[0]["UID"]
    assert event["UID"] != make(title="Other", start=AT)[1].walk("VEVENT")[0]["UID"]
    assert "ATTENDEE;CUTYPE=INDIVIDUAL:mailto:Ann@example.com\r\n" in text


def test_words_cannot_add_lines_to_the_file():
    made, calendar, text = make(
        title="x\r\nBEGIN:VALARM\nACTION:EMAIL",
        place="a\r\nATTENDEE:mailto:evil@example.com",
        start=AT,
    )
    assert "VALARM\r\n" not in text.replace("\r\n ", "")
    assert len(calendar.walk("VEVENT")) == 1
    assert "ATTENDEE" not in calendar.walk("VEVENT")[0]
    assert "\n" not in made.file.name


@pytest.mark.parametrize(
    "address", ["bob", "a b@example.com", "a@b", "x@example.com\r\nX:1", 'a";@example.com']
)
def test_an_attendee_must_be_an_address(address):
    with pytest.raises(StepFailed, match="is not an e-mail address"):
        make(start=AT, attendees=[address])


def test_an_event_over_midnight_names_both_days():
    made, _, _ = make(start="2024-12-31T23:00:00+00:00", minutes=120)
    assert "31 December 2024, 23:00 to 1 January 2025, 01:00 (UTC)" in made.summary.markdown
