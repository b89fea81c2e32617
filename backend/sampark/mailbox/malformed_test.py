"""Mail that breaks the rules of mail: its words, its sender and its names are read all the same."""

import pytest

from sampark.mailbox.mime import parse

HEAD = b"From: Ann <ann@x.example>\r\nTo: bob@y.example\r\nSubject: Hi\r\n"

MALFORMED = {
    "nothing": b"",
    "no headers": b"just words",
    "only CR": b"From: a@b.cd\rSubject: x\r\rWords.",
    "CR, and one LF": b"From: a@b.cd\rSubject: x\r\rWords.\n",
    "two CR": b"From: a@b.cd\r\r\nSubject: x\r\r\n\r\r\nWords.",
    "mbox line": b"From ann Tue Mar 3 10:12 2026\nFrom: a@b.cd\n\nWords.",
    "multipart without boundary": HEAD + b"Content-Type: multipart/mixed\r\n\r\nWords.",
    "multipart with wrong boundary": HEAD
    + b"Content-Type: multipart/mixed; boundary=x\r\n\r\nWords.",
    "unclosed boundary": HEAD
    + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nWords.",
    "header in the middle": b"From: a@b.cd\r\nthis is no header\r\nSubject: x\r\n\r\nWords.",
    "no blank line": b"From: a@b.cd\r\nWords.",
    "no blank line, a colon": b"From: a@b.cd\r\nWords.\r\nNote: more\r\n\r\nwords.",
    "byte order mark": b"\xef\xbb\xbfFrom: a@b.cd\r\n\r\nWords.",
    "blank lines before": b"\r\n   \r\nFrom: a@b.cd\r\n\r\nWords.",
    "a header cut in two": b"Received: by x\r\nid y;\r\n now\r\nX-More: z\r\nFrom: a@b.cd\r\n\r\nWords.",
    "blanks before the boundary": b"From: a@b.cd\r\nContent-Type: multipart/mixed; boundary=b\r\n \r\n--b\r\n"
    b"Content-Type: text/html\r\n\r\nWords.\r\n--b--\r\n",
    "wide letters declared": b"From: a@b.cd\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n"
    + "Words.".encode("utf-16"),
    "one endless line": b"Words. " * 20_000,
    "no base64": HEAD
    + b"Content-Transfer-Encoding: base64\r\n\r\nWords. They are as they are.\r\n",
    "bare words, no base64": HEAD
    + b"Content-Transfer-Encoding: base64\r\n\r\nWords. and so on\r\n"
    + b"words and words\r\n" * 4,
    "HTML, no base64": HEAD
    + b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n<p>\r\nWords.\r\n</p>",
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_malformed_mail_keeps_its_words(kind):
    found = parse(MALFORMED[kind])
    assert "\0" not in found.text
    assert kind in {"nothing", "no headers"} or "Words." in found.segments.new
    assert b"From: a@b.cd" not in MALFORMED[kind] or found.header("from") == "a@b.cd"


def test_bare_bytes_in_a_name_are_in_the_charset_of_the_text():
    raw = HEAD + (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\n"
        b'x\r\n--b\r\nContent-Disposition: attachment; filename="'
        + "Отчёт.csv".encode("cp1251")
        + b'"\r\n\r\na,b\r\n--b--\r\n'
    )
    assert parse(raw).attachments[0].name == "Отчёт.csv"


def test_nearly_all_utf8_is_utf8_whatever_is_declared():
    text = "Größe und Länge und Höhe und Tür".encode() + b"\xc3."
    found = parse(HEAD + b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\n" + text)
    assert found.text.startswith("Größe und Länge und Höhe und Tür")


def test_a_wide_charset_of_one_part_reads_no_names():
    raw = HEAD + (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-16le; name=a.txt\r\n"
        b"\r\nx\r\n--b\r\nContent-Type: application/pdf; name=bb.pdf\r\n\r\nx\r\n--b--\r\n"
    )
    assert [item.name for item in parse(raw).attachments] == ["a.txt", "bb.pdf"]
