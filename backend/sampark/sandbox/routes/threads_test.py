import pytest
from googleapiclient.errors import HttpError


@pytest.fixture
def thread(sandbox, written):
    """A thread of two mails, and a lone mail after it."""
    deliver = sandbox.control.deliver
    first = deliver(written("one", subject="A", message_id="<1@x>"), to="sampark@example.com")
    deliver(written("two", subject="Re: A", references="<1@x>"), to="sampark@example.com")
    deliver(written("lone", subject="B"), to="sampark@example.com")
    return first.thread_id


def test_threads_are_listed_by_their_newest_message(ours, thread):
    found = ours.threads().list(userId="me").execute()
    assert [item["snippet"] for item in found["threads"]] == ["lone", "two"]
    assert found["threads"][1]["id"] == thread
    assert found["resultSizeEstimate"] == 2


def test_threads_are_paged_and_searched(ours, thread):
    threads = ours.threads()
    first = threads.list(userId="me", maxResults=1)
    second = threads.list_next(first, first.execute())
    page = second.execute()
    assert [item["id"] for item in page["threads"]] == [thread]
    assert threads.list_next(second, page) is None
    found = threads.list(userId="me", q="subject:A one").execute()["threads"]
    assert [item["id"] for item in found] == [thread]


def test_a_thread_is_shown_oldest_first_in_each_format(ours, thread):
    get = ours.threads().get
    full = get(userId="me", id=thread).execute()
    assert [message["snippet"] for message in full["messages"]] == ["one", "two"]
    assert (
        full["historyId"] == max(full["messages"], key=lambda m: int(m["historyId"]))["historyId"]
    )
    minimal = get(userId="me", id=thread, format="minimal").execute()
    assert all("payload" not in message for message in minimal["messages"])
    named = get(userId="me", id=thread, format="metadata", metadataHeaders=["Subject"]).execute()
    assert [m["payload"]["headers"][0]["value"] for m in named["messages"]] == ["A", "Re: A"]


def test_a_thread_is_changed_as_a_whole(ours, thread):
    body = {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
    changed = ours.threads().modify(userId="me", id=thread, body=body).execute()
    assert [m["labelIds"] for m in changed["messages"]] == [["INBOX", "STARRED"]] * 2
    trashed = ours.threads().trash(userId="me", id=thread).execute()
    assert [m["labelIds"] for m in trashed["messages"]] == [["STARRED", "TRASH"]] * 2
    back = ours.threads().untrash(userId="me", id=thread).execute()
    assert [m["labelIds"] for m in back["messages"]] == [["STARRED"]] * 2


def test_a_deleted_thread_is_gone(ours, thread):
    ours.threads().delete(userId="me", id=thread).execute()
    for request in (
        ours.threads().get(userId="me", id=thread),
        ours.threads().delete(userId="me", id=thread),
        ours.threads().trash(userId="me", id=thread),
        ours.threads().modify(userId="me", id=thread, body={"addLabelIds": ["STARRED"]}),
    ):
        with pytest.raises(HttpError) as refused:
            request.execute()
        assert refused.value.status_code == 404
    assert ours.getProfile(userId="me").execute()["messagesTotal"] == 1
