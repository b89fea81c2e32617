from datetime import UTC, datetime, timedelta

import pytest

from sampark.sandbox.server import Sandbox

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def sandbox(tmp_path):
    with Sandbox(tmp_path, accounts=["sampark@example.com"], now=lambda: NOW) as running:
        yield running


@pytest.fixture
def find(ours, encoded, written):
    """A mailbox of three mails, and a function that searches it and names what was found."""
    names = {}

    def insert(name, raw, labels):
        body = {"raw": encoded(raw), "labelIds": labels}
        insert = ours.messages().insert
        made = insert(userId="me", body=body, internalDateSource="dateHeader").execute()
        names[made["id"]] = name

    def days_ago(days):
        return (NOW - timedelta(days=days)).strftime("%a, %d %b %Y %H:%M:%S +0000")

    label = ours.labels().create(userId="me", body={"name": "To do/now"}).execute()["id"]
    attached = (
        "--b\r\n\r\nQuarterly figures attached\r\n--b\r\nContent-Type: text/csv\r\n"
        "Content-Disposition: attachment; filename=Sales-Q3.csv\r\n\r\na,b\r\n--b--"
    )
    figures = written(
        attached,
        from_="Amy Smith <amy@shop.example.com>",
        to="sampark@example.com",
        cc="Bob <bob@example.com>",
        subject="Weekly report",
        date=days_ago(10),
        message_id="<fig.1@shop>",
        delivered_to="team@example.com",
        content_type="multipart/mixed; boundary=b",
    )
    insert("figures", figures, ["INBOX", "UNREAD"])
    lunch = written(
        "Lunch tomorrow? Café at noon, dinner later.",
        from_="mary.amy@example.com",
        subject="Lunch",
        date=days_ago(2),
        list_id="<food.example.com>",
    )
    insert("lunch", lunch, ["STARRED", label])
    insert("junk", written("win money now", from_="x@spam.org", date=days_ago(1)), ["SPAM"])

    def search(query):
        found = ours.messages().list(userId="me", q=query).execute()
        return {names[message["id"]] for message in found.get("messages", [])}

    return search


CASES = {
    "": {"figures", "lunch"},
    "from:amy": {"figures", "lunch"},
    "from:amy@shop.example.com": {"figures"},
    "from:AMY@example.com": set(),
    "from:shop.example.com": {"figures"},
    'from:"amy smith"': {"figures"},
    "to:me": {"figures", "lunch"},
    "to:bob": {"figures"},
    "cc:bob@example.com": {"figures"},
    "bcc:bob@example.com": set(),
    "deliveredto:team@example.com": {"figures"},
    "deliveredto:bob@example.com": set(),
    "subject:report": {"figures"},
    'subject:"report weekly"': set(),
    "subject:(weekly report)": {"figures"},
    "subject:{lunch report}": {"figures", "lunch"},
    "label:to-do-now": {"lunch"},
    'label:"to do/now"': {"lunch"},
    "label:starred": {"lunch"},
    "label:none": set(),
    "has:userlabels": {"lunch"},
    "in:inbox": {"figures"},
    "in:archive": {"lunch"},
    "lunch AROUND 5 dinner": {"lunch"},
    "dinner AROUND 5 lunch": {"lunch"},
    "lunch AROUND 2 dinner": set(),
    '"at noon" AROUND 1 "later"': {"lunch"},
    "tomorrow AROUND many": set(),
    "in:spam": {"junk"},
    "in:anywhere": {"figures", "lunch", "junk"},
    "in:anywhere money": {"junk"},
    "money": set(),
    "is:unread": {"figures"},
    "is:read": {"lunch"},
    "is:starred": {"lunch"},
    "-is:starred": {"figures"},
    "has:attachment": {"figures"},
    "-has:attachment": {"lunch"},
    "filename:csv": {"figures"},
    "filename:sales-q3.csv": {"figures"},
    "filename:pdf": set(),
    "rfc822msgid:fig.1@shop": {"figures"},
    "rfc822msgid:<fig.1@shop>": {"figures"},
    "rfc822msgid:other@shop": set(),
    "list:food.example.com": {"lunch"},
    "before:2026/11/20": {"figures"},
    "after:2026/11/20": {"lunch"},
    "after:2026-11-13 before:2026-11-14": {"figures"},
    "after:1795348800": set(),
    "before:1795348800": {"figures", "lunch"},
    "before:nonsense": set(),
    "newer_than:5d": {"lunch"},
    "newer_than:1m": {"figures", "lunch"},
    "older_than:5d": {"figures"},
    "older_than:99999y": set(),
    "newer_than:x": set(),
    "larger:10M": set(),
    "smaller:10M": {"figures", "lunch"},
    "lunch": {"lunch"},
    "cafe": {"lunch"},
    "lunch OR report": {"figures", "lunch"},
    "lunch report": set(),
    "lunch OR report is:unread": {"figures"},
    "{lunch report} -from:mary": {"figures"},
    "-lunch": {"figures"},
    "-(lunch OR report)": set(),
    '"noon dinner"': {"lunch"},
    '"dinner noon"': set(),
    "dinn": set(),
    "figures attached": {"figures"},
    "unknown:operator": set(),
    'report" OR (': set(),
    "'; DROP TABLE messages; --": set(),
    "***": {"figures", "lunch"},
}


def test_search(find):
    found = {query: find(query) for query in CASES}
    assert found == CASES


def test_a_search_nested_as_deep_as_can_be(find):
    assert find("-(lunch {" * 60 + "x") is not None
    assert find(" OR ".join(["report"] * 200)) == {"figures"}


def test_a_search_longer_than_a_url_may_be(find):
    assert find("{" + " ".join(f"rfc822msgid:{n}@{'x' * 20}" for n in range(150)) + " lunch}") == {
        "lunch"
    }
