"""The requester gate in its order, header by header."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.domain.verdict import Allowed, Ignored, Refused
from sampark.mailbox import automated
from sampark.mailbox.gate import GateSettings, judge
from sampark.mailbox.mime import parse

SETTINGS = GateSettings(
    requesters=("you@example.com", "@team.example"),
    own=("sampark@example.com", "alias@example.com"),
)
SELF = SETTINGS.model_copy(update={"requesters": (*SETTINGS.requesters, "sampark@example.com")})


def _results(
    dmarc="dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=example.com", server="mx.google.com"
):
    return (
        f"Authentication-Results: {server};\r\n       dkim=pass header.i=@example.com header.s=s1 header.b=Ab/+=;\r\n"
        "       spf=pass (google.com: domain of you@example.com designates 1.2.3.4 as permitted sender)"
        f" smtp.mailfrom=you@example.com;\r\n       {dmarc}\r\n"
    )


def _mail(results=None, sender="You <you@example.com>", extra=""):
    head = _results() if results is None else results
    return parse(f"{head}{extra}From: {sender}\r\nSubject: x\r\n\r\nDo it.".encode())


def test_a_proven_requester_is_allowed():
    verdict = judge(_mail(), SETTINGS)
    assert isinstance(verdict, Allowed)
    assert "exact address" in verdict.reason
    team = _mail(_results("dmarc=pass header.from=team.example"), "a@team.example")
    assert isinstance(judge(team, SETTINGS), Allowed)


REFUSED = {
    "no results": _mail(""),
    "two senders": _mail(sender="you@example.com, x@y.zz"),
    "two From headers": _mail(extra="From: you@example.com\r\n"),
    "address in the display name": _mail(sender='"you@example.com" <evil@y.zz>'),
    "encoded display name": _mail(sender="=?utf-8?q?=3Cyou=40example.com=3E?= <evil@y.zz>"),
    "another server": _mail(_results(server="mx.evil.example")),
    "server as a suffix": _mail(_results(server="mx.google.com.evil.example")),
    "server in upper case": _mail(_results(server="MX.GOOGLE.COM")),
    "forged below": _mail(_results("dmarc=fail header.from=example.com") + _results()),
    "none": _mail(_results("dmarc=none header.from=example.com")),
    "bestguesspass": _mail(_results("dmarc=bestguesspass header.from=example.com")),
    "temperror": _mail(_results("dmarc=temperror header.from=example.com")),
    "no dmarc": _mail(_results("arc=pass")),
    "two dmarc": _mail(
        _results("dmarc=pass header.from=example.com; dmarc=pass header.from=example.com")
    ),
    "fail and pass": _mail(
        _results("dmarc=fail header.from=example.com; dmarc=pass header.from=example.com")
    ),
    "another domain": _mail(_results("dmarc=pass header.from=y.zz")),
    "no domain": _mail(_results("dmarc=pass")),
    "two domains": _mail(_results("dmarc=pass header.from=example.com header.from=y.zz")),
    "pass in a comment": _mail(_results("x=y (dmarc=pass header.from=example.com)")),
    "pass in a quote": _mail(_results('x=y z.a="; dmarc=pass header.from=example.com"')),
    "open comment": _mail(_results("dmarc=pass header.from=example.com (")),
    "closed comment": _mail(_results("dmarc=pass header.from=example.com )")),
    "open quote": _mail(_results('dmarc=pass header.from=example.com x.y="')),
    "quote in a word": _mail(_results('dmarc=pass header.from=example.com x.y=a"b"')),
    "subdomain of the sender": _mail(
        _results("dmarc=pass header.from=example.com"), "you@mail.example.com"
    ),
    "stranger": _mail(_results("dmarc=pass header.from=y.zz"), "x@y.zz"),
    "plus address": _mail(sender="you+x@example.com"),
    "dotted": _mail(sender="y.ou@example.com"),
    "subdomain of a listed domain": _mail(
        _results("dmarc=pass header.from=sub.team.example"), "a@sub.team.example"
    ),
    "listed domain as a suffix": _mail(
        _results("dmarc=pass header.from=evilteam.example"), "a@evilteam.example"
    ),
    "non-ASCII": _mail(sender="yöu@example.com"),
    "quoted local part": _mail(sender='"you"@example.com'),
    "domain literal": _mail(sender="you@[1.2.3.4]"),
    "too many headers": _mail(extra="X: y\r\n" * 400),
    "results over the limit": _mail(
        _results("x=y " + "a" * 17_000 + "; dmarc=pass header.from=example.com")
    ),
    "stranger's bounce": _mail(_results("dmarc=pass header.from=y.zz"), "mailer-daemon@y.zz"),
    "own address without proof": _mail("", "sampark@example.com"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    verdict = judge(REFUSED[case], SETTINGS)
    assert isinstance(verdict, Refused), verdict
    assert "evil" not in verdict.reason


IGNORED = {
    "auto-submitted": "Auto-Submitted: auto-replied\r\n",
    "precedence": "Precedence: bulk\r\n",
    "list": "List-Id: <users.lists.example>\r\n",
    "bounce": "Return-Path: <>\r\n",
    "resent": "Resent-From: x@y.zz\r\n",
    "marker": "X-Sampark-Key: k\r\n",
}


@pytest.mark.parametrize("case", IGNORED)
def test_ignored_from_a_requester(case):
    assert isinstance(judge(_mail(extra=IGNORED[case]), SETTINGS), Ignored)


def test_our_own_mail_is_ignored():
    mail = _mail("", "sampark@example.com", extra="X-Sampark-Key: k\r\n")
    assert isinstance(judge(mail, SELF.model_copy(update={"own_sent": True})), Ignored)
    assert isinstance(judge(mail, SETTINGS), Ignored)


def test_a_person_who_mails_himself_needs_the_label_and_the_list():
    mail = _mail("", "sampark@example.com")
    assert isinstance(judge(mail, SELF), Refused)
    assert isinstance(judge(mail, SELF.model_copy(update={"own_sent": True})), Allowed)
    assert isinstance(judge(mail, SETTINGS.model_copy(update={"own_sent": True})), Ignored)


def test_the_label_proves_no_stranger():
    assert isinstance(judge(_mail(""), SELF.model_copy(update={"own_sent": True})), Refused)


AUTOMATED = [
    "Auto-Submitted: auto-generated; owner-email=x",
    "Auto-Submitted: auto-notified",
    "Precedence: junk",
    "Precedence: auto_reply",
    "List-Post: <mailto:x@y.zz>",
    "X-Autoreply: yes",
    "X-Auto-Response-Suppress: OOF, AutoReply",
    "X-Failed-Recipients: x@y.zz",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
    "Content-Type: multipart/report; report-type=feedback-report; boundary=b",
    "Content-Class: urn:content-classes:dsn",
    "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
    "Return-Path: <>",
    "Return-Path:",
    "Sender: MAILER-DAEMON@y.zz",
    "Subject: Automatic reply: Plan",
    "Subject: Abwesenheitsnotiz: Plan",
    "Subject: Automatische Antwort: Plan",
    "Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_Plan?=",
    "Subject: =?utf-8?q?Respuesta_autom=C3=A1tica=3A_Plan?=",
    "Subject: Risposta automatica: Plan",
    "Subject: Automatisch antwoord: Plan",
    "Subject: Autosvar: Plan",
    "Subject: Автоматический ответ: Plan",
    "Subject: 自動応答: Plan",
    "Subject: 自动回复：Plan",
    "Subject: 자동 회신: Plan",
    "Subject: Undelivered Mail Returned to Sender",
    "Subject: Delivery Status Notification (Failure)",
]


@pytest.mark.parametrize("header", AUTOMATED)
def test_automated(header):
    assert automated.reason(parse(f"From: x@y.zz\r\n{header}\r\n\r\nx".encode()))


@pytest.mark.parametrize(
    "sender",
    ["MAILER-DAEMON@x.yz", "postmaster@x.yz", "no-reply@x.yz", "noreply@x.yz", "do-not-reply@x.yz",
     "bounces+12-a=b.c@x.yz", "noreply-orders@x.yz", "Mail Delivery <mailer-daemon@x.yz>"],
)  # fmt: skip
def test_automated_senders(sender):
    assert automated.reason(parse(f"From: {sender}\r\n\r\nx".encode()))


HUMAN = [
    "Auto-Submitted: no",
    "Precedence: normal",
    "Return-Path: <you@example.com>",
    "X-Mailer: Outlook",
    "Subject: Out of office plan for July",
    "Subject: Out of office: please remind me",
    "Subject: Auto: Inspektion",
    "Subject: Undeliverable: what to do?",
    "Subject: Failure notice",
    "Subject: Away games: list",
    "Subject: Undeliverable mail: what to do?",
    "Subject: Autosave does not work",
    "Subject: on leave next week, please remind me",
    "Subject: Fwd: Undeliverable: Plan",
    "Subject: Re: Automatic reply: Plan",
    "Subject: Abwesenheit im Juli",
    "X-Auto-Response-Suppress: DR, RN, NRN",
    "Content-Type: multipart/mixed; boundary=b",
]


@pytest.mark.parametrize("header", HUMAN)
def test_human(header):
    assert not automated.reason(parse(f"From: bounce.smith@x.yz\r\n{header}\r\n\r\nx".encode()))


@given(st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=200))
def test_no_odd_results_header_lets_a_mail_in(text):
    verdict = judge(_mail(f"Authentication-Results: mx.google.com; {text}\r\n"), SETTINGS)
    assert isinstance(verdict, Refused) or "dmarc" in text.lower()
