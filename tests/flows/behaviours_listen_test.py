"""Behaviours 01 to 03, 08 and 25: Gmail tells of news; whatever happens to a hint, mail is answered."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from sampark import settings
from sampark.server import Server, build_app, surfaces
from tests.flows.catcher import Catcher
from tests.flows.place import ACCOUNT, SUBSCRIPTION, TOPIC, Place, hint, place, until, watched

# Panel 1.9 still builds tornado's request the old way
pytestmark = pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning")

OTHER = "other@example.com"
SIGNER = "push@sampark-dev.iam.gserviceaccount.com"
AUDIENCE = "sampark"


def test_behaviour_01_a_pulled_hint_is_enough(tmp_path):
    with place(tmp_path) as here:
        until(lambda: watched(here))
        here.ask("Tea")
        here.wait_for("Tea")
        until(lambda: here.left() == [])


@contextmanager
def untold(here: Place) -> Iterator[None]:
    """Let no hint of Gmail's own arrive."""
    here.sandbox.control.push_fault("lose", times=0)
    yield
    here.sandbox.control.clear_push_faults()


@pytest.mark.parametrize("history", ["1", str(10**18)], ids=["long ago", "far ahead"])
def test_behaviour_01_mail_is_listed_from_the_stored_cursor_not_from_the_pushed_id(
    tmp_path, history
):
    with place(tmp_path) as here:
        until(lambda: watched(here))
        with untold(here):
            here.ask("Tea")
            here.publish(hint(history=history))
            here.wait_for("Tea")
            here.ask("Milk")
            here.publish(hint(history=history))
            here.wait_for("Milk")
        assert int(here.account().cursor) < 10**18


def test_behaviour_02_garbage_repeated_old_and_foreign_hints_change_nothing(tmp_path):
    with place(tmp_path) as here:
        until(lambda: watched(here))
        cursor = here.account().cursor
        for data in ("AAAA", "e30", hint("nobody@example.com"), hint(history="0"), hint(), hint()):
            here.publish(data)
        until(lambda: here.left() == [])
        assert here.account().cursor == cursor
        here.ask("Tea")
        here.wait_for("Tea")
        assert here.answers() == ["Tea"]


def test_behaviour_02_a_pushed_id_that_is_the_cursor_still_leads_to_a_look(tmp_path):
    with place(tmp_path) as here:
        until(lambda: watched(here))
        before = here.listings()
        here.publish(hint(history=here.account().cursor))
        until(lambda: here.listings() > before)


def test_behaviour_03_a_hint_that_comes_before_its_mail_is_looked_into_again(tmp_path):
    with place(tmp_path) as here:
        until(lambda: watched(here))
        before = here.listings()
        here.publish(hint())
        until(lambda: here.listings() > before)
        with untold(here):
            here.ask("Tea")
            here.wait_for("Tea")


def test_behaviour_03_a_calm_mailbox_is_looked_at_every_five_minutes():
    assert settings.load(pubsub_topic=TOPIC).look_every <= 300


@pytest.mark.parametrize("kind", ["lose", "corrupt"])
def test_behaviour_03_a_hint_that_never_came_is_made_up_for_by_looking(tmp_path, kind):
    with place(tmp_path, poll_seconds=1.0) as here:
        until(lambda: watched(here))
        here.sandbox.control.push_fault(kind, times=0)
        here.ask("Tea")
        here.wait_for("Tea")


@pytest.mark.parametrize("kind", ["delay", "repeat"])
def test_behaviour_03_a_hint_that_is_late_or_comes_twice_is_answered_once(tmp_path, kind):
    with place(tmp_path) as here:
        until(lambda: watched(here))
        here.sandbox.control.push_fault(kind)
        here.ask("Tea")
        here.wait_for("Tea")
        until(lambda: here.left() == [])
        assert here.answers() == ["Tea"]


def test_behaviour_08_a_watch_is_kept_and_renewed_and_the_cursor_stays(tmp_path):
    with place(tmp_path) as here:
        until(lambda: watched(here))
        cursor, store = here.account().cursor, here.system.store
        first = here.account().watch_expires_at
        assert first - datetime.now(UTC) > timedelta(days=6, hours=23)
        here.system.engine.call(here.system.hearing.renew())
        assert here.account().watch_expires_at == first
        store.accounts.set_watch(ACCOUNT, datetime.now(UTC) + timedelta(days=5, hours=23))
        here.system.engine.call(here.system.hearing.renew())
        assert here.account().watch_expires_at >= first
        assert here.account().cursor == cursor


def test_behaviour_08_the_watch_that_ends_first_is_renewed_first(tmp_path):
    with place(tmp_path, accounts=(ACCOUNT, OTHER)) as here:
        accounts = here.system.store.accounts
        until(lambda: all(row.watch_expires_at for row in accounts.all()))
        now = datetime.now(UTC)
        told = {}
        for first, second in ((ACCOUNT, OTHER), (OTHER, ACCOUNT)):
            accounts.set_watch(first, now + timedelta(hours=1))
            accounts.set_watch(second, now + timedelta(hours=2))
            here.system.engine.call(here.system.hearing.renew())
            told[first] = min(accounts.all(), key=lambda row: row.watch_expires_at).account
        assert told == {ACCOUNT: ACCOUNT, OTHER: OTHER}


def test_behaviour_08_a_watch_that_is_refused_is_told_and_mail_is_read_all_the_same(tmp_path):
    with place(tmp_path, granted=False, poll_seconds=0.2) as here:

        def told():
            return [row for row in here.system.store.events.since(0) if row.kind == "watch.failed"]

        until(told)
        assert told()[0].detail["account"] == ACCOUNT
        assert not watched(here)
        here.ask("Tea")
        here.wait_for("Tea")


@contextmanager
def webhook(home) -> Iterator[tuple[Place, str]]:
    """A system that takes pushes; yields it and the webhook's address."""
    with place(home, pulled=False, push_service_account=SIGNER, push_audience=AUDIENCE) as here:
        until(lambda: watched(here))
        with Server(build_app(surfaces(here.system))) as server:
            yield here, f"{server.address}/pubsub/push"


def test_behaviour_25_a_push_with_googles_token_is_taken(tmp_path):
    with webhook(tmp_path) as (here, address):
        push = {
            "pushEndpoint": address,
            "oidcToken": {"serviceAccountEmail": SIGNER, "audience": AUDIENCE},
        }
        body = {"topic": TOPIC, "pushConfig": push}
        here.projects.subscriptions().create(name=SUBSCRIPTION, body=body).execute()
        here.ask("Tea")
        here.wait_for("Tea")


def signed(here: Place, *, signer: str = SIGNER, audience: str = AUDIENCE) -> str:
    """Return the Authorization header of a real push, caught on the way to another endpoint."""
    name = f"{SUBSCRIPTION}-{len(signer)}{len(audience)}"
    with Catcher() as catcher:
        push = {
            "pushEndpoint": catcher.address,
            "oidcToken": {"serviceAccountEmail": signer, "audience": audience},
        }
        here.projects.subscriptions().create(
            name=name, body={"topic": TOPIC, "pushConfig": push}
        ).execute()
        here.publish(hint())
        return catcher.authorization()


def test_behaviour_25_a_push_that_proves_nothing_is_refused(tmp_path):
    with webhook(tmp_path) as (here, address):
        body = {"message": {"data": hint()}, "subscription": SUBSCRIPTION}
        good = signed(here)
        head, payload, signature = good.removeprefix("Bearer ").split(".")
        forged = f"Bearer {head}.{payload}.{signature[:-6]}AAAAAA"
        other = signed(here, signer="evil@evil.iam.gserviceaccount.com")
        elsewhere = signed(here, audience="https://evil.example")
        for wrong in ("", "Bearer", "Bearer x.y.z", "Basic abc", forged, other, elsewhere):
            headers = {"Authorization": wrong} if wrong else {}
            assert httpx.post(address, json=body, headers=headers).status_code == 401, wrong
        for data in (hint(), "garbage", hint("nobody@example.com")):
            told = {"message": {"data": data}}
            answer = httpx.post(address, json=told, headers={"Authorization": good})
            assert answer.status_code == 204
        assert (
            httpx.post(address, content=b"[]", headers={"Authorization": good}).status_code == 204
        )
        large = httpx.post(address, content=b"x" * 70_000, headers={"Authorization": good})
        assert large.status_code == 413


def test_where_no_pushes_are_expected_there_is_no_webhook(tmp_path):
    with place(tmp_path) as here, Server(build_app(surfaces(here.system))) as server:
        taken = here.system.hearing
        assert taken is not None
        answer = httpx.post(f"{server.address}/pubsub/push", json={})
        assert answer.status_code == 401
