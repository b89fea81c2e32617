from datetime import UTC, datetime, timedelta, timezone

from sampark.domain.base import AccountId, GmailId
from sampark.domain.mail import Address, Arrival, Header, MailRef, Message, requester_time

ARRIVED = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def test_an_address_is_compared_in_lower_case() -> None:
    assert Address(email="You@Example.com").key == "you@example.com"


def test_an_address_is_told_with_its_name_where_it_has_one() -> None:
    assert str(Address(name="You", email="you@example.com")) == "You <you@example.com>"
    assert str(Address(email="you@example.com")) == "you@example.com"


def test_headers_are_found_in_any_case_topmost_first() -> None:
    message = Message(
        headers=(
            Header(name="Received", value="second hop"),
            Header(name="received", value="first"),
        )
    )
    assert message.header("RECEIVED") == "second hop"
    assert list(message.all_headers("Received")) == ["second hop", "first"]
    assert message.header("X-Other") is None


def test_a_mail_is_known_by_account_and_gmail_id() -> None:
    assert MailRef(account=AccountId("a@b.c"), gmail_id=GmailId("17f")).key == "a@b.c:17f"


def test_the_bodies_stay_out_of_the_repr() -> None:
    told = repr(Message(subject="Tax", text="the secret body", html="<p>the secret body</p>"))
    assert "secret" not in told
    arrival = Arrival.model_construct(raw=b"the secret body")
    assert "secret" not in repr(arrival)


def test_the_requester_time_has_the_offset_of_the_writer() -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    message = Message(date=datetime(2027, 3, 1, 1, 0, tzinfo=there))
    told = requester_time(message, ARRIVED)
    assert told == ARRIVED
    assert told.utcoffset() == timedelta(hours=5, minutes=30)


def test_without_a_date_header_the_arrival_is_as_it_was() -> None:
    assert requester_time(Message(), ARRIVED) is ARRIVED
