import httpx
import pytest
from googleapiclient.errors import HttpError

from sampark.sandbox.headers import read_block
from sampark.sandbox.server import Sandbox


@pytest.fixture
def send(encoded):
    def send(users, raw, **body):
        return users.messages().send(userId="me", body={"raw": encoded(raw), **body}).execute()

    return send


def inbox(users, **query):
    found = users.messages().list(userId="me", labelIds=["INBOX"], **query).execute()
    return found.get("messages", [])


def only(users):
    (message,) = inbox(users)
    return message


def test_a_sent_mail_is_a_copy_of_its_own_on_either_side(ours, yours, send, written, raw_of):
    sent = send(yours, written(subject="Hi"))
    got = only(ours)
    assert sent["labelIds"] == ["SENT"]
    assert got["id"] != sent["id"]
    assert got["threadId"] != sent["threadId"]
    shown = ours.messages().get(userId="me", id=got["id"]).execute()
    assert set(shown["labelIds"]) == {"INBOX", "UNREAD"}
    arrived, kept = read_block(raw_of(ours, got["id"])), read_block(raw_of(yours, sent["id"]))
    assert arrived.value("Message-ID") == kept.value("Message-ID")
    assert "dmarc=pass" in arrived.value("Authentication-Results")
    assert "header.from=example.com" in arrived.value("Authentication-Results")
    assert not kept.all("Authentication-Results")
    assert arrived.rest == kept.rest


def test_bcc_reaches_its_receiver_and_nobodys_eyes(sandbox, gmail, yours, send, written, raw_of):
    hidden = gmail("hidden@example.com").users()
    ours = gmail("sampark@example.com").users()
    sent = send(yours, written(bcc="hidden@example.com"))
    for users in (hidden, ours):
        written_part = raw_of(users, only(users)["id"]).split(b"From: You")[1]
        assert b"hidden@example.com" not in written_part
        assert not read_block(raw_of(users, only(users)["id"])).all("Bcc")
    assert read_block(raw_of(yours, sent["id"])).value("Bcc") == "hidden@example.com"


def test_an_addressee_outside_is_noted_as_undeliverable(sandbox, ours, yours, send, written):
    sent = send(yours, written(cc="Far Away <far@away.org>"))
    (noted,) = sandbox.control.undeliverable()
    assert (noted.account, noted.gmail_id, noted.recipient) == (
        "you@example.com",
        sent["id"],
        "far@away.org",
    )
    assert len(inbox(ours)) == 1


def test_a_receiver_named_twice_gets_one_mail(ours, yours, send, written):
    send(yours, written(to="sampark@example.com, SAMPARK@example.com", cc="sampark+x@example.com"))
    assert len(inbox(ours)) == 1


def test_a_mail_to_oneself_is_one_message_in_both_places(yours, send, written, raw_of):
    sent = send(yours, written(to="you@example.com"))
    assert set(sent["labelIds"]) == {"SENT", "INBOX", "UNREAD"}
    assert only(yours)["id"] == sent["id"]
    assert "dmarc=pass" in read_block(raw_of(yours, sent["id"])).value("Authentication-Results")


@pytest.mark.parametrize(
    ("fields", "message"),
    [({"to": ""}, "Recipient address required"), ({"to": "not an address"}, "Invalid To header")],
)
def test_a_mail_for_nobody_is_refused_and_leaves_nothing(yours, send, written, fields, message):
    with pytest.raises(HttpError, match=message):
        send(yours, written(**fields))
    assert yours.getProfile(userId="me").execute()["messagesTotal"] == 0


def test_an_answer_joins_the_thread_on_both_sides(ours, yours, send, written, raw_of):
    asked = send(yours, written(subject="Numbers"))
    got = only(ours)
    parent = read_block(raw_of(ours, got["id"])).value("Message-ID")
    fields = {"from_": "sampark@example.com", "to": "you@example.com", "subject": "Re: Numbers"}
    reply = written(in_reply_to=parent, references=parent, **fields)
    answer = send(ours, reply, threadId=got["threadId"])
    assert answer["threadId"] == got["threadId"]
    assert only(yours)["threadId"] == asked["threadId"]
    thread = yours.threads().get(userId="me", id=asked["threadId"]).execute()
    assert [message["id"] for message in thread["messages"]] == [asked["id"], only(yours)["id"]]


@pytest.mark.parametrize("lacking", ["threadId", "references", "subject", "known thread"])
def test_an_answer_that_lacks_one_condition_stays_apart(
    ours, yours, send, written, raw_of, lacking
):
    send(yours, written(subject="Numbers"))
    got = only(ours)
    parent = read_block(raw_of(ours, got["id"])).value("Message-ID")
    fields = {"from_": "sampark@example.com", "to": "you@example.com", "subject": "Re: Numbers"}
    if lacking != "references":
        fields |= {"in_reply_to": parent}
    if lacking == "subject":
        fields |= {"subject": "Other"}
    body = {"threadId": "1234abcd" if lacking == "known thread" else got["threadId"]}
    answer = send(ours, written(**fields), **({} if lacking == "threadId" else body))
    assert answer["threadId"] == answer["id"]


def test_a_receivers_thread_needs_no_thread_id_of_the_sender(ours, yours, send, written, raw_of):
    asked = send(yours, written(subject="Numbers"))
    parent = read_block(raw_of(yours, asked["id"])).value("Message-ID")
    fields = {"from_": "sampark@example.com", "to": "you@example.com"}
    send(ours, written(subject="Re: Numbers", references=f"<gone@x> {parent}", **fields))
    assert only(yours)["threadId"] == asked["threadId"]
    send(ours, written(subject="Something else", references=parent, **fields))
    assert {message["threadId"] != asked["threadId"] for message in inbox(yours)} == {True, False}


def test_two_sends_of_one_message_id_make_two_messages(sandbox, ours, yours, send, written):
    raw = written(message_id="<same@home>")
    assert send(yours, raw)["id"] != send(yours, raw)["id"]
    assert len(inbox(ours)) == 2


def test_message_ids_can_be_let_be(tmp_path, written, encoded):
    accounts = ["ann@example.com", "bob@example.com"]
    with Sandbox(tmp_path, accounts=accounts, rewrite_message_ids=False) as sandbox:
        http = httpx.Client(
            base_url=f"{sandbox.endpoint}/gmail/v1/users/me/",
            headers={"Authorization": f"Bearer {sandbox.token('ann@example.com')}"},
        )
        with http:
            raw = written(message_id="<mine@home>", from_="ann@example.com", to="bob@example.com")
            http.post("messages/send", json={"raw": encoded(raw)}).raise_for_status()
            found = http.get("messages", params={"q": "rfc822msgid:mine@home"}).json()
    assert len(found["messages"]) == 1


def test_an_alias_sends_and_receives(sandbox, ours, yours, send, written, raw_of):
    sandbox.control.alias("sampark@example.com", "desk@example.com", display_name="The desk")
    sent = send(ours, written(from_="Desk <desk@example.com>", to="you@example.com"))
    assert read_block(raw_of(ours, sent["id"])).value("From") == "Desk <desk@example.com>"
    send(yours, written(to="desk@example.com"))
    assert len(inbox(ours)) == 1
    listed = ours.settings().sendAs().list(userId="me").execute()["sendAs"]
    assert [item["sendAsEmail"] for item in listed] == ["sampark@example.com", "desk@example.com"]
    got = ours.settings().sendAs().get(userId="me", sendAsEmail="desk@example.com").execute()
    assert got["displayName"] == "The desk"
    with pytest.raises(HttpError) as refused:
        ours.settings().sendAs().get(userId="me", sendAsEmail="no@example.com").execute()
    assert refused.value.status_code == 404


def test_a_strangers_from_becomes_the_account_in_every_format(ours, yours, send, written, raw_of):
    sent = send(yours, written(from_="Your Bank <office@bank.com>"))
    full = yours.messages().get(userId="me", id=sent["id"]).execute()
    shown = {header["name"]: header["value"] for header in full["payload"]["headers"]}
    assert shown["From"] == "Your Bank <you@example.com>"
    assert read_block(raw_of(ours, only(ours)["id"])).value("From") == shown["From"]
