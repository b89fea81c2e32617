"""Mails that pretend to come from a requester: each is refused, and says why.

Above stands what Gmail adds: its verdict on the domain that it read in From. Below is what a stranger
may write, above all what two programs read in two ways.
"""

import pytest

from sampark.domain.verdict import Allowed, Ignored, Refused
from sampark.mailbox.gate import GateSettings, judge
from sampark.mailbox.mime import parse

SETTINGS = GateSettings(requesters=("you@example.com",), own=("sampark@example.com",))
ONE = "one From header with one plain address"
PLAIN = "not a plain ASCII address"
DOMAIN = "DMARC passed for another domain"
FAILED = "DMARC did not pass"
LIST = "not on the list"
UNCLEAR = "cannot be read"
TWO = "DMARC results, not one"


def _gmail(dmarc, domain):
    return (
        "Delivered-To: sampark@example.com\r\nReceived: by 2002:a05:6a10 with SMTP id x\r\n"
        "ARC-Authentication-Results: i=1; mx.google.com; dmarc=pass header.from=example.com\r\n"
        "Return-Path: <x@evil.example>\r\n"
        f"Authentication-Results: mx.google.com;\r\n       dmarc={dmarc} (p=REJECT sp=REJECT dis=NONE)"
        f" header.from={domain}\r\n"
    ).encode()


def _read(sent, dmarc="pass", domain="example.com"):
    return judge(
        parse(_gmail(dmarc, domain) + sent + b"\r\nSubject: x\r\n\r\nDo it.\r\n"), SETTINGS
    )


YOU = b"From: you@example.com"
EVIL = b"From: evil@example.com"

# Gmail read the domain example.com and let it pass; somebody else of that domain wrote the mail.
SAME_DOMAIN = {
    "two": (EVIL + b"\r\n" + YOU, ONE),
    "two, the other way round": (YOU + b"\r\n" + EVIL, ONE),
    "the same twice": (YOU + b"\r\n" + YOU, ONE),
    "a space before the colon": (b"From : you@example.com\r\n" + EVIL, ONE),
    "a tab before the colon": (b"From\t: you@example.com\r\n" + EVIL, ONE),
    "other case": (b"FROM: you@example.com\r\nfrom: evil@example.com", ONE),
    "no space": (b"From:you@example.com\r\n" + EVIL, ONE),
    "only a line feed between": (YOU + b"\n" + EVIL, ONE),
    "an empty one more": (b"From:\r\n" + YOU, ONE),
    "two addresses": (b"From: evil@example.com, you@example.com", ONE),
    "two, a semicolon": (b"From: evil@example.com; you@example.com", ONE),
    "two, brackets": (b"From: <evil@example.com> <you@example.com>", ONE),
    "an address and another": (b"From: <evil@example.com> you@example.com", ONE),
    "brackets in brackets": (b"From: <evil@example.com <you@example.com>>", ONE),
    "a group": (b"From: Team: you@example.com;", ONE),
    "an empty group and an address": (b"From: Team:; you@example.com", ONE),
    "a group, folded": (b"From: Team:\r\n you@example.com\r\n ;", ONE),
    "a route": (b"From: <@evil.example:you@example.com>", ONE),
    "a route of two": (b"From: <@evil.example,@x.example:you@example.com>", ONE),
    "a NUL": (b"From: you@example.com\0evil@example.com", ONE),
    "a NUL before": (b"From: \0you@example.com", ONE),
    "a CR": (b"From: you@example.com\revil@example.com", ONE),
    "a CR that another reads as a line": (EVIL + b"\rFrom: you@example.com", ONE),
    "a vertical tab": (b"From: you@example.com\x0b, evil@example.com", ONE),
    "an open comment": (b"From: you@example.com (", ONE),
    "an open quote": (b'From: "you@example.com', ONE),
    "an open bracket": (b"From: evil <you@example.com", ONE),
    "an encoded address": (b"From: =?utf-8?q?you=40example.com?=", ONE),
    "an encoded address in brackets": (b"From: <=?utf-8?q?you=40example.com?=>", ONE),
    "encoded brackets": (b"From: =?utf-8?q?=3Cyou=40example.com=3E?= <evil@example.com>", LIST),
    "an encoded comma": (b"From: =?utf-8?q?you=40example.com=2C?= <evil@example.com>", LIST),
    "an encoded line break": (b"From: =?utf-8?q?x=0D=0AFrom:_you=40example.com?= <evil@example.com>", ONE),
    "the requester as a name": (b'From: "you@example.com" <evil@example.com>', LIST),
    "the requester as a bare name": (b"From: you@example.com <evil@example.com>", ONE),
    "the requester as a comment": (b"From: evil@example.com (you@example.com)", LIST),
    "a comment inside": (b"From: you(x)@example.com", ONE),
    "a comment that swallows": (b"From: <evil@example.com(> , <)you@example.com>", ONE),
    "a quoted local part": (b'From: "you"@example.com', PLAIN),
    "a quoted at": (b'From: "you@example.com,"@example.com', PLAIN),
    "a backslash": (b"From: you\\@example.com@example.com", PLAIN),
    "a percent": (b"From: you%example.com@example.com", LIST),
    "plus": (b"From: you+evil@example.com", LIST),
    "a dot more": (b"From: y.ou@example.com", LIST),
    "a dot at the end": (b"From: you.@example.com", PLAIN),
    "two dots": (b"From: you..@example.com", PLAIN),
    "a letter that looks like it": ("From: y\u043eu@example.com".encode(), PLAIN),
    "a wide letter": ("From: \uff59ou@example.com".encode(), PLAIN),
    "Sender only": (b"Sender: you@example.com", ONE),
    "Sender beside": (EVIL + b"\r\nSender: you@example.com", LIST),
    "Resent-From": (EVIL + b"\r\nResent-From: you@example.com", LIST),
    "Reply-To": (EVIL + b"\r\nReply-To: you@example.com", LIST),
    "on behalf of": (b"From: evil@example.com on behalf of <you@example.com>", ONE),
    "by way of": (b"From: you@example.com by way of <evil@example.com>", ONE),
    "X-Original-From": (EVIL + b"\r\nX-Google-Original-From: you@example.com", LIST),
    "no From": (b"To: you@example.com", ONE),
    "From in the text": (b"To: x@y.example\r\n\r\nFrom: you@example.com", ONE),
    "folded with an empty line": (b"From: evil@example.com\r\n \r\n you@example.com", ONE),
    "folded in two": (b"From: evil@example.com,\r\n you@example.com", ONE),
    "too long": (b"From: " + b"x" * 9_000 + b" <you@example.com>", ONE),
    "after too many": (b"X: y\r\n" * 400 + YOU, ONE),
    "an mbox line": (b"From you@example.com Tue Mar 3\r\n" + EVIL, LIST),
    "a colon in the name": (b"From:: you@example.com", ONE),
    "an empty local part": (b"From: @example.com", ONE),
    "spelled in UTF-7": (b"From: yo+AHU-@example.com\r\nContent-Type: text/plain; charset=utf-7", LIST),
    "spelled with shifts": (b"From: yo\x1b(Ju@example.com\r\nContent-Type: text/plain; charset=iso-2022-jp", ONE),
    "spelled in HZ": (b"From: yo~\n u@example.com\r\nContent-Type: text/plain; charset=hz", ONE),
    "spelled in UTF-16": (b"From: \0y\0o\0u@example.com\r\nContent-Type: text/plain; charset=utf-16be", ONE),
    "spaces in the address": (b"From: <you @ example . com>", ONE),
}  # fmt: skip

# What Gmail itself found, or what somebody wrote below it.
ELSEWHERE = {
    "another domain passed": (YOU, "pass", "evil.example", DOMAIN),
    "a subdomain passed": (YOU, "pass", "mail.example.com", DOMAIN),
    "the parent passed": (b"From: you@mail.example.com", "pass", "example.com", DOMAIN),
    "failed": (YOU, "fail", "example.com", FAILED),
    "none": (YOU, "none", "example.com", FAILED),
    "guessed": (YOU, "bestguesspass", "example.com", FAILED),
    "nothing said": (YOU, "", "example.com", FAILED),
    "a second verdict below": (YOU + b"\r\nAuthentication-Results: mx.google.com; dmarc=pass header.from=example.com", "fail", "example.com", FAILED),
    "passed twice": (YOU, "pass header.from=evil.example; dmarc=pass", "example.com", TWO),
    "a dot at the end of the domain": (b"From: you@example.com.", "pass", "example.com", PLAIN),
    "a domain that looks like it": ("From: you@ex\u0430mple.com".encode(), "pass", "xn--exmple-4nf.com", PLAIN),
    "the same, spelled in ASCII": (b"From: you@xn--exmple-4nf.com", "pass", "xn--exmple-4nf.com", LIST),
    "a wide dot": ("From: you@example\u3002com".encode(), "pass", "example.com", PLAIN),
    "a suffix": (b"From: you@example.com.evil.example", "pass", "example.com.evil.example", LIST),
    "a prefix": (b"From: you@evil-example.com", "pass", "evil-example.com", LIST),
    "an address for a domain": (b"From: you@[192.0.2.1]", "pass", "example.com", PLAIN),
    "our own address": (b"From: sampark@example.com", "fail", "example.com", FAILED),
    "the verdict in a quote": (YOU, 'fail reason="; dmarc=pass"', "example.com", FAILED),
    "the verdict in a name": (b'From: "dmarc=pass header.from=example.com" <evil@evil.example>', "pass", "evil.example", LIST),
    "two domains": (YOU, "pass header.from=evil.example", "example.com", UNCLEAR),
}  # fmt: skip


@pytest.mark.parametrize("case", SAME_DOMAIN)
def test_nobody_of_the_same_domain_is_taken_for_the_requester(case):
    sent, why = SAME_DOMAIN[case]
    verdict = _read(sent)
    assert isinstance(verdict, Refused), verdict
    assert why in verdict.reason


@pytest.mark.parametrize("case", ELSEWHERE)
def test_no_verdict_but_a_pass_for_the_domain_of_from_counts(case):
    sent, dmarc, domain, why = ELSEWHERE[case]
    verdict = _read(sent, dmarc, domain)
    assert isinstance(verdict, Refused), verdict
    assert why in verdict.reason


def test_our_own_address_from_outside_is_nobodys_request():
    assert isinstance(_read(b"From: sampark@example.com"), Ignored)
    assert isinstance(_read(YOU + b"\r\nResent-From: evil@evil.example"), Ignored)


@pytest.mark.parametrize(
    "sent",
    [
        b"From: You <you@EXAMPLE.COM>",
        b"From: you@example.com <you@example.com>",
        b"From: 'You@example.com' <you@example.com>",
        b"From:you@example.com",
        b"From : you@example.com",
        b"From: You\r\n <you@example.com>",
        b"From: (hi) you@example.com (there)",
        b'From: "You, who else" <you@example.com>',
        b"From: =?utf-8?q?Y=C3=B6u?= <you@example.com>",
    ],
)
def test_the_requester_may_write_his_name_as_he_likes(sent):
    assert isinstance(_read(sent), Allowed)
