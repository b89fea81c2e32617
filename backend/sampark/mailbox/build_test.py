"""Answers as MIME, read back by this room's own reader and by the standard library."""

import email
from datetime import UTC, datetime
from email import policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.domain.base import AccountId
from sampark.domain.mail import Address, Message
from sampark.domain.run import Outgoing
from sampark.domain.value import File
from sampark.errors import MailboxError
from sampark.mailbox import build
from sampark.mailbox.file_names import clean_name
from sampark.mailbox.gate import GateSettings
from sampark.mailbox.mime import parse

ACCOUNT = AccountId("sampark@example.com")
YOU = Address(name="You", email="you@example.com")
DATE = datetime(2026, 3, 3, 10, 12, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(100))
CSV = File(name="Größe, neu.csv", media_type="text/csv", size=8, sha256="1" * 64)
PARENT = Message(message_id="<p@example.com>", references=("<a@b.cd>",), subject="Plan", sender=YOU)
OUTGOING = Outgoing(
    subject="other", text="Grüße\n\nDone.", html="<p>Grüße <img src='cid:plan'></p>"
)
SETTINGS = GateSettings(
    requesters=("you@example.com", "@team.example"), own=(ACCOUNT, "alias@example.com")
)


def _reply(
    outgoing=OUTGOING, *, parent=PARENT, to=YOU, cc=(), key="k1", contents=None, account=ACCOUNT
):
    return build.reply(
        outgoing,
        account=account,
        to=to,
        cc=cc,
        parent=parent,
        key=key,
        contents=contents or {},
        date=DATE,
    )


def test_headers():
    found = parse(_reply(cc=[Address(name="Jörg, Chef", email="j@team.example")]))
    assert str(found.sender) == "sampark@example.com"
    assert found.to == (YOU,)
    assert found.cc == (Address(name="Jörg, Chef", email="j@team.example"),)
    assert found.subject == "Re: Plan"
    assert found.message_id == "<k1@example.com>"
    assert found.in_reply_to == "<p@example.com>"
    assert found.references == ("<a@b.cd>", "<p@example.com>")
    assert found.date == DATE
    assert found.header("x-sampark-key") == "k1"
    assert found.header("auto-submitted") == "auto-replied"
    assert found.header("x-auto-response-suppress") == "All"


def test_bodies_pictures_and_files():
    outgoing = OUTGOING.model_copy(update={"pictures": {"plan": PNG}, "files": (CSV,)})
    raw = _reply(outgoing, contents={CSV.sha256: b"a,b\r\n1,2\r\n"})
    found = parse(raw)
    assert found.text.split() == ["Grüße", "Done."]
    assert "cid:plan.k1@example.com" in found.html
    assert [(item.name, item.media_type, item.inline) for item in found.attachments] == [
        ("plan.png", "image/png", True),
        ("Größe, neu.csv", "text/csv", False),
    ]
    assert found.attachments[1].content == b"a,b\r\n1,2\r\n"
    standard = email.message_from_bytes(raw, policy=policy.default)
    assert not standard.defects
    assert [part.get_filename() for part in standard.iter_attachments()] == ["Größe, neu.csv"]
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Plan", "Re: Plan"),
        ("Re: Plan", "Re: Plan"),
        ("RE: re:Re[2]: Plan", "Re: Plan"),
        ("AW: Plan", "Re: AW: Plan"),
        ("Fwd: Plan", "Re: Fwd: Plan"),
        ("Report", "Re: Report"),
        ("", "Re:"),
        ("a  b  äö  c", "Re: a b äö c"),
        ("=?utf-8?q?literal?=", "Re: =?utf-8?q?literal?="),
        ("x" * 500, "Re: " + "x" * 500),
        ("Größe 日本", "Re: Größe 日本"),
    ],
)
def test_one_re(subject, expected):
    found = parse(_reply(parent=PARENT.model_copy(update={"subject": subject})))
    assert found.subject == expected


@pytest.mark.parametrize(
    "name",
    ['A "quoted" \\ name', "=?utf-8?q?=0D=0ABcc:_x?=", "Ä, Ö <x@y.zz>", "a@b.cd", "名前" * 40],
)
def test_display_names_stay_names(name):
    found = parse(_reply(to=Address(name=name, email="you@example.com")))
    assert [address.email for address in found.to] == ["you@example.com"]
    assert found.to[0].name.replace('"', "") == name.replace('"', "")
    assert found.header("bcc") is None


def test_a_long_message_id_is_not_broken():
    long_id = f"<{'x' * 200}@prod.outlook.example>"
    raw = _reply(parent=PARENT.model_copy(update={"message_id": long_id}))
    assert long_id.encode() in raw
    assert parse(raw).in_reply_to == long_id


def test_the_chain_is_bounded_and_keeps_its_ends():
    chain = tuple(f"<{number}@x.example>" for number in range(100))
    found = parse(_reply(parent=PARENT.model_copy(update={"references": chain})))
    assert len(found.references) == 20
    assert (found.references[0], found.references[-1]) == ("<0@x.example>", "<p@example.com>")


@pytest.mark.parametrize("message_id", ["", "no brackets", "<with space@x>", "<ü@x>"])
def test_a_parent_without_a_usable_id_is_answered(message_id):
    found = parse(_reply(parent=PARENT.model_copy(update={"message_id": message_id})))
    assert found.in_reply_to == ""
    assert found.references == ("<a@b.cd>",)


BREAKS = ["\r\nBcc: x@y.zz", "\nx", "\0", "\r", "\u2028"]


@pytest.mark.parametrize("bad", BREAKS)
def test_line_breaks_are_refused_everywhere(bad):
    calls = [
        {"parent": PARENT.model_copy(update={"subject": f"a{bad}"})},
        {"parent": PARENT.model_copy(update={"message_id": f"<a{bad}@b>"})},
        {"to": Address(name=f"a{bad}", email="you@example.com")},
        {"to": Address(name="a", email=f"you@example.com{bad}")},
        {"cc": [Address(name="a", email=f"you{bad}@example.com")]},
        {"key": f"k{bad}"},
        {"account": AccountId(f"s@example.com{bad}")},
        {
            "outgoing": OUTGOING.model_copy(
                update={"files": (CSV.model_copy(update={"name": f"a{bad}"}),)}
            ),
            "contents": {CSV.sha256: b"x"},
        },
        {"outgoing": OUTGOING.model_copy(update={"pictures": {f"a{bad}": PNG}})},
    ]
    for call in calls:
        with pytest.raises(MailboxError):
            _reply(**call)


def test_a_reference_with_a_line_break_is_dropped():
    raw = _reply(
        parent=PARENT.model_copy(update={"references": ("<a\r\nBcc: x@y.zz>", "<b@c.de>")})
    )
    assert b"Bcc" not in raw
    assert parse(raw).references == ("<b@c.de>", "<p@example.com>")


def test_too_large_tells_the_size():
    outgoing = OUTGOING.model_copy(update={"files": (CSV,)})
    with pytest.raises(MailboxError, match=r"27\.\d MB"):
        _reply(outgoing, contents={CSV.sha256: bytes(20_000_000)})


def test_a_missing_content_is_named():
    with pytest.raises(MailboxError, match="neu.csv"):
        _reply(OUTGOING.model_copy(update={"files": (CSV,)}))


def test_a_nested_mail_can_be_attached():
    file = File(name="a.eml", media_type="message/rfc822", size=3, sha256="2" * 64)
    found = parse(
        _reply(
            OUTGOING.model_copy(update={"files": (file,)}),
            contents={file.sha256: b"From: a\r\n\r\nx"},
        )
    )
    assert found.attachments[0].content == b"From: a\r\n\r\nx"


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Co", "Cn"]), max_size=120
)


@given(subject=WORDS, name=WORDS, text=WORDS, file=WORDS)
def test_any_words_round_trip(subject, name, text, file):
    named = CSV.model_copy(update={"name": f"x{file}.csv"})
    raw = _reply(
        OUTGOING.model_copy(update={"text": f"t {text}", "files": (named,)}),
        parent=PARENT.model_copy(update={"subject": f"s {subject}"}),
        to=Address(name=f"N {name}", email="you@example.com"),
        contents={CSV.sha256: b"a,b\n1,2\n"},
    )
    found = parse(raw)
    assert found.subject.split() == f"Re: s {subject}".split()
    assert found.to[0].email == "you@example.com"
    assert _letters(found.to[0].name) == _letters(f"N {name}")
    assert found.text.split() == f"t {text}".split()
    assert _letters(found.attachments[0].name)[:90] == _letters(clean_name(named.name))[:90]


def _letters(text):
    return [ch for ch in text if ch.isalnum()]


def _asked(**fields):
    return Message(sender=YOU, **fields)


@pytest.mark.parametrize(
    ("asked", "to", "cc"),
    [
        (_asked(), "you@example.com", []),
        (_asked(reply_to=(Address(email="evil@x.yz"),)), "you@example.com", []),
        (
            _asked(reply_to=(Address(email="ann@team.example"),)),
            "ann@team.example",
            ["you@example.com"],
        ),
        (
            _asked(reply_to=(Address(email="a@team.example"), Address(email="x@y.zz"))),
            "you@example.com",
            [],
        ),
        (_asked(reply_to=(Address(email="sampark@example.com"),)), "you@example.com", []),
        (
            _asked(
                to=(Address(email="Sampark@example.com"), Address(email="b@team.example")),
                cc=(
                    Address(email="B@team.example"),
                    Address(email="c@x.yz"),
                    Address(email="alias@example.com"),
                ),
            ),
            "you@example.com",
            ["b@team.example"],
        ),
        (_asked(cc=(Address(email="YOU@example.com"),)), "you@example.com", []),
        (_asked(cc=(Address(email="a@sub.team.example"),)), "you@example.com", []),
    ],
)
def test_recipients(asked, to, cc):
    first, copies = build.recipients(asked, SETTINGS)
    assert first.email == to
    assert [address.key for address in copies] == cc


def test_nobody_to_answer():
    with pytest.raises(MailboxError):
        build.recipients(Message(), SETTINGS)
