"""The limits of the reader, each with its note; the inputs that cost general parsers minutes."""

import base64

import pytest

from sampark.mailbox import limits
from sampark.mailbox.header_fields import OVER_LIMIT
from sampark.mailbox.mime import parse
from sampark.mailbox.parser import Parser
from sampark.mailbox.segments import split, split_html

HEAD = b"From: Ann <ann@x.example>\r\nTo: bob@y.example\r\nSubject: Hi\r\n"
MEGABYTE = 1_000_000

LIMITS = {
    "headers": (HEAD + b"X: y\r\n" * 20_000 + b"\r\nWords.", OVER_LIMIT),
    "header bytes": (HEAD + b"X: " + b"y" * 100_000 + b"\r\n\r\nWords.", OVER_LIMIT),
    "one header": (HEAD + b"X: " + b"y" * 9000 + b"\r\n\r\nWords.", "longer than 8 KB"),
    "auth header": (HEAD + b"ARC-Seal: " + b"y" * 17_000 + b"\r\n\r\nWords.", "longer than 16 KB"),
    "addresses": (b"To: " + b",\r\n ".join([b"u@x.y"] * 500) + b"\r\n\r\nWords.", "more than 100 addresses"),
    "parts": (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nWords.\r\n" * 5000,
        "more than 200 parts",
    ),
    "depth": (
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)),
        "nests deeper than 20",
    ),
    "nested mails": (b"Content-Type: message/rfc822\r\n\r\n" * 3000, "nests deeper than 20"),
    "name pieces": (
        b"Content-Type: application/pdf" + b"".join(b";\r\n name*%d=a" % n for n in range(400)) + b"\r\n\r\nx",
        "more than 50 pieces",
    ),
    "html size": (
        HEAD + b"Content-Type: text/html\r\n\r\n<p>Words.</p>" + b"<p>x</p>" * 200_000,
        "longer than 1 MB",
    ),
    "html depth": (
        HEAD + b"Content-Type: text/html\r\n\r\n<p>Words.</p>" + b"<div>x" * 3000,
        "deeper than 200",
    ),
}  # fmt: skip


LIMITS |= {
    "folded header": (HEAD + b"X: y\r\n" + b" z\r\n" * 20_000 + b"\r\nWords.", OVER_LIMIT),
    "text": (HEAD + b"\r\nWords." + b" and more\r\n" * 900_000, "longer than 8 MB"),
    "deep divs": (
        HEAD + b"Content-Type: text/html\r\n\r\n<p>Words.</p>" + b"<div>" * 40_000,
        "deeper than 200",
    ),
    "tags": (
        HEAD + b"Content-Type: text/html\r\n\r\n<p>Words.</p>" + b"<a><b>" * 200_000,
        "more than 20,000 tags",
    ),
    "files in files": (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nWords.\r\n--b\r\n"
        + b"Content-Type: message/rfc822\r\n\r\n" * 18 + b"\r\n" + bytes(10_000_000),
        "over 128 MB",
    ),
    "damaged base64": (
        HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"V29yZHMu" + b"A" * 400_001,
        "base64 part is damaged",
    ),
}  # fmt: skip


@pytest.mark.parametrize("limit", LIMITS)
def test_each_limit_leaves_a_note(limit):
    raw, note = LIMITS[limit]
    found = parse(raw)
    assert any(note in said for said in found.notes)
    if limit not in {"depth", "nested mails", "name pieces"}:
        assert found.segments.new.startswith("Words.")


def test_a_mail_of_fifty_megabytes_is_read_within_the_bounds():
    content = bytes(range(256)) * 150_000
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nWords.\r\n--b\r\n"
        + b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content)
        + b"--b--\r\n"
    )
    parser = Parser()
    found = parser.read(raw)
    parser.close()
    assert len(raw) > 50_000_000
    assert found.segments.new == "Words."
    assert found.attachments[0].content == content


def test_every_declared_length_is_kept_whole():
    assert len(parse(HEAD + b"\r\n" + b"word\r\n" * 100_000).segments.quoted) > 300_000


def test_addresses_are_at_most_a_hundred():
    found = parse(b"To: " + b", ".join(b"u%d@x.y" % n for n in range(500)) + b"\r\n\r\n")
    assert len(found.to) == 100


# One megabyte each. A reader that is not linear does not end with these.
HOSTILE_MAILS = {
    "addresses": b"To: " + b",\r\n ".join([b"u@x.yz"] * 100_000) + b"\r\n\r\nx",
    "comments": b"From: " + b"(" * 5000 + b"\r\n\r\nx",
    "quotes": b"From: " + b'"\\' * 4000 + b"\r\n\r\nx",
    "brackets": b"From: " + b"<" * 8000 + b"\r\n\r\nx",
    "encoded words": b"Subject: " + b"=?" * 4000 + b"\r\n\r\nx",
    "parts": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nx\r\n" * 100_000,
    "boundaries": HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a" * 330_000,
    "base64": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"A=" * 500_000,
    "punycode": HEAD + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 500_000,
    "paddings": HEAD
    + b"Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + b"A==" * 330_000,
    "uuencode": HEAD
    + b"Content-Type: application/x\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\n"
    + b"#0V%T\n" * 170_000,
    "zeros": HEAD + b"\r\n" + bytes(MEGABYTE),
    "zeros in headers": b"From: a\0b@c.de\r\nSubject: " + bytes(8000) + b"\r\n\r\nx",
    "surrogates": HEAD + b"\r\n" + b"\xed\xa0\x80" * 330_000,
    "surrogates in utf-16": HEAD
    + b"Content-Type: text/plain; charset=utf-16-le\r\n\r\n"
    + b"\0\xd8" * 500_000,
    "name pieces": HEAD
    + b"Content-Type: application/pdf"
    + b"".join(b";\r\n name*%d=a" % n for n in range(20_000))
    + b"\r\n\r\nx",
    "winmail": HEAD
    + b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22"
    + bytes(MEGABYTE),
    "signed": HEAD + b"Content-Type: application/pkcs7-mime\r\n\r\n" + b"\x30\x80" * 500_000,
    "flowed": HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> \r\n" * 250_000,
    "pgp": HEAD + b"\r\n" + b"-----BEGIN PGP SIGNATURE-----\r\n" * 30_000,
    "references": HEAD + b"References: " + b"<" * 8000 + b"\r\n\r\nx",
    "parameters": HEAD + b"Content-Type: text/plain" + b"; a=b" * 1500 + b"\r\n\r\nx",
}


@pytest.mark.parametrize("kind", HOSTILE_MAILS)
def test_hostile_mail_ends(kind):
    found = parse(HOSTILE_MAILS[kind])
    found.model_dump_json(exclude={"attachments": {"__all__": {"content"}}})


def test_a_process_reads_within_its_bounds_what_costs_a_general_parser_minutes():
    parser = Parser(processes=1)
    for kind in ("addresses", "parts", "name pieces", "comments"):
        parser.read(HOSTILE_MAILS[kind])
    for kind in ("headers", "depth", "tags", "deep divs"):
        assert parser.read(LIMITS[kind][0]).notes
    parser.close()


HTML_PIECES = [
    "<", "</", "<!", "<!-- >", "<![CDATA[", "<a ", "<a><b>", '<a =">" ', "<div>", "<p>", "<td>", "<tr><td>",
    "<table><tr><td>", "<ul><li>", "</div>", "<blockquote>x", "<div class=gmail_quote>x</div>", "<br>", "&", "&amp;",
    "<script>", "<style>", "<style>{", "<font color=red>x", "<p hidden>x",
]  # fmt: skip


@pytest.mark.parametrize("piece", HTML_PIECES)
def test_hostile_html_ends(piece):
    split_html(piece * (MEGABYTE // len(piece)))


def test_a_huge_character_reference_is_read():
    assert split_html("&#" + "1" * MEGABYTE + ";x").new.endswith("x")


TEXT_PIECES = [
    ":\n", "From: x\n", "a: b\n", "x wrote:\n", "10:12:\n", "On 3 Mar 2026 x wrote\n", ">", "> ", "> x\n", "> q\nt\n",
    "-", "-----\n", "_____\n\n", "-- \n", "\n", " ", "x", "1 ", "a@", "AB> \n", "Original message\n",
    "---------- Forwarded message\n", "Sent from my iPhone\n",
]  # fmt: skip


@pytest.mark.parametrize("piece", TEXT_PIECES)
def test_hostile_text_ends(piece):
    split(piece * (MEGABYTE // len(piece)))


def test_headers_over_their_limit_are_cut_behind_it():
    raw = b"From: a@b.example\r\n" + b"X: y\r\n" * 20_000
    assert limits.HEADER_BYTES < len(limits.head_of(raw)) < len(raw)
    assert limits.head_of(b"From: a@b.example\r\n\r\nBody") == b"From: a@b.example\r\n\r\n"
