from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.domain.mail import Address, Arrival, Attachment, MailRef, Message, Segments
from sampark.understanding import evidence
from sampark.understanding.words import understand

ASKED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday
CSV = ("sales.csv", "text/csv")
PDF = ("offer.pdf", "application/pdf")


def read(body, *, subject="", files=(), asked=ASKED, zone="", to="sampark@example.com", **more):
    message = Message(
        sender=Address(email="you@example.com"),
        to=(Address(email=to),),
        subject=subject,
        segments=Segments(new=body, **more),
        attachments=tuple(
            Attachment(
                handle=f"att{number}",
                name=name,
                media_type=kind,
                declared_type=kind,
                size=3,
                sha256="0",
            )
            for number, (name, kind) in enumerate(files, start=1)
        ),
    )
    arrival = Arrival(
        ref=MailRef(account="sampark@example.com", gmail_id="1"),
        thread_id="1",
        labels=(),
        internal_date=ASKED,
        raw=b"",
    )
    return understand(message, task_id="t1", arrival=arrival, asked_at=asked, timezone=zone)


def claims(task):
    return {claim.name: claim.value for claim in task.claims}


@pytest.mark.parametrize(
    "body, kind",
    [
        ("Please profile the attached sheet.", "profile"),
        ("Could you analyse this data and send me a report?", "profile"),
        ("Check the csv for missing values and outliers.", "profile"),
        ("Convert this to PDF", "convert"),
        ("Could you please convert the attached document into docx?", "convert"),
        ("/convert xlsx", "convert"),
        ("Please merge these PDFs into one.", "merge"),
        ("Combine the attached files into a single PDF, thanks", "merge"),
        ("Please split this PDF into single pages.", "split"),
        ("Extract pages 2-4 of the attached pdf", "split"),
        ("/split 1-3,7", "split"),
        ("Remind me tomorrow at 9 to call Bob", "remind"),
        ("Set a reminder for Friday 3pm: pay the rent", "remind"),
        ("/remind fri 9:00 call Bob", "remind"),
        ("Schedule a meeting with Ann on 12 May at 14:00", "event"),
        ("Put the review into my calendar for Tuesday at 10", "event"),
        ("What is the total revenue by region?", "ask"),
        ("average price per city", "ask"),
        ("How many orders are there?", "ask"),
        ("top 5 customers by amount", "ask"),
        ("Könntest du bitte die Datei in PDF umwandeln?", "convert"),
        ("Pouvez-vous convertir ce fichier en PDF ?", "convert"),
        ("Bitte die Tabelle analysieren", "profile"),
        ("Hello,\n\nI hope you are well. Please convert this to PDF.\n\nThanks\nAnn", "convert"),
    ],
)
def test_the_work_is_recognised(body, kind):
    task = read(body, files=[CSV])
    assert (task.kind, evidence.check(task)) == (kind, [])


@pytest.mark.parametrize(
    "body",
    [
        "Thanks a lot!",
        "Write me a poem about autumn leaves.",
        "See you tomorrow at the office.",
        "Do not convert this file.",
        "I converted the file yesterday, it worked.",
        "",
        "ok",
    ],
)
def test_what_asks_for_nothing_known_claims_no_work(body):
    assert read(body).kind == ""


@pytest.mark.parametrize(
    "body, expected",
    [
        ("Convert this to PDF", {"target_format": "pdf"}),
        ("convert it to an Excel file please", {"target_format": "xlsx"}),
        ("/split 1-3,7", {"pages": "1-3,7"}),
        ("What is the total revenue by region?", {"measure": "sum", "column": "revenue"}),
        (
            "average price per city where status is open",
            {"by": "city", "where": ["status is open"]},
        ),
        ("top 5 customers by amount", {"measure": "top", "n": 5, "column": "amount"}),
        ("Remind me in 20 minutes to call Bob", {"when": "2026-11-23T12:20:00+00:00"}),
        ("Remind me in 5 seconds to call Bob", {"when": "2026-11-23T12:00:05+00:00"}),
        ("Remind me tomorrow at 9 to call Bob", {"title": "call Bob"}),
        ("/remind 2027-01-05 14:30 renew", {"when": "2027-01-05T14:30:00+00:00"}),
        (
            "Put the review into my calendar: 12 May 2027 at 14:00 for 45 minutes in Room 4",
            {"when": "2027-05-12T14:00:00+00:00", "minutes": 45, "place": "Room 4"},
        ),
    ],
)
def test_claims_carry_what_was_said(body, expected):
    found = claims(read(body, files=[CSV]))
    assert {name: found.get(name) for name in expected} == expected


def test_times_are_read_on_the_requesters_own_clock():
    berlin = read("Remind me tomorrow at 9:00 to call Bob", zone="Europe/Berlin")
    assert claims(berlin)["when"] == "2026-11-24T09:00:00+01:00"
    india = read(
        "Remind me tomorrow at 9:00 to call Bob",
        asked=ASKED.astimezone(timezone(timedelta(hours=5, minutes=30))),
    )
    assert claims(india)["when"] == "2026-11-24T09:00:00+05:30"


def test_a_typed_subject_counts_and_that_of_a_reply_does_not():
    assert read("See attached.", subject="Convert to PDF please", files=[CSV]).kind == "convert"
    assert read("See attached.", subject="Re: Convert to PDF please", files=[CSV]).kind == ""


def test_quoted_and_forwarded_words_claim_nothing():
    task = read("Thanks!", quoted="> Please convert this to PDF", forwarded="split it")
    assert (task.kind, task.words) == ("", "Thanks!")


def test_the_goal_is_no_courtesy():
    task = read("Hi there,\nhope you are well. I need page 2 of the attached pdf.", files=[PDF])
    assert task.goal == "I need page 2 of the attached pdf."


def test_a_plus_alias_names_the_work():
    task = read("the attached one", to="sampark+profile@example.com", files=[CSV])
    assert task.kind == "profile"


def test_named_files_are_claimed_by_handle():
    task = read("Please convert offer.pdf to text", files=[CSV, PDF])
    assert claims(task)["files"] == ["att2"]


@given(st.text(max_size=400), st.text(max_size=60))
def test_any_words_give_a_task_whose_claims_stand_in_them(body, subject):
    task = read(
        body.encode("utf-8", "replace").decode(),
        subject=subject.encode("utf-8", "replace").decode(),
    )
    assert evidence.check(task) == []


def test_a_document_for_a_mail_is_read_as_far_as_a_request_goes():
    task = read("please remind the table of 3 files at 9:00 to sum the total by city, " * 2000)
    assert evidence.check(task) == []
