"""Kinds of mail beyond text and files: signed, sealed, packed, linked, wrapped, nested, foreign."""

import base64
import encodings
import pkgutil
import struct
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.mailbox import smime, tnef
from sampark.mailbox.conftest import strings_of
from sampark.mailbox.file_names import clean_name
from sampark.mailbox.flowed import unflow
from sampark.mailbox.mime import parse

HEAD = b"From: Ann <ann@x.example>\r\nTo: bob@y.example\r\nSubject: Hi\r\n"
INNER = HEAD + b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nInner words.\r\n--i\r\n" + (
    b"Content-Type: application/pdf; name=in.pdf\r\n\r\n%PDF-1.4 x\r\n--i--\r\n"
)  # fmt: skip


def _leaf(kind, content, *, encoding=b"base64"):
    body = base64.encodebytes(content) if encoding == b"base64" else content
    return (
        b"Content-Type: "
        + kind
        + b"\r\nContent-Transfer-Encoding: "
        + encoding
        + b"\r\n\r\n"
        + body
    )


def _mixed(*leaves, kind=b"mixed"):
    head = HEAD + b"Content-Type: multipart/" + kind + b"; boundary=b\r\n\r\n"
    return head + b"".join(b"--b\r\n" + leaf + b"\r\n" for leaf in leaves) + b"--b--\r\n"


WORDS = b"\r\nWords."


def _names(message):
    return [(item.handle, item.name, item.inline) for item in message.attachments]


# --- nested


@pytest.mark.parametrize("encoding", [b"base64", b"8bit", b"quoted-printable"])
def test_files_of_attached_mails_are_found_and_their_words_are_data(encoding):
    found = parse(_mixed(WORDS, _leaf(b"message/rfc822", INNER, encoding=encoding)))
    assert found.segments.new == "Words."
    assert [(item.handle, item.media_type) for item in found.attachments] == [
        ("att1", "message/rfc822"),
        ("att1.1", "application/pdf"),
    ]
    assert found.attachments[1].content == b"%PDF-1.4 x"


def test_mails_encoded_in_mails_end():
    raw = HEAD + b"\r\nDeep."
    for _ in range(30):
        raw = _leaf(b"message/rfc822", raw)
    assert any("nests deeper" in note for note in parse(HEAD + raw).notes)


def test_a_digest_is_a_row_of_mails():
    found = parse(_mixed(b"\r\n" + INNER, b"\r\n" + INNER, kind=b"digest"))
    assert [item.media_type for item in found.attachments][::2] == ["message/rfc822"] * 2
    assert "Inner" not in found.text


# --- signed and sealed


def _der(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x83" + size.to_bytes(3, "big")
    return bytes([tag]) + length + content


SIGNED = bytes.fromhex("06092a864886f70d010702")
DATA = bytes.fromhex("06092a864886f70d010701")


def _signed(octets):
    info = _der(0x30, DATA, _der(0xA0, octets))
    return _der(0x30, SIGNED, _der(0xA0, _der(0x30, b"\x02\x01\x01", _der(0x31), info, _der(0x31))))


ENTITY = b"Content-Type: text/plain\r\n\r\nSigned words."
OPAQUE = {
    "definite": _signed(_der(0x04, ENTITY)),
    "in pieces": _signed(_der(0x24, _der(0x04, ENTITY[:20]), _der(0x04, ENTITY[20:]))),
    "open ended": _signed(b"\x24\x80" + _der(0x04, ENTITY[:9]) + _der(0x04, ENTITY[9:]) + b"\0\0"),
}


@pytest.mark.parametrize("form", OPAQUE)
def test_opaquely_signed_mail_is_read(form):
    found = parse(
        HEAD
        + _leaf(b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", OPAQUE[form])
    )
    assert found.segments.new == "Signed words."
    assert found.attachments == ()
    assert any("signed (S/MIME)" in note for note in found.notes)


def test_signed_in_signed_ends():
    raw = ENTITY
    for _ in range(30):
        raw = _leaf(b"application/pkcs7-mime", _signed(_der(0x04, raw)))
    assert any("nests deeper" in note for note in parse(HEAD + raw).notes)


def test_encrypted_mail_says_so():
    enveloped = _der(0x30, bytes.fromhex("06092a864886f70d010703"), _der(0xA0, b"x"))
    found = parse(HEAD + _leaf(b"application/pkcs7-mime; smime-type=enveloped-data", enveloped))
    assert any("encrypted (S/MIME)" in note for note in found.notes)
    pgp = _mixed(b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", kind=b"encrypted")
    assert any("encrypted (PGP)" in note for note in parse(pgp).notes)
    text = (
        HEAD
        + b"\r\nSee:\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nabc\r\n-----END PGP MESSAGE-----\r\n"
    )
    assert any("encrypted (PGP)" in note for note in parse(text).notes)


def test_a_signature_in_the_text_is_no_words_of_the_writer():
    found = parse(
        HEAD + b"\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nDo it.\r\n"
        b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQEz\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n"
    )
    assert found.segments.new == "Do it."
    assert any("signed (PGP)" in note for note in found.notes)


@given(st.binary(max_size=200))
def test_any_bytes_are_signed_content_or_not(raw):
    smime.signed_content(raw)
    smime.signed_content(OPAQUE["in pieces"][: len(raw)] + raw)


# --- winmail.dat


def _attribute(kind, value, level=2):
    return struct.pack("<BII", level, kind, len(value)) + value + b"\0\0"


def _winmail(*files):
    out = tnef.MAGIC + b"\x01\0" + _attribute(0x00089006, b"\0\0\1\0", 1)
    for name, content in files:
        long = name.encode("utf-16-le") + b"\0\0"
        properties = b"\1\0\0\0\x1f\0\x07\x37\1\0\0\0" + struct.pack("<I", len(long)) + long
        out += _attribute(0x00069002, bytes(14)) + _attribute(0x00018010, b"SHORT~1.PDF\0")
        out += _attribute(0x0006800F, content) + _attribute(0x00069005, properties)
    return out


def test_the_files_in_a_winmail_are_files_of_the_mail():
    packed = _winmail(("Größe.csv", b"a,b\r\n1,2\r\n"), ("plan.pdf", b"%PDF-1.4 x"))
    found = parse(_mixed(WORDS, _leaf(b"application/ms-tnef; name=winmail.dat", packed)))
    assert _names(found) == [
        ("inl1", "winmail.dat", True),
        ("att1", "Größe.csv", False),
        ("att2", "plan.pdf", False),
    ]
    assert found.attachments[1].media_type == "text/csv"
    assert any("2 files were taken out" in note for note in found.notes)


def test_a_winmail_without_files_says_so():
    found = parse(_mixed(WORDS, _leaf(b"application/octet-stream; name=WINMAIL.DAT", b"x")))
    assert any("no file is inside" in note for note in found.notes)


@given(st.binary(max_size=100), st.integers(0, 400))
def test_a_damaged_winmail_ends(noise, place):
    whole = _winmail(("a.csv", b"a,b"), ("b.csv", b"c,d"))
    assert len(tnef.files(whole[:place] + noise + whole[place + len(noise) :])) <= 100


# --- pictures, links, pieces


def test_a_logo_is_no_task_file_and_a_photo_is():
    logo = b"Content-Type: image/png; name=logo.png\r\nContent-ID: <l@x>\r\nContent-Disposition: inline\r\n\r\n\x89PNG\r\n\x1a\n"
    photo = b"Content-Type: image/png; name=photo.png\r\nContent-Disposition: attachment\r\n\r\n\x89PNG\r\n\x1a\nx"
    html = b"Content-Type: text/html\r\n\r\n<p>Words.</p><img src='cid:l@x'>"
    assert _names(parse(_mixed(html, logo, photo, kind=b"related"))) == [
        ("inl1", "logo.png", True),
        ("att1", "photo.png", False),
    ]


@pytest.mark.parametrize(
    "kind", [b"message/external-body; access-type=URL", b"message/partial; id=x"]
)
def test_what_lies_elsewhere_is_said(kind):
    leaf = b"Content-Type: " + kind + b"\r\n\r\nContent-Type: text/plain\r\n\r\n"
    found = parse(_mixed(WORDS, leaf))
    assert found.segments.new == "Words."
    assert any(kind.partition(b"/")[2][:7].decode() in note for note in found.notes)


# --- flowed text

FLOWED = [
    ("one \ntwo\nthree", "one two\nthree"),
    ("> one \n> two\nthree", "> one two\nthree"),
    ("> one \n>> two", "> one \n>> two"),
    (" From here\n  two", "From here\n two"),
    (" >no quote", " >no quote"),
    ("end \n-- \nAnn \nHill", "end \n-- \nAnn Hill"),
    ("", ""),
    ("open ", "open "),
]


@pytest.mark.parametrize(("text", "whole"), FLOWED)
def test_flowed_paragraphs_are_put_together(text, whole):
    assert unflow(text) == whole


def test_a_deleted_space_is_none_of_the_text():
    assert unflow("日本 \n語", delete_space=True) == "日本語"


def test_a_flowed_mail_is_read_whole():
    head = HEAD + b"Content-Type: text/plain; charset=utf-8; Format=Flowed; DelSp=yes\r\n\r\n"
    assert (
        parse(head + b"Please convert  \r\nthis to PDF.\r\n").segments.new
        == "Please convert this to PDF."
    )


@given(st.text(st.sampled_from("ab >-\n"), max_size=80))
def test_unflowing_loses_no_letter(text):
    kept = [ch for ch in unflow(text) if ch in "ab-"]
    assert kept == [ch for ch in text if ch in "ab-"]


# --- charsets

CHARSETS = sorted({name for _, name, _ in pkgutil.iter_modules(encodings.__path__)} | {
    "x-unknown", "unknown-8bit", "iso-8859-8-i", "x-sjis", "utf8mb4", "x-cp1251", "x-gbk", "latin9", "", "\udc80",
})  # fmt: skip


@pytest.mark.parametrize("name", CHARSETS)
def test_valid_utf8_wins_over_any_declared_charset(name):
    text = "Größe, 日本, नमस्ते"
    head = f"Content-Type: text/plain; charset={name}\r\n\r\n".encode("utf-8", "surrogateescape")
    found = parse(HEAD + head + text.encode())
    wide = name.replace("-", "_").startswith(("utf_16", "utf_32"))
    assert found.text == text or wide


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x-cp1251", "Привет"), ("koi8-r", "Привет"), ("gb2312", "你好"), ("big5", "你好"), ("iso-2022-jp", "こんにちは"),
        ("shift_jis", "こんにちは"), ("euc-kr", "안녕"), ("windows-1252", "“Größe”"), ("utf-16", "Größe"), ("utf-7", "Größe"),
    ],
)  # fmt: skip
def test_the_declared_charset_is_read(name, text):
    raw = text.encode(name.removeprefix("x-"))
    head = f"Content-Type: text/plain; charset={name}\r\n\r\n".encode()
    assert parse(HEAD + head + raw).text == text


@pytest.mark.parametrize("declared", [b"utf-8", b"x-unknown", b""])
def test_a_letter_cut_in_two_spoils_no_other(declared):
    raw = "नमस्ते दुनिया".encode()[:-1]
    found = parse(HEAD + b"Content-Type: text/plain; charset=" + declared + b"\r\n\r\n" + raw)
    assert found.text.startswith("नमस्ते दुनिय")


# --- whatever comes


def _whole():
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "Ann Hill <ann@x.example>"
    mail["Subject"] = "Größe"
    mail.set_content("Words.")
    mail.add_alternative("<p>Words. <img src='cid:l@x'></p>", subtype="html")
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="a.ics")
    mail.add_attachment(b"x" * 90, maintype="application", subtype="pdf", filename="日本.pdf")
    return mail.as_bytes()


LIVELY = [
    _whole(),
    _mixed(WORDS, _leaf(b"message/rfc822", INNER), kind=b"report"),
    _mixed(WORDS, _leaf(b"application/ms-tnef", _winmail(("a.csv", b"a,b")))),
    HEAD + _leaf(b"application/pkcs7-mime", OPAQUE["open ended"]),
    HEAD + b"Content-Type: text/plain; format=flowed; charset=gb2312\r\n\r\n> a \r\n> b\r\n",
]


@settings(max_examples=400)
@given(
    st.sampled_from(LIVELY),
    st.sampled_from(LIVELY),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), st.binary(max_size=8)), max_size=6),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_mutated_and_spliced_mail_is_read(first, second, changes, cut, begin):
    raw = first
    for place, length, new in changes:
        at = int(place * len(raw))
        raw = raw[:at] + new + raw[at + length :]
    raw = raw[: int(cut * len(raw))] + second[int(begin * len(second)) :]
    found = parse(raw)
    for text in strings_of(found.model_dump(exclude={"attachments": {"__all__": {"content"}}})):
        assert "\0" not in text
        text.encode()


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp", "Zs"], exclude_characters="<>:\"|?*/\\.%'="), min_size=1, max_size=30)  # fmt: skip


@given(NAMES, st.sampled_from(["utf-8", "utf-16-le", "gb18030"]), st.integers(1, 12))
def test_a_name_in_pieces_is_put_together(name, charset, width):
    coded = "".join(f"%{byte:02X}" for byte in f"{name}.pdf".encode(charset))
    cut = [coded[at : at + 3 * width] for at in range(0, len(coded), 3 * width)][:50]
    pieces = "".join(
        f";\r\n name*{n}*={charset + chr(39) * 2 if n == 0 else ''}{piece}"
        for n, piece in enumerate(cut)
    )
    found = parse(HEAD + f"Content-Type: application/pdf{pieces}\r\n\r\n%PDF-1.4".encode())
    assert len(found.attachments) == 1
    if "".join(cut) == coded:
        assert found.attachments[0].name == clean_name(f"{name}.pdf")
