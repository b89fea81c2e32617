import itertools

import httpx
import pytest
from googleapiclient.errors import HttpError

TOPIC = "projects/sampark-dev/topics/mail"


def refused(request, code, words="."):
    with pytest.raises(HttpError, match=words) as caught:
        request.execute()
    assert caught.value.status_code == code


def cursor(users):
    return users.getProfile(userId="me").execute()["historyId"]


def records(users, start, **query):
    found = users.history().list(userId="me", startHistoryId=start, **query).execute()
    return found.get("history", [])


@pytest.fixture
def arrive(sandbox, written):
    def arrive(text="hello", **fields):
        return sandbox.control.deliver(written(text, **fields), to="sampark@example.com")

    return arrive


def test_every_kind_of_change_has_its_record(ours, arrive):
    start = cursor(ours)
    mail = arrive()
    modify = ours.messages().modify
    modify(userId="me", id=mail.gmail_id, body={"addLabelIds": ["STARRED"]}).execute()
    modify(userId="me", id=mail.gmail_id, body={"removeLabelIds": ["UNREAD"]}).execute()
    ours.messages().delete(userId="me", id=mail.gmail_id).execute()
    added, starred, read, deleted = records(ours, start)
    reference = {"id": mail.gmail_id, "threadId": mail.thread_id}
    assert added["messages"] == [reference]
    assert added["messagesAdded"][0]["message"] == reference | {"labelIds": ["UNREAD", "INBOX"]}
    assert starred["labelsAdded"][0]["labelIds"] == ["STARRED"]
    assert read["labelsRemoved"][0]["labelIds"] == ["UNREAD"]
    assert read["labelsRemoved"][0]["message"]["labelIds"] == ["INBOX", "STARRED"]
    assert deleted["messagesDeleted"][0]["message"]["id"] == mail.gmail_id
    numbers = [int(record["id"]) for record in (added, starred, read, deleted)]
    assert numbers == sorted(set(numbers))
    assert int(start) < numbers[0]
    assert str(numbers[-1]) == cursor(ours)


def test_history_ids_have_gaps_and_grow_past_a_digit(ours, sandbox, written):
    numbers = [int(cursor(ours))]
    for _ in range(5):
        sandbox.control.deliver(written(), to="sampark@example.com")
        numbers.append(int(cursor(ours)))
    steps = {after - before for before, after in itertools.pairwise(numbers)}
    assert min(steps) >= 1
    assert max(steps) > 1


def test_history_is_filtered_by_type_and_label(ours, arrive):
    start = cursor(ours)
    mail = arrive()
    ours.messages().trash(userId="me", id=mail.gmail_id).execute()
    assert len(records(ours, start)) == 3
    assert len(records(ours, start, historyTypes=["messageAdded"])) == 1
    assert len(records(ours, start, historyTypes=["labelAdded", "labelRemoved"])) == 2
    assert len(records(ours, start, labelId="TRASH")) == 2
    assert records(ours, start, labelId="STARRED") == []


def test_a_mail_that_leaves_spam_has_a_label_record(ours, arrive):
    mail = arrive()
    modify = ours.messages().modify
    modify(userId="me", id=mail.gmail_id, body={"addLabelIds": ["SPAM"]}).execute()
    start = cursor(ours)
    body = {"addLabelIds": ["INBOX"], "removeLabelIds": ["SPAM"]}
    modify(userId="me", id=mail.gmail_id, body=body).execute()
    (moved,) = records(ours, start, historyTypes=["labelAdded"], labelId="INBOX")
    assert moved["labelsAdded"][0]["labelIds"] == ["INBOX"]


def test_history_pages_lead_to_the_present(ours, arrive):
    start = cursor(ours)
    sent = [arrive().gmail_id for _ in range(5)]
    history = ours.history()
    request = history.list(userId="me", startHistoryId=start, maxResults=2)
    seen = []
    while request is not None:
        page = request.execute()
        seen += [record["messages"][0]["id"] for record in page["history"]]
        assert page["historyId"] == cursor(ours)
        request = history.list_next(request, page)
    assert seen == sent
    assert records(ours, cursor(ours)) == []


def test_an_expired_or_unknown_start_is_not_found(sandbox, ours, arrive):
    start = cursor(ours)
    arrive()
    sandbox.control.expire_history("sampark@example.com")
    listed = ours.history().list
    refused(listed(userId="me", startHistoryId=start), 404, "not found")
    refused(listed(userId="me", startHistoryId="1"), 404)
    refused(listed(userId="me", startHistoryId="18446744073709551615"), 404)
    assert records(ours, cursor(ours)) == []
    arrive()
    assert records(ours, start=str(int(cursor(ours)) - 1))


@pytest.mark.parametrize("start", ["", "abc", "-5", "1" * 30])
def test_a_start_that_is_no_history_id(ours, start):
    refused(ours.history().list(userId="me", startHistoryId=start), 400)


def test_watch_and_stop(ours, sandbox):
    member = "serviceAccount:gmail-api-push@system.gserviceaccount.com"
    policy = {"bindings": [{"role": "roles/pubsub.publisher", "members": [member]}]}
    headers = {"Authorization": f"Bearer {sandbox.token('sampark@example.com')}"}
    with httpx.Client(base_url=f"{sandbox.endpoint}/v1/", headers=headers, trust_env=False) as http:
        for name in (
            "sampark-dev/topics/mail",
            "sampark-dev/topics/other",
            "another-one/topics/mail",
        ):
            assert http.put(f"projects/{name}").status_code == 200
            http.post(f"projects/{name}:setIamPolicy", json={"policy": policy})
    watched = ours.watch(userId="me", body={"topicName": TOPIC, "labelIds": ["INBOX"]}).execute()
    assert watched["historyId"] == cursor(ours)
    again = ours.watch(userId="me", body={"topicName": TOPIC}).execute()
    assert int(again["expiration"]) >= int(watched["expiration"])
    other = "projects/sampark-dev/topics/other"
    refused(ours.watch(userId="me", body={"topicName": other}), 400, "Only one user push")
    ours.watch(userId="me", body={"topicName": "projects/another-one/topics/mail"}).execute()
    ours.stop(userId="me").execute()
    ours.watch(userId="me", body={"topicName": other}).execute()
    refused(ours.watch(userId="me", body={"topicName": "mail"}), 400, "Invalid topicName")
    strange = {"topicName": other, "labelFilterBehavior": "some"}
    refused(ours.watch(userId="me", body=strange), 400, "labelFilterBehavior")
