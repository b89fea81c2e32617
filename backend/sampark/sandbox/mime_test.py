from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.sandbox.indexing import read_entry
from sampark.sandbox.mime import read_mail, split_multipart

_PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Type: text/html; charset=x-none\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%FF; filename*1=b\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Subject: =?utf-8?b?=?=\r\n",
        b"\r\n",
        b"\r\n--b\r\n",
        b"\r\n--b--\r\n",
        b"\xff\x00\xd8",
        b"From: <>,\r\n",
    ]
)


@given(st.binary(max_size=200) | st.lists(_PIECES, max_size=25).map(b"".join))
def test_any_bytes_are_read_and_indexed(raw):
    mail = read_mail(raw)
    for part in mail.walk():
        part.content()
        part.text().encode()
    entry = read_entry(mail)
    "".join([entry.snippet, entry.base_subject, *entry.columns]).encode()


def test_a_multipart_nested_a_thousand_deep_is_read_to_its_bound():
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 1_000
    assert sum(1 for _ in read_mail(raw).walk()) <= 1_000


def test_parts_are_numbered_as_gmail_numbers_them():
    mail = EmailMessage()
    mail.set_content("plain")
    mail.add_alternative("<p>html</p>", subtype="html")
    mail.add_attachment(b"data", maintype="application", subtype="pdf", filename="a.pdf")
    ids = [(part.part_id, part.media_type) for part in read_mail(mail.as_bytes()).walk()]
    assert ids == [
        ("", "multipart/mixed"),
        ("0", "multipart/alternative"),
        ("0.0", "text/plain"),
        ("0.1", "text/html"),
        ("1", "application/pdf"),
    ]


def test_an_attached_mail_is_walked():
    inner = EmailMessage()
    inner["Subject"] = "inner"
    inner.add_attachment(b"x", maintype="text", subtype="csv", filename="in.csv")
    outer = EmailMessage()
    outer.set_content("see")
    outer.add_attachment(inner, filename="inner.eml")
    found = [part.filename for part in read_mail(outer.as_bytes()).walk() if part.filename]
    assert found == ["inner.eml", "in.csv"]


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        (b"--b\r\none\r\n--b\r\ntwo\r\n--b--\r\nafter", [b"one", b"two"]),
        (b"before\n--b\none\n--b--", [b"one"]),
        (b"--b\r\n--b\r\n\r\n--b--", [b"", b""]),
        (b"--b\r\nnever closed", [b"never closed"]),
        (b"--bee\r\nanother boundary", []),
    ],
)
def test_boundaries(body, parts):
    assert split_multipart(body, "b") == parts


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"attachment; filename*=utf-8''r%C3%A9sum%C3%A9.pdf", "résumé.pdf"),
        (b"attachment; filename*0*=utf-8''%E2%82%AC; filename*1=\" x.csv\"", "€ x.csv"),
        (b'attachment; filename="=?utf-8?q?=E2=82=AC=2Ecsv?="', "€.csv"),
        (b'attachment; filename="plain name.csv"', "plain name.csv"),
        (b"inline", ""),
    ],
)
def test_file_names(header, name):
    raw = b"Content-Type: text/csv\r\nContent-Disposition: " + header + b"\r\n\r\nx"
    assert read_mail(raw).filename == name


def test_damaged_base64_gives_what_it_can():
    raw = b"Content-Transfer-Encoding: base64\r\n\r\naGVs!!bG8=\r\n-- \r\nsignature"
    assert read_mail(raw).content().startswith(b"hello")


def test_text_follows_its_charset_and_survives_a_wrong_one():
    declared = b'Content-Type: text/plain; charset="%s"\r\n\r\ncaf\xe9'
    assert read_mail(declared % b"iso-8859-1").text() == "café"
    assert read_mail(declared % b"x-unknown").text() == "café"
    assert read_mail(declared % b"utf-8").text() == "caf\ufffd"


@pytest.mark.parametrize(
    "raw",
    [
        b"From: " + b"(" * 100_000,
        b"To: " + b"a:" * 50_000,
        b"Subject: " + b"=?a?q?" * 50_000,
        b"Content-Type: text/html\r\n\r\n" + b"<style " * 30_000,
        b"Content-Type: text/html\r\n\r\n" + b"<" * 200_000,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"\n--b" * 100_000,
    ],
)
def test_mail_made_to_be_slow_is_read(raw):
    assert read_entry(read_mail(raw)).rfc_id == ""


def test_html_is_indexed_without_its_style_and_script():
    raw = (
        b"Content-Type: text/html\r\n\r\n<style>p{}</style><p>one &amp; <b>two</b></p>"
        b"<script>var three</script>four<script>five"
    )
    assert read_entry(read_mail(raw)).snippet == "one &amp; two four"
