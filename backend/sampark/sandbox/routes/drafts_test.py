import pytest
from googleapiclient.errors import HttpError

from sampark.sandbox.headers import read_block


@pytest.fixture
def draft(ours, encoded, written):
    fields = {"from_": "sampark@example.com", "to": "you@example.com"}

    def body(text="draft", *, thread="", **more):
        message = {"raw": encoded(written(text, **fields, **more))}
        return {"message": message | ({"threadId": thread} if thread else {})}

    return body


def status(request):
    with pytest.raises(HttpError) as refused:
        request.execute()
    return refused.value.status_code


def test_sending_consumes_the_draft_and_makes_a_new_message(ours, yours, draft, raw_of):
    drafts = ours.drafts()
    made = drafts.create(userId="me", body=draft(subject="D", x_sampark_key="k1")).execute()
    assert made["message"]["labelIds"] == ["DRAFT"]
    sent = drafts.send(userId="me", body={"id": made["id"]}).execute()
    assert sent["labelIds"] == ["SENT"]
    assert sent["id"] != made["message"]["id"]
    assert sent["threadId"] == made["message"]["threadId"]
    assert status(drafts.send(userId="me", body={"id": made["id"]})) == 404
    assert status(drafts.get(userId="me", id=made["id"])) == 404
    assert status(ours.messages().get(userId="me", id=made["message"]["id"])) == 404
    assert read_block(raw_of(ours, sent["id"])).value("X-Sampark-Key") == "k1"
    (got,) = yours.messages().list(userId="me").execute()["messages"]
    assert read_block(raw_of(yours, got["id"])).value("X-Sampark-Key") == "k1"


def test_a_message_inserted_as_a_draft_is_one(ours, encoded, written):
    body = {"raw": encoded(written(subject="D")), "labelIds": ["DRAFT"]}
    made = ours.messages().insert(userId="me", body=body).execute()
    (listed,) = ours.drafts().list(userId="me").execute()["drafts"]
    assert listed["message"]["id"] == made["id"]
    assert ours.drafts().send(userId="me", body={"id": listed["id"]}).execute()["id"]


def test_every_update_makes_a_new_message_under_the_same_draft(ours, draft):
    drafts = ours.drafts()
    made = drafts.create(userId="me", body=draft("one", subject="D")).execute()
    body = draft("two", subject="D")
    changed = drafts.update(userId="me", id=made["id"], body=body).execute()
    assert changed["id"] == made["id"]
    assert changed["message"]["id"] != made["message"]["id"]
    assert changed["message"]["threadId"] == made["message"]["threadId"]
    got = drafts.get(userId="me", id=made["id"], format="minimal").execute()
    assert got["message"]["snippet"] == "two"
    moved = drafts.update(userId="me", id=made["id"], body=draft(subject="Other")).execute()
    assert moved["message"]["threadId"] != made["message"]["threadId"]
    assert ours.getProfile(userId="me").execute()["messagesTotal"] == 1


def test_a_draft_answers_in_its_thread(sandbox, ours, yours, draft, written, raw_of):
    asked = sandbox.control.deliver(written(subject="Q"), to="sampark@example.com")
    parent = read_block(raw_of(ours, asked.gmail_id)).value("Message-ID")
    body = draft(thread=asked.thread_id, subject="Re: Q", in_reply_to=parent)
    made = ours.drafts().create(userId="me", body=body).execute()
    assert made["message"]["threadId"] == asked.thread_id
    again = ours.drafts().update(userId="me", id=made["id"], body=body).execute()
    assert again["message"]["threadId"] == asked.thread_id
    sent = ours.drafts().send(userId="me", body={"id": made["id"]}).execute()
    assert sent["threadId"] == asked.thread_id


def test_a_draft_is_updated_and_sent_in_one_request(ours, yours, draft):
    made = ours.drafts().create(userId="me", body=draft("old")).execute()
    ours.drafts().send(userId="me", body={"id": made["id"], **draft("new")}).execute()
    (got,) = yours.messages().list(userId="me", q="new").execute()["messages"]
    assert yours.messages().get(userId="me", id=got["id"]).execute()["snippet"] == "new"


def test_drafts_are_listed_searched_and_deleted(ours, draft):
    drafts = ours.drafts()
    made = [drafts.create(userId="me", body=draft(text)).execute() for text in ("one", "two")]
    found = drafts.list(userId="me").execute()
    assert [item["id"] for item in found["drafts"]] == [item["id"] for item in made[::-1]]
    assert found["drafts"][0]["message"]["id"] == made[1]["message"]["id"]
    only = drafts.list(userId="me", q="one").execute()["drafts"]
    assert [item["id"] for item in only] == [made[0]["id"]]
    drafts.delete(userId="me", id=made[0]["id"]).execute()
    assert status(drafts.delete(userId="me", id=made[0]["id"])) == 404
    ours.messages().delete(userId="me", id=made[1]["message"]["id"]).execute()
    assert status(drafts.get(userId="me", id=made[1]["id"])) == 404
    assert "drafts" not in drafts.list(userId="me").execute()


def test_what_is_no_draft_is_refused(ours, yours, draft):
    drafts = ours.drafts()
    assert status(drafts.create(userId="me", body={})) == 400
    assert status(drafts.send(userId="me", body={})) == 400
    assert status(drafts.send(userId="me", body={"id": "r1"})) == 404
    assert status(drafts.update(userId="me", id="r1", body=draft())) == 404
    made = drafts.create(userId="me", body=draft()).execute()
    assert status(yours.drafts().send(userId="me", body={"id": made["id"]})) == 404


def test_a_draft_that_cannot_be_sent_stays(ours, encoded):
    body = {"message": {"raw": encoded(b"Subject: for nobody\r\n\r\n")}}
    made = ours.drafts().create(userId="me", body=body).execute()
    assert status(ours.drafts().send(userId="me", body={"id": made["id"]})) == 400
    assert ours.drafts().get(userId="me", id=made["id"]).execute()["id"] == made["id"]
