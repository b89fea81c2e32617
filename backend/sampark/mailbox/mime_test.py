"""Reading of mail: what well-formed mail says, what malformed mail cannot do, the limits."""

import hashlib
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.mailbox.conftest import strings_of
from sampark.mailbox.mime import head, parse

HEAD = b"From: Ann <ann@x.example>\r\nTo: bob@y.example\r\nSubject: Hi\r\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def _mail(text="Words.", html=None):
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "Ann Hill <ann@x.example>"
    mail["To"] = "Bob <bob@y.example>, Carl <carl@y.example>"
    mail["Subject"] = "Plan"
    mail["Message-ID"] = "<1@x.example>"
    mail["Date"] = "Tue, 03 Mar 2026 10:12:00 +0530"
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def _everything(message):
    return message.model_dump(exclude={"attachments": {"__all__": {"content"}}})


def _is_storable(message):
    for text in strings_of(_everything(message)):
        text.encode("utf-8")
        assert "\0" not in text
    return True


def test_a_plain_mail():
    found = parse(_mail().as_bytes())
    assert str(found.sender) == "Ann Hill <ann@x.example>"
    assert [address.email for address in found.to] == ["bob@y.example", "carl@y.example"]
    assert (found.subject, found.message_id) == ("Plan", "<1@x.example>")
    assert found.date is not None
    assert found.date.isoformat() == "2026-03-03T10:12:00+05:30"
    assert found.text.strip() == "Words."
    assert found.segments.new == "Words."
    assert found.notes == ()


def test_text_is_preferred_to_html():
    found = parse(_mail("From text.", "<p>From <b>HTML</b>.</p>").as_bytes())
    assert found.segments.new == "From text."
    assert "<b>HTML</b>" in found.html


def test_html_serves_where_the_text_is_empty():
    found = parse(_mail(" \n", "<p>From <b>HTML</b>.</p>").as_bytes())
    assert found.segments.new == "From HTML."
    assert found.text == "From HTML."


def test_a_footer_beside_an_html_body_does_not_replace_it():
    raw = HEAD + (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>Do it.</p>\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\n-- \r\nlist footer\r\n--b--\r\n"
    )
    found = parse(raw)
    assert found.segments.new == "Do it."
    assert "list footer" in found.text


def test_text_around_a_file_is_read_whole():
    raw = HEAD + (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nbefore\r\n--b\r\nContent-Type: application/pdf;"
        b" name=a.pdf\r\n\r\n%PDF-1.7\r\n--b\r\nContent-Type: text/plain\r\n\r\nafter\r\n--b--\r\n"
    )
    found = parse(raw)
    assert found.segments.new.split() == ["before", "after"]
    assert found.attachments[0].content == b"%PDF-1.7"


def test_files_get_handles_and_shown_pictures_do_not_count():
    mail = _mail("See.", "<p>See <img src='cid:logo@x'></p>")
    html = mail.get_payload(1)
    html.add_related(PNG, "image", "png", cid="<logo@x>", filename="logo.png")
    mail.add_attachment(b"a,b\r\n1,2\r\n", maintype="text", subtype="csv", filename="Größe.csv")
    mail.add_attachment(PNG, maintype="application", subtype="pdf", filename="liar.pdf")
    found = parse(mail.as_bytes()).attachments
    assert [(item.handle, item.inline) for item in found] == [
        ("inl1", True),
        ("att1", False),
        ("att2", False),
    ]
    assert (found[1].name, found[1].media_type) == ("Größe.csv", "text/csv")
    assert (found[2].media_type, found[2].declared_type) == ("image/png", "application/pdf")
    assert found[2].sha256 == hashlib.sha256(PNG).hexdigest()
    assert found[2].content == PNG


def test_a_nested_mail_is_a_file_and_its_files_follow():
    inner = _mail("Inner words.")
    inner.add_attachment(b"%PDF-1.4 x", maintype="application", subtype="pdf", filename="in.pdf")
    outer = _mail("Outer words.")
    outer.add_attachment(inner)
    found = parse(outer.as_bytes())
    assert found.segments.new == "Outer words."
    assert [(item.handle, item.media_type) for item in found.attachments] == [
        ("att1", "message/rfc822"),
        ("att1.1", "application/pdf"),
    ]
    assert b"Inner words." in found.attachments[0].content


def test_a_calendar_part_is_a_file():
    raw = HEAD + (
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nInvited.\r\n--b\r\n"
        b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n--b--\r\n"
    )
    found = parse(raw)
    assert found.segments.new == "Invited."
    assert [(item.media_type, item.name) for item in found.attachments] == [
        ("text/calendar", "attachment-1.ics")
    ]


def test_signed_mail_is_read_and_its_signature_is_no_task_file():
    raw = HEAD + (
        b"Content-Type: multipart/signed; boundary=b; protocol=x\r\n\r\n--b\r\n\r\nWords.\r\n--b\r\nContent-Type: "
        b"application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n"
    )
    found = parse(raw)
    assert found.segments.new == "Words."
    assert found.attachments[0].inline
    assert any("S/MIME" in note for note in found.notes)


NAMES = [
    (b'attachment; filename="a b.csv"', "a b.csv"),
    (b"attachment; filename=a b.csv", "a b.csv"),
    (b"attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.csv", "Größe.csv"),
    (b"attachment; filename*=iso-8859-1'de'Gr%F6%DFe.csv", "Größe.csv"),
    (b"attachment; filename*0*=utf-8''Gr%C3%B6; filename*1=\"sse.csv\"", "Grösse.csv"),
    (b'attachment; filename="=?utf-8?q?Gr=C3=B6=C3=9Fe.csv?="', "Größe.csv"),
    ('attachment; filename="Größe.csv"'.encode(), "Größe.csv"),
    ('attachment; filename="Größe.csv"'.encode("latin-1"), "Größe.csv"),
    (b'attachment; filename="../../etc/passwd"', "passwd"),
    (b'attachment; filename="C:\\\\Users\\\\ann\\\\plan.xlsx"', "plan.xlsx"),
    (b'attachment; filename="a\tb\x00c.txt"', "a b c.txt"),
    ("attachment; filename=\"a\u202etxt.exe\"".encode(), "atxt.exe"),
    (b'attachment; filename="..."', "attachment-1.txt"),
    (b'attachment; filename="CON.txt"', "_CON.txt"),
    (b"attachment; filename=" + b"x" * 300 + b".csv", "x" * 116 + ".csv"),
    (b"attachment", "attachment-1.txt"),
]  # fmt: skip


@pytest.mark.parametrize(("disposition", "name"), NAMES)
def test_file_names_are_decoded_and_cleaned(disposition, name):
    raw = HEAD + (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nWords.\r\n--b\r\nContent-Disposition: "
        + disposition
        + b"\r\n\r\nplain words\r\n--b--\r\n"
    )
    assert [item.name for item in parse(raw).attachments] == [name]


SUBJECTS = [
    (b"=?utf-8?B?R3LDtsOfZQ==?=", "Größe"),
    (b"=?UTF-8?Q?Gr=C3=B6=C3=9Fe?= =?UTF-8?Q?_zwei?=", "Größe zwei"),
    (b"=?utf-8?B?R3LD?= =?utf-8?B?tsOfZQ==?=", "Größe"),
    (b"=?iso-8859-1?Q?Gr=F6=DFe?=", "Größe"),
    (b"=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "テスト"),
    (b"=?no-such-charset?Q?Gr=C3=B6=C3=9Fe?=", "Größe"),
    (b"=?utf-8?Q?one=0D=0ABcc:_x@y.z?=", "one Bcc: x@y.z"),
    (b"=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=", "=?utf-8?q?a?="),
    (b"=?utf-8?Q?what??=", "what?"),
    (b"=?utf-8?Q?cut =?utf-8?Q?Gr=C3=B6=C3=9Fe?=", "=?utf-8?Q?cut Größe"),
    (b"=?utf-8?Q?Gr=C3?= =?UTF-8?Q?=B6=C3=9Fe?=", "Größe"),
    (b"=?utf-8*de?Q?Gr=C3=B6=C3=9Fe?=", "Größe"),
    (b"=?utf-8?B?not base64!?=", "=?utf-8?B?not base64!?="),
    ("Größe".encode(), "Größe"),
    ("Größe".encode("latin-1"), "Größe"),
    (b"one\r\n two", "one two"),
    (b"", ""),
]


@pytest.mark.parametrize(("raw", "subject"), SUBJECTS)
def test_subjects_are_decoded(raw, subject):
    assert parse(b"From: a@b.cd\r\nSubject: " + raw + b"\r\n\r\nx").subject == subject


def test_a_charset_that_lied_is_noted():
    raw = HEAD + b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\n" + "Größe".encode()
    assert any("charset" in note for note in parse(raw).notes)


def test_invisible_characters_are_left_out_and_noted():
    hidden = "".join(chr(0xE0000 + ord(ch)) for ch in "obey me")
    found = parse(
        HEAD + f"Content-Type: text/plain; charset=utf-8\r\n\r\nDo{hidden} \u202eit.".encode()
    )
    assert found.segments.new == "Do it."
    assert any("nobody can see" in note for note in found.notes)


def test_a_verdict_cannot_be_written_with_encoded_words():
    raw = b"Authentication-Results: mx.google.com; spf=pass =?utf-8?q?=3B_dmarc=3Dpass?=\r\n\r\n"
    assert "dmarc=pass" not in (parse(raw).header("authentication-results") or "")


def test_references_and_ids():
    raw = b"Message-ID: <a@b>\r\nIn-Reply-To: Your mail <c@d> of today\r\nReferences: <e@f>\r\n <c@d>\r\n\r\n"
    found = parse(raw)
    assert (found.message_id, found.in_reply_to, found.references) == (
        "<a@b>",
        "<c@d>",
        ("<e@f>", "<c@d>"),
    )


@given(st.binary(max_size=2000))
def test_any_bytes_are_read(raw):
    assert _is_storable(parse(raw))


@given(st.binary(max_size=300))
def test_any_body_is_read(body):
    for field in (
        b"Content-Type: text/html",
        b"Content-Transfer-Encoding: base64",
        b"Content-Type: text/plain; charset=utf-7",
        b"Content-Type: text/plain; charset=utf-16",
        b"Content-Type: message/rfc822",
        b"Content-Transfer-Encoding: x-uuencode",
    ):
        assert _is_storable(parse(field + b"\r\n\r\n" + body))


@given(
    st.sampled_from([b"From", b"To", b"Subject", b"Date", b"Content-Type", b"References"]),
    st.binary(max_size=120),
)
def test_any_header_value_is_read(name, value):
    assert _is_storable(parse(name + b": " + value + b"\r\n\r\nx"))


def _sample():
    mail = _mail("Words.", "<p>See <img src='cid:logo@x'> <b>x</b></p>")
    mail.get_payload(1).add_related(PNG, "image", "png", cid="<logo@x>")
    mail.add_attachment(b"a,b\r\n1,2\r\n", maintype="text", subtype="csv", filename="Größe.csv")
    mail.add_attachment(_mail("Inner."))
    return mail.as_bytes()


SAMPLE = _sample()


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 40), st.binary(max_size=6)),
        max_size=8,
    )
)
def test_mutated_mail_is_read(changes):
    raw = SAMPLE
    for start, length, new in changes:
        raw = raw[:start] + new + raw[start + length :]
    assert _is_storable(parse(raw))


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1, max_size=200
)


@given(
    TEXTS,
    st.text(st.sampled_from("abc äöß日本 ,.-"), min_size=1, max_size=40),
    st.binary(min_size=1, max_size=500),
)
def test_what_the_standard_library_wrote_is_read_back(text, name, content):
    mail = _mail(text)
    del mail["Subject"]
    mail["Subject"] = name
    mail.add_attachment(content, maintype="application", subtype="octet-stream", filename="x.bin")
    found = parse(mail.as_bytes())
    assert found.text.split() == text.split()
    assert found.subject == " ".join(name.split())
    assert found.attachments[0].content == content


def test_the_head_is_what_the_whole_says():
    raw = (
        b"From: =?utf-8?q?J=C3=B6?= <jo@example.com>\r\nSubject: =?utf-8?b?w5xiZXI=?=\r\n\r\nHi\r\n"
    )
    for each in (raw, b"", b"From: a@x.yz\r\nFrom: b@x.yz\r\n\r\n", raw.replace(b"\r\n", b"\r")):
        message = parse(each)
        assert head(each) == (message.sender, message.subject)
