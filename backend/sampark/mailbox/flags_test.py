"""What is said of a sender who is not who he seems."""

import pytest

from sampark.mailbox.flags import flags
from sampark.mailbox.gate import GateSettings, judge
from sampark.mailbox.mime import parse

SETTINGS = GateSettings(
    requesters=("asha.rao@example.com", "@team.example"), own=("sampark@example.com",)
)
NAMES = ("Dr. Ben Stone", "Asha")


def _flags(sender, *, extra="", proven=True):
    domain = sender.rpartition("@")[2].strip(">")
    dmarc = f"dmarc={'pass' if proven else 'fail'} header.from={domain}"
    results = f"Authentication-Results: mx.google.com; {dmarc}\r\n"
    mail = parse(f"{results}{extra}From: {sender}\r\nSubject: x\r\n\r\nDo it.".encode())
    return flags(mail, SETTINGS, judge(mail, SETTINGS), NAMES)


def test_a_plain_mail_has_none():
    assert _flags("Asha Rao <asha.rao@example.com>") == ()
    assert _flags("Somebody Else <x@y.zz>") == ()
    assert _flags("x@y.zz") == ()


def test_reply_to_of_a_requester_is_told_where_it_is_not_used():
    (told,) = _flags("asha.rao@example.com", extra="Reply-To: thief@y.zz\r\n")
    assert told.startswith("Reply-To")
    assert "thief" not in told
    assert _flags("asha.rao@example.com", extra="Reply-To: a@team.example\r\n") == ()
    assert _flags("asha.rao@example.com", extra="Reply-To: asha.rao@example.com\r\n") == ()
    assert _flags("news@shop.zz", extra="Reply-To: shop@shop.zz\r\n") == ()


@pytest.mark.parametrize(
    "sender",
    [
        '"asha.rao@example.com" <thief@y.zz>',
        '"Asha Rao <asha.rao@example.com>" <thief@y.zz>',
        "=?utf-8?q?asha.rao=40example.com?= <thief@y.zz>",
        '"asha.rao@exam\u200bple.com" <thief@y.zz>',
        "thief@y.zz (asha.rao@example.com)",
    ],
)
def test_an_address_as_a_name_is_told(sender):
    assert "The display name shows another address than the sender's." in _flags(sender)


def test_ones_own_address_as_a_name_is_nothing_odd():
    assert _flags('"Asha.Rao@Example.com" <asha.rao@example.com>') == ()


@pytest.mark.parametrize(
    "name",
    [
        "Asha Rao",
        "asha  RAO",
        '"Rao, Asha"',
        "\u0410sha R\u0430\u043e",
        "As\u00adha Rao",
        "\uff21sha Rao",
        "=?utf-8?b?QXNoYSBSYW8=?=",
        "Dr Ben Stone",
        "Ásha Rao",
    ],
)
def test_a_borrowed_name_is_told_however_it_is_written(name):
    (told,) = _flags(f"{name} <thief@y.zz>")
    assert told.startswith("The display name is that of an allowed requester")


def test_a_first_name_alone_is_nobodys():
    assert _flags("Asha <asha@y.zz>") == ()


def test_an_address_of_a_requester_without_proof_is_told():
    assert _flags("Asha Rao <asha.rao@example.com>", proven=False) == (
        "From names an allowed requester, without proof that he wrote it.",
    )


def test_a_proven_requester_whose_program_wrote_is_nothing_odd():
    assert _flags("Asha Rao <asha.rao@example.com>", extra="Auto-Submitted: auto-replied\r\n") == ()
