import base64
from email.message import EmailMessage

import pytest
from googleapiclient.errors import HttpError

FILES = {
    "plain.csv": b"a,b\r\n1,2\r\n",
    "Übersicht – März (1).xlsx": bytes(range(256)),
    'quo"te\\d; name.bin': b"\x00\xff" * 1_000,
    "空.txt": b"caf\xe9\n",
}


@pytest.fixture
def insert(ours, encoded):
    def insert(raw, **body):
        labels = {"labelIds": ["INBOX"]} | body
        return ours.messages().insert(userId="me", body={"raw": encoded(raw), **labels}).execute()

    return insert


def refused(request, code, reason):
    with pytest.raises(HttpError) as caught:
        request.execute()
    assert caught.value.status_code == code
    assert caught.value.error_details[0]["reason"] == reason


@pytest.mark.parametrize("raw", [b"x", b"A: b\n\nx", b"\xff\x00", b"A: b\r\n\r\nlast line"])
def test_raw_is_byte_identical(insert, ours, raw_of, raw):
    assert raw_of(ours, insert(raw)["id"]) == raw


def test_the_formats_show_what_they_should(insert, ours, written):
    message = insert(written("hello & <you>", subject="S", x_marker="1"), labelIds=["STARRED"])
    get = ours.messages().get
    minimal = get(userId="me", id=message["id"], format="minimal").execute()
    assert minimal["snippet"] == "hello &amp; &lt;you&gt;"
    assert minimal["labelIds"] == ["STARRED"]
    assert "payload" not in minimal
    assert minimal["sizeEstimate"] > 0
    named = ["subject", "X-MARKER"]
    metadata = get(
        userId="me", id=message["id"], format="metadata", metadataHeaders=named
    ).execute()
    assert metadata["payload"]["headers"] == [
        {"name": "Subject", "value": "S"},
        {"name": "X-Marker", "value": "1"},
    ]
    assert "body" not in metadata["payload"]
    every = get(userId="me", id=message["id"], format="metadata").execute()["payload"]["headers"]
    assert [header["name"] for header in every] == ["From", "To", "Subject", "X-Marker"]


def test_a_message_without_labels_has_no_label_field(insert, ours):
    message = insert(b"x", labelIds=[])
    assert "labelIds" not in message
    assert "labelIds" not in ours.messages().get(userId="me", id=message["id"]).execute()


def test_a_mail_without_words_has_an_empty_snippet(insert, ours):
    message = insert(b"Subject: A\r\n\r\n")
    assert ours.messages().get(userId="me", id=message["id"]).execute()["snippet"] == ""


def test_attachments_are_byte_identical_under_their_names(insert, ours):
    mail = EmailMessage()
    mail.set_content("see files")
    for name, content in FILES.items():
        mail.add_attachment(content, maintype="application", subtype="x-y", filename=name)
    message = insert(mail.as_bytes())
    payload = ours.messages().get(userId="me", id=message["id"]).execute()["payload"]
    assert [part["filename"] for part in payload["parts"]] == ["", *FILES]
    for part in payload["parts"][1:]:
        key = part["body"]["attachmentId"]
        get = ours.messages().attachments().get
        found = get(userId="me", messageId=message["id"], id=key).execute()
        content = base64.urlsafe_b64decode(found["data"])
        assert content == FILES[part["filename"]]
        assert found["size"] == part["body"]["size"] == len(content)
    refused(get(userId="me", messageId=message["id"], id="none"), 400, "invalidArgument")


def test_inline_text_is_given_in_utf8_whatever_its_charset(insert, ours):
    raw = b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\ncaf\xe9"
    body = ours.messages().get(userId="me", id=insert(raw)["id"]).execute()["payload"]["body"]
    assert base64.urlsafe_b64decode(body["data"]).decode() == "café"
    assert body["size"] == 5


def test_ids_that_are_none_and_ids_that_are_gone(ours):
    refused(ours.messages().get(userId="me", id="19abcdef"), 404, "notFound")
    refused(ours.messages().get(userId="me", id="no-id!"), 400, "invalidArgument")
    refused(ours.messages().delete(userId="me", id="19abcdef"), 404, "notFound")
    refused(ours.messages().trash(userId="me", id="19abcdef"), 404, "notFound")


def test_another_accounts_mail_is_not_there(insert, yours, written):
    message = insert(written())
    refused(yours.messages().get(userId="me", id=message["id"]), 404, "notFound")
    refused(yours.messages().list(userId="sampark@example.com"), 403, "forbidden")


def test_import_arrives_unread_and_joins_its_thread(ours, encoded, written, raw_of):
    def take_in(raw):
        return ours.messages().import_(userId="me", body={"raw": encoded(raw)}).execute()

    raw = written(subject="A", message_id="<a@x>", date="Tue, 3 Mar 2020 10:00:00 +0100")
    first = take_in(raw)
    second = take_in(written(subject="Re: A", references="<a@x>"))
    assert set(first["labelIds"]) == {"INBOX", "UNREAD"}
    assert second["threadId"] == first["threadId"]
    assert raw_of(ours, first["id"]) == raw
    stored = ours.messages().get(userId="me", id=first["id"], format="minimal").execute()
    assert stored["internalDate"] == "1583226000000"


def test_modify_changes_labels_but_not_those_only_gmail_sets(insert, ours):
    message = insert(b"x", labelIds=["INBOX", "UNREAD"])
    modify = ours.messages().modify
    body = {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD", "IMPORTANT"]}
    changed = modify(userId="me", id=message["id"], body=body).execute()
    assert changed["labelIds"] == ["INBOX", "STARRED"]
    for label in ("SENT", "DRAFT", "Label_99"):
        body = {"addLabelIds": [label]}
        refused(modify(userId="me", id=message["id"], body=body), 400, "invalidArgument")
    refused(modify(userId="me", id=message["id"], body={"labels": []}), 400, "invalidArgument")
    with pytest.raises(HttpError, match="No label add or removes specified"):
        modify(userId="me", id=message["id"], body={"addLabelIds": []}).execute()


def test_trash_and_untrash(insert, ours):
    message = insert(b"x", labelIds=["INBOX", "UNREAD"])
    assert ours.messages().trash(userId="me", id=message["id"]).execute()["labelIds"] == [
        "UNREAD",
        "TRASH",
    ]
    assert "messages" not in ours.messages().list(userId="me").execute()
    assert ours.messages().list(userId="me", includeSpamTrash=True).execute()["messages"]
    assert ours.messages().list(userId="me", q="in:trash").execute()["messages"]
    assert ours.messages().untrash(userId="me", id=message["id"]).execute()["labelIds"] == [
        "UNREAD"
    ]


def test_batches(insert, ours):
    ids = [insert(f"Subject: {number}\r\n\r\n".encode())["id"] for number in range(5)]
    body = {"ids": [*ids, "19abcdef"], "addLabelIds": ["STARRED"], "removeLabelIds": ["INBOX"]}
    ours.messages().batchModify(userId="me", body=body).execute()
    starred = ours.messages().list(userId="me", labelIds=["STARRED"]).execute()["messages"]
    assert len(starred) == 5
    assert "messages" not in ours.messages().list(userId="me", labelIds=["INBOX"]).execute()
    ours.messages().batchDelete(userId="me", body={"ids": ids[:3]}).execute()
    assert ours.getProfile(userId="me").execute()["messagesTotal"] == 2
    body = {"ids": ["1"] * 1_001}
    with pytest.raises(HttpError, match="Number of ids cannot exceed 1000"):
        ours.messages().batchDelete(userId="me", body=body).execute()


def test_pages_show_every_message_once_newest_first(insert, ours):
    ids = [insert(f"Subject: {number}\r\n\r\n".encode())["id"] for number in range(7)]
    messages = ours.messages()
    request = messages.list(userId="me", maxResults=3)
    seen, sizes = [], []
    while request is not None:
        page = request.execute()
        seen += [message["id"] for message in page["messages"]]
        sizes.append(len(page["messages"]))
        request = messages.list_next(request, page)
    assert seen == ids[::-1]
    assert sizes == [3, 3, 1]
    refused(messages.list(userId="me", pageToken="nonsense"), 400, "invalidArgument")
    refused(messages.list(userId="me", labelIds=["nothing"]), 400, "invalidArgument")


def test_an_empty_list_has_no_messages_field(ours):
    assert ours.messages().list(userId="me").execute() == {"resultSizeEstimate": 0}


def test_partial_responses(insert, ours):
    insert(b"x")
    found = ours.messages().list(userId="me", fields="messages/id,nextPageToken").execute()
    assert [list(message) for message in found["messages"]] == [["id"]]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "'raw' RFC822 payload"),
        ({"raw": ""}, "'raw' RFC822 payload"),
        ({"raw": "a!b"}, "Base64 decoding failed"),
        ({"raw": "abcde"}, "Base64 decoding failed"),
        ({"raw": 5}, "Invalid value at 'raw'"),
        ({"raw": None}, "'raw' RFC822 payload"),
        ({"raw": "eA", "threadID": "1"}, 'Unknown name "threadID"'),
        ({"raw": "eA", "threadId": "not hex"}, "Invalid id value"),
        ({"raw": "eA", "labelIds": ["Nope"]}, "Invalid label: Nope"),
    ],
)
def test_bodies_that_cannot_be(ours, body, message):
    with pytest.raises(HttpError, match=message) as caught:
        ours.messages().insert(userId="me", body=body).execute()
    assert caught.value.status_code == 400


def test_deleting_is_for_ever(insert, ours):
    message = insert(b"Subject: findable\r\n\r\n")
    ours.messages().delete(userId="me", id=message["id"]).execute()
    refused(ours.messages().get(userId="me", id=message["id"]), 404, "notFound")
    assert "messages" not in ours.messages().list(userId="me", q="findable").execute()
