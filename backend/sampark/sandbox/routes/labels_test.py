import pytest
from googleapiclient.errors import HttpError


def status(request):
    with pytest.raises(HttpError) as refused:
        request.execute()
    return refused.value.status_code


def test_system_labels_are_there_from_the_start(ours):
    listed = ours.labels().list(userId="me").execute()["labels"]
    names = {label["id"] for label in listed if label["type"] == "system"}
    assert {"INBOX", "SENT", "DRAFT", "SPAM", "TRASH", "UNREAD", "STARRED"} <= names


def test_a_label_is_made_changed_used_and_deleted(sandbox, ours, written):
    labels = ours.labels()
    made = labels.create(userId="me", body={"name": "To do/Today"}).execute()
    assert made["type"] == "user"
    color = {"backgroundColor": "#000000", "textColor": "#ffffff"}
    patched = labels.patch(userId="me", id=made["id"], body={"color": color}).execute()
    assert (patched["name"], patched["color"]) == ("To do/Today", color)
    body = {"name": "Later", "labelListVisibility": "labelHide"}
    updated = labels.update(userId="me", id=made["id"], body=body).execute()
    assert updated["labelListVisibility"] == "labelHide"
    assert "color" not in updated
    mail = sandbox.control.deliver(written(), to="sampark@example.com")
    body = {"addLabelIds": [made["id"]]}
    ours.messages().modify(userId="me", id=mail.gmail_id, body=body).execute()
    assert ours.messages().list(userId="me", q="label:later").execute()["messages"]
    labels.delete(userId="me", id=made["id"]).execute()
    assert status(labels.get(userId="me", id=made["id"])) == 404
    kept = ours.messages().get(userId="me", id=mail.gmail_id).execute()["labelIds"]
    assert kept == ["UNREAD", "INBOX"]


def test_counts(sandbox, ours, written):
    for text in ("one", "two"):
        raw = written(text, subject="A", references="<a@x>", message_id="<a@x>")
        last = sandbox.control.deliver(raw, to="sampark@example.com")
    body = {"removeLabelIds": ["UNREAD"]}
    ours.messages().modify(userId="me", id=last.gmail_id, body=body).execute()
    inbox = ours.labels().get(userId="me", id="INBOX").execute()
    assert (inbox["messagesTotal"], inbox["messagesUnread"]) == (2, 1)
    assert (inbox["threadsTotal"], inbox["threadsUnread"]) == (1, 1)


def test_refused_labels(ours):
    labels = ours.labels()
    labels.create(userId="me", body={"name": "Mine"}).execute()
    assert status(labels.create(userId="me", body={"name": "mine"})) == 409
    assert status(labels.create(userId="me", body={"name": ""})) == 400
    assert status(labels.create(userId="me", body={"name": "inbox"})) == 400
    assert status(labels.create(userId="me", body={"name": "x", "labelListVisibility": "y"})) == 400
    assert status(labels.delete(userId="me", id="INBOX")) == 400
    assert status(labels.patch(userId="me", id="Label_77", body={"name": "z"})) == 404


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (
            {"name": "A", "color": {"backgroundColor": "#123456", "textColor": "#ffffff"}},
            "Label color #123456 is not on the allowed color palette",
        ),
        ({"name": "x" * 226}, "Invalid label name"),
    ],
)
def test_colors_and_names_have_their_bounds(ours, body, told):
    with pytest.raises(HttpError, match=told):
        ours.labels().create(userId="me", body=body).execute()
