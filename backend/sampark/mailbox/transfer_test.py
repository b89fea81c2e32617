"""Bodies in every charset and transfer encoding, rightly and wrongly declared."""

import pytest

from sampark.mailbox import charset
from sampark.mailbox.mime import parse

HEAD = b"From: Ann <ann@x.example>\r\nSubject: Hi\r\n"

CHARSETS = [
    ("Größe", "utf-8", "utf-8"),
    ("Größe", "iso-8859-1", "utf-8"),
    ("Größe", "us-ascii", "latin-1"),
    ("Größe", "no-such", "latin-1"),
    ("Größe", "utf-8", "latin-1"),
    ("“quoted”", "iso-8859-1", "cp1252"),
    ("テスト", "iso-2022-jp", "iso-2022-jp"),
    ("テスト", "shift_jis", "cp932"),
    ("中文", "gb2312", "gb18030"),
    ("Größe", "utf-16", "utf-16"),
    ("Größe", "utf-7", "utf-7"),
    ("привет", "koi8-r", "koi8-r"),
]


@pytest.mark.parametrize(("text", "declared", "real"), CHARSETS)
def test_bodies_are_decoded(text, declared, real):
    raw = (
        HEAD + f"Content-Type: text/plain; charset={declared}\r\n\r\n".encode() + text.encode(real)
    )
    assert parse(raw).segments.new == text


ENCODINGS = [
    (b"base64", b"R3LDtsOfZQ==", "Größe"),
    (b"BASE64", b"R3LD\r\ntsO fZQ", "Größe"),
    (b"base64", b"R3LDtg==w59l", "Größe"),
    (b"quoted-printable", b"Gr=C3=B6=C3=9F=\r\ne", "Größe"),
    (b"quoted-printable", b"100% =ZZ", "100% =ZZ"),
    (b"x-uuencode", b"begin 644 x\r\n'1W+#ML.?90  \r\n \r\nend\r\n", "Größe"),
    (b"8bit", "Größe".encode(), "Größe"),
    (b"no-such", "Größe".encode(), "Größe"),
]


@pytest.mark.parametrize(("encoding", "body", "text"), ENCODINGS)
def test_transfer_encodings(encoding, body, text):
    raw = (
        HEAD + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: " + encoding
    )
    assert parse(raw + b"\r\n\r\n" + body).segments.new == text


@pytest.mark.parametrize(
    ("declared", "name"),
    [
        ("UTF-8", "utf-8"),
        (" 'iso-8859-1' ", "cp1252"),
        ("ks_c_5601-1987", "cp949"),
        ("x-unknown", None),
        ("punycode", None),
        ("base64", None),
        ("rot13", None),
        ("", None),
        ("a" * 50, None),
        ("\0", None),
    ],
)
def test_declared_names(declared, name):
    assert charset.known(declared) == name
