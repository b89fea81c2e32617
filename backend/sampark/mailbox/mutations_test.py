"""Damaged mail by the hundred, from a fixed seed: cut, flipped, spliced, with charsets and boundaries that lie."""

import random
import re
import tomllib
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from sampark.domain.verdict import Allowed
from sampark.mailbox import automated, reports
from sampark.mailbox.conftest import strings_of
from sampark.mailbox.gate import GateSettings, judge
from sampark.mailbox.mime import parse

SAMPLES = tomllib.loads(Path(__file__).with_name("automated_test.toml").read_text(encoding="utf-8"))
SETTINGS = GateSettings(requesters=("ann@x.example",), own=("sampark@example.com",))
CHARSETS = [
    b"utf-16",
    b"utf-32",
    b"utf-7",
    b"hz",
    b"iso-2022-jp",
    b"gb18030",
    b"base64",
    b"punycode",
    b"rot13",
    b"\xff",
]
ENCODINGS = [b"base64", b"quoted-printable", b"x-uuencode", b"8bit", b"gzip64", b""]
LONE = [
    b"\xed\xa0\x80",
    b"&#xD800;",
    b"=ED=A0=80",
    b"=?utf-16?b?2AA=?=",
    b"+2AA-",
    b"*=utf-16''%D8%00",
    b"\0",
]
MANY = [
    b"(",
    b"<",
    b'"',
    b";a*0*=x",
    b"=?utf-8?q?",
    b",a@b.c",
    b"\r\n ",
    b"--b\n",
    b"%",
    b"<div>",
    b"&#",
    b"\\",
    b"> ",
]


def _rich():
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "Ann Hill <ann@x.example>"
    mail["Subject"] = "Größe"
    mail.set_content("Words, größer.")
    mail.add_alternative("<p>Words <img src='cid:l@x'></p>", subtype="html")
    mail.add_attachment(b"x" * 90, maintype="application", subtype="pdf", filename="日本.pdf")
    inner = EmailMessage(policy=policy.SMTP)
    inner.set_content("Inner.", charset="iso-2022-jp")
    mail.add_attachment(inner)
    return mail.as_bytes()


POOL = [_rich()] * 30 + [each["mail"].encode() for kind in SAMPLES.values() for each in kind]


def _flip(mail, chance):
    raw = bytearray(mail)
    for _ in range(chance.randint(1, 20)):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw)


def _cut(mail, chance):
    at = chance.randrange(len(mail))
    return chance.choice([mail[:at], mail[at:]])


def _repeat(mail, chance):
    lines = mail.split(b"\n")
    at = chance.randrange(min(len(lines), 30))
    return b"\n".join([*lines[:at], *[lines[at]] * chance.choice([2, 5, 400]), *lines[at:]])


def _splice(mail, chance):
    other = chance.choice(POOL)
    return mail[: chance.randrange(len(mail))] + other[chance.randrange(len(other)) :]


def _insert(mail, chance):
    at = chance.randrange(len(mail))
    new = chance.choice([chance.choice(LONE), chance.choice(MANY) * chance.choice([5, 900])])
    return mail[:at] + new + mail[at:]


def _lie(mail, chance):
    said = re.sub(rb'charset="?[\w-]+"?', lambda _: b"charset=" + chance.choice(CHARSETS), mail)
    return re.sub(rb"(?i)(encoding: )[\w-]+", lambda m: m[1] + chance.choice(ENCODINGS), said)


def _bound(mail, chance):
    marks = re.findall(rb'boundary="?([^"\r\n;]+)', mail) or [b"b"]
    mark = chance.choice(marks)
    new = chance.choice([mark[:-1], mark + b" ", b"", mark * 2, b"\0", mark + b"--"])
    return mail.replace(mark, new, chance.choice([1, 2, -1]))


def _endings(mail, chance):
    plain = mail.replace(b"\r\n", b"\n")
    return plain.replace(b"\n", chance.choice([b"\r", b"\n", b"\r\n", b"\n\r", b"\r\r\n"]))


DAMAGE = [_flip, _cut, _repeat, _splice, _insert, _lie, _bound, _endings]


@pytest.mark.parametrize("seed", range(8))
def test_damaged_mail_is_read_and_judged(seed):
    chance = random.Random(seed)
    for _ in range(60):
        raw = chance.choice(POOL)
        for damage in chance.choices(DAMAGE, k=chance.randint(1, 4)):
            raw = damage(raw, chance) or b"x"
        found = parse(raw)
        assert not isinstance(judge(found, SETTINGS), Allowed)
        automated.reason(found)
        reports.read(found)
        for text in strings_of(found.model_dump(exclude={"attachments": {"__all__": {"content"}}})):
            text.encode()
            assert "\0" not in text
        assert (
            found.headers or found.text.strip() or found.attachments or not raw.strip(b"\0 \r\n\t")
        )
