"""Behaviours 05 to 07, 09, 10 and 24: every mail is taken in once, and none is passed by."""

from datetime import timedelta
from itertools import chain

import httpx
import pytest

from sampark.mailbox import sync
from sampark.sandbox.control import Fault
from sampark.settings import Settings
from sampark.testing.builders import mail
from sampark.workflow.inbox import Inbox
from sampark.world import World
from tests.faults.rig import MINE, rig

YOU = "you@example.com"
MANY = 60  # more than one batch
NEEDED = ["/history", "/profile", "/messages", "/history"]


def look(world):
    """One worker's look at the mailbox, batch by batch; it has its own place in the history."""
    gmail = world.system.services.mailboxes[world.account]
    return sync.sync(gmail, Inbox(world.system.store), clock=world.system.clock)


def cursor(world):
    return world.system.store.accounts.cursor(world.account)


def ids(batches):
    return [ref.gmail_id for ref in chain.from_iterable(batches)]


def call(world, method, path, body=None):
    """Do with the system's mailbox what its owner may do in Gmail."""
    answer = httpx.request(
        method,
        f"{world.sandbox.endpoint}/gmail/v1/users/me/{path}",
        json=body,
        headers={"Authorization": f"Bearer {world.sandbox.token(world.account)}"},
    )
    answer.raise_for_status()


def ask(world, subject="A task"):
    return world.deliver(mail("What can you do?", subject=subject))


def answered(world):
    return [letter.subject for letter in world.person(YOU).letters(label="INBOX")]


def test_behaviour_05_of_two_workers_the_slower_does_not_move_the_cursor_back(world):
    came = [ask(world) for _ in range(MANY)]
    slow = look(world)
    first = next(slow)
    came.append(ask(world))
    second = ids(look(world))
    reached = cursor(world)
    assert ids([first, *slow]) + second == came
    assert cursor(world) == reached


def test_behaviour_05_history_ids_are_compared_as_numbers(world):
    reached = cursor(world)
    assert reached < "9"
    world.system.store.accounts.move_cursor(world.account, "9")
    assert cursor(world) == reached
    longer = f"1{'0' * len(reached)}"
    world.system.store.accounts.move_cursor(world.account, longer)
    assert cursor(world) == longer


def test_behaviour_06_mail_that_comes_while_an_expired_history_is_made_up_for_is_found(world):
    came = [ask(world) for _ in range(MANY)]
    world.faults.expire_history(world.account)
    gap = look(world)
    first = next(gap)
    came.append(ask(world))
    assert ids([first, *gap]) == came
    paths = [f"/{seen.path.rpartition('/')[2]}" for seen in world.faults.requests()]
    at = [seen.status for seen in world.faults.requests()].index(404)
    assert [path for path in paths[at:] if path in NEEDED] == NEEDED
    assert ids(look(world)) == []
    after = [seen.path.rpartition("/")[2] for seen in world.faults.requests()][len(paths) :]
    assert after == ["history"]


def test_behaviour_07_one_deleted_mail_costs_no_other(world):
    gone, _ = ask(world, "Gone"), ask(world, "Here")
    call(world, "DELETE", f"messages/{gone}")
    world.settle()
    assert answered(world) == ["Re: Here"]
    assert world.system.store.accounts.get(world.account).state == "connected"


def test_behaviour_09_a_mail_that_is_met_twice_starts_one_task(world):
    ask(world)
    world.settle()
    world.faults.expire_history(world.account)
    world.settle()
    assert len(world.tasks) == 1
    assert len(answered(world)) == 1


@pytest.mark.parametrize("label", ["SPAM", "TRASH"])
def test_behaviour_10_spam_and_trash_start_nothing(world, label):
    gmail_id = ask(world)
    change = {"addLabelIds": [label], "removeLabelIds": ["INBOX"]}
    call(world, "POST", f"messages/{gmail_id}/modify", change)
    world.settle()
    assert world.system.store.mails.rows() == []


def test_behaviour_10_a_mail_freed_from_spam_is_answered(world):
    gmail_id = ask(world)
    spam = {"addLabelIds": ["SPAM"], "removeLabelIds": ["INBOX"]}
    call(world, "POST", f"messages/{gmail_id}/modify", spam)
    world.settle()
    free = {"addLabelIds": ["INBOX"], "removeLabelIds": ["SPAM"]}
    call(world, "POST", f"messages/{gmail_id}/modify", free)
    world.settle()
    assert len(answered(world)) == 1


def test_behaviour_10_a_draft_that_is_saved_again_and_again_starts_nothing(world):
    gmail = world.system.services.mailboxes[world.account]
    for words in ("What", "What can", "What can you do?"):
        gmail.create_draft(mail(words, sender=world.account).as_bytes(), "")
    world.settle()
    assert world.system.store.mails.rows() == []


@pytest.mark.parametrize("refusal", ["rateLimitExceeded", "userRateLimitExceeded"])
def test_behaviour_24_over_the_quota_mail_waits_and_is_answered_oldest_first(tmp_path, refusal):
    titles = [f"Tea {number}" for number in range(6)]
    with rig(tmp_path) as here:
        here.fault("server_error", MINE, times=0)
        here.ask(*titles)
        here.control.set_quota(60, refusal=refusal)
        here.control.clear_faults()
        while 403 not in [seen.status for seen in here.control.requests()]:
            here.look_again()
        here.control.set_quota(None)
        here.wait_for(*titles, turning=timedelta(seconds=30))
        assert here.answers() == titles
        told = here.system.store.events.since(0)
        came = [row.detail["gmail_id"] for row in told if row.kind == "mail.arrived"]
        assert came == [row.ref.gmail_id for row in reversed(here.system.store.mails.rows())]


def test_behaviour_24_what_gmail_asks_to_wait_is_waited(tmp_path):
    with rig(tmp_path) as here:
        here.fault("rate_limit", "GET .*/history", retry_after=1)
        here.ask("Tea")
        here.wait_for("Tea")
        looks = [seen for seen in here.control.requests() if seen.path.endswith("/history")]
        at = [look.status for look in looks].index(429)
        assert looks[at + 1].at - looks[at].at >= timedelta(seconds=1)


def test_behaviour_24_the_bucket_counts_what_gmail_counts_or_what_its_table_says():
    with World(settings=Settings(quota_per_minute=6_000)) as world:
        ask(world)
        world.settle()
        used = world.system.services.mailboxes[world.account].quota.used()
        assert used == world.sandbox.control.quota_spent(world.account)
    costs = {"gmail.users.getProfile": 7}
    with World(settings=Settings(quota_per_minute=6_000, quota_costs=costs)) as world:
        gmail = world.system.services.mailboxes[world.account]
        before = gmail.quota.used()
        gmail.profile()
        assert gmail.quota.used() == before + 7


def test_behaviour_24_a_mail_is_not_lost_to_a_long_refusal(world):
    world.faults.fault(Fault(kind="quota", match="GET .*/messages/", times=3))
    ask(world)
    world.settle()
    assert len(answered(world)) == 1
