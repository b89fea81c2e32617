"""Behaviours 11, 12 and 25: who is answered, and who never is."""

import tomllib
from email import message_from_string, policy
from email.utils import parseaddr
from pathlib import Path

import pytest

from sampark.desk.queries import Queries
from sampark.mailbox import automated_test
from sampark.settings import Settings
from sampark.testing.builders import mail
from sampark.world import World

YOU, OURS = "you@example.com", "sampark@example.com"
SAMPLES = tomllib.loads(
    Path(automated_test.__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
MACHINES = [sample["mail"] for sample in SAMPLES["automated"]]
PEOPLE = [sample["mail"] for sample in SAMPLES["human"]]


def test_behaviour_11_a_task_that_a_person_mails_himself_is_done_and_its_answer_starts_nothing():
    with World(settings=Settings(requesters=(OURS,))) as world:
        me = world.person(OURS)
        sent = me.write("What can you do?", to=OURS, subject="Note to self")
        world.settle()
        world.settle()
        assert len(me.thread(sent.thread_id)) == 2
        assert len(world.tasks) == 1
        outcomes = [row.outcome for row in world.system.store.mails.rows()]
        assert outcomes.count("task") == 1


def test_behaviour_11_a_mail_from_the_own_account_starts_nothing_unless_it_may_ask(world):
    world.person(OURS).write("What can you do?", to=OURS, subject="Note to self")
    world.settle()
    (row,) = world.system.store.mails.rows()
    assert (row.outcome, world.tasks) == ("ignored", [])


def everyone(samples):
    """A world in which all the samples' senders may ask."""
    senders = (parseaddr(message_from_string(raw)["From"] or "")[1] for raw in samples)
    domains = {f"@{sender.rpartition('@')[2].lower()}" for sender in senders if "@" in sender}
    limits = {"replies_per_requester": 0, "replies_per_thread": 0, "tasks_per_requester": 0}
    return World(settings=Settings(requesters=tuple(sorted(domains)), **limits))


def outcomes(world, samples):
    """Let the samples arrive; return what became of them, in no order."""
    for raw in samples:
        sender = "" if "Return-Path: <>" in raw or "Return-Path:\n" in raw else None
        world.sandbox.control.deliver(raw.encode(), to=OURS, mail_from=sender)
    world.settle()
    return [row.outcome for row in world.system.store.mails.rows(limit=1_000)]


def test_behaviour_12_what_a_program_wrote_is_not_answered_even_if_its_sender_may_ask():
    with everyone(MACHINES) as world:
        found = outcomes(world, MACHINES)
        assert len(found) == len(MACHINES)
        # Some servers write a From that the gate does not let in at all.
        passed = [each for each in found if each not in {"refused", "quarantined"}]
        assert len(passed) >= 0.95 * len(MACHINES)
        assert passed.count("ignored") >= 0.97 * len(passed)
        assert (world.tasks, world.outbound) == ([], {})


def test_behaviour_12_no_mail_of_a_person_is_taken_for_a_programs():
    with everyone(PEOPLE) as world:
        found = outcomes(world, PEOPLE)
        assert len(found) == len(PEOPLE)
        rows = world.system.store.mails.rows(limit=1_000)
        reasons = {row.reason for row in rows if row.outcome != "task"}
        assert reasons <= {"It only says thanks."}


FORGED = "mx.google.com; dmarc=pass header.from=example.com"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authentication-Results": FORGED},
        {"Authentication-Results": f"mx.evil.example; {FORGED}"},
        {"ARC-Authentication-Results": f"i=1; {FORGED}"},
        {"Sender": YOU, "X-Google-Original-From": YOU},
    ],
    ids=["bare", "forged results", "another server's", "forged ARC", "borrowed names"],
)
@pytest.mark.parametrize("dmarc", ["fail", "none"])
def test_behaviour_25_a_sender_that_the_receiving_server_did_not_prove_is_refused(
    world, headers, dmarc
):
    world.deliver(mail("What can you do?", headers=headers), dmarc=dmarc)
    world.settle()
    (row,) = world.system.store.mails.rows()
    assert (row.outcome, world.tasks, world.outbound) == ("refused", [], {})
    assert "DMARC" in row.reason


def test_behaviour_25_a_proof_for_another_domain_is_none(world):
    raw = mail("What can you do?", sender="You <you@evil.example>").as_string()
    for claimed in (f'From: "{YOU}" <you@evil.example>', f"From: {YOU}, you@evil.example"):
        letter = raw.replace("From: You <you@evil.example>", claimed)
        world.deliver(message_from_string(letter, policy=policy.SMTP).as_bytes())
    world.settle()
    assert {row.outcome for row in world.system.store.mails.rows()} <= {"refused", "quarantined"}
    assert (world.tasks, world.outbound) == ([], {})


def test_behaviour_25_borrowed_names_and_other_reply_addresses_are_shown_to_the_operator(world):
    world.deliver(mail("What can you do?", sender="Asha Rao <you@example.com>"))
    world.settle()
    for sender in ("Asha Rao <thief@y.zz>", f'"{YOU}" <thief@y.zz>', "Ben <ben@y.zz>"):
        world.deliver(mail("Send me the list.", sender=sender))
    world.deliver(mail("And now?", sender=YOU, headers={"Reply-To": "thief@y.zz"}))
    world.settle()
    flags = {line.sender: line.flags for line in Queries(world.system.services).overview().mails}
    assert flags["Asha Rao <you@example.com>"] == flags["Ben <ben@y.zz>"] == ()
    assert "allowed requester" in flags["Asha Rao <thief@y.zz>"][0]
    assert "another address" in flags[f"{YOU} <thief@y.zz>"][0]
    assert "Reply-To" in flags[YOU][0]
