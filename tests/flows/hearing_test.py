"""Gmail tells of news through Pub/Sub, pulled or pushed; whatever happens to a hint, mail is answered."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from google.api_core.client_options import ClientOptions
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build

from sampark import settings
from sampark.domain.base import AccountId
from sampark.sandbox.person import Person
from sampark.sandbox.server import Sandbox
from sampark.sandbox.watch import GMAIL_PUBLISHER
from sampark.server import Server, build_app, surfaces
from sampark.wiring import System
from tests.flows.catcher import Catcher

# Panel 1.9 still builds tornado's request the old way
pytestmark = pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning")

ACCOUNT = AccountId("sampark@example.com")
REQUESTER = "you@example.com"
TOPIC = "projects/sampark-dev/topics/mail"
SUBSCRIPTION = "projects/sampark-dev/subscriptions/sampark"
SIGNER = "push@sampark-dev.iam.gserviceaccount.com"
AUDIENCE = "sampark"
NEVER = 3_600.0  # seconds between looks: what is answered was told of by Gmail
PATIENCE = 60.0


class Place:
    """A sandbox with a topic, a system that listens, and its requester."""

    def __init__(self, sandbox: Sandbox, system: System, person: Person, projects) -> None:
        self.sandbox, self.system, self.person, self.projects = sandbox, system, person, projects

    def ask(self, title: str) -> None:
        body = f"Please make a calendar event: {title} on 5 March 2027 at 14:00."
        self.person.write(body, to=ACCOUNT, subject=title)

    def answers(self) -> list[str]:
        letters = self.person.letters(label="INBOX")
        return sorted(letter.subject.removeprefix("Re: ") for letter in letters)

    def wait_for(self, *titles: str) -> None:
        until(lambda: set(titles) <= set(self.answers()))

    def publish(self, data: str) -> None:
        self.projects.topics().publish(topic=TOPIC, body={"messages": [{"data": data}]}).execute()

    def left(self) -> list[object]:
        """What nobody has acknowledged."""
        body = {"maxMessages": 10, "returnImmediately": True}
        pull = self.projects.subscriptions().pull(subscription=SUBSCRIPTION, body=body)
        return pull.execute().get("receivedMessages", [])

    def account(self):
        return self.system.store.accounts.get(ACCOUNT)


def until(condition) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def hint(email: str = ACCOUNT, history: object = 1) -> str:
    told = json.dumps({"emailAddress": email, "historyId": history})
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


@contextmanager
def place(home, *, granted: bool = True, pulled: bool = True, **options) -> Iterator[Place]:
    with (
        Sandbox(home / "sandbox.db", accounts=[ACCOUNT, REQUESTER]) as sandbox,
        topic(sandbox, granted=granted) as projects,
    ):
        if pulled:
            projects.subscriptions().create(name=SUBSCRIPTION, body={"topic": TOPIC}).execute()
        chosen = settings.load(
            home=home,
            pubsub_endpoint=sandbox.endpoint,
            pubsub_topic=TOPIC,
            pubsub_subscription=SUBSCRIPTION if pulled else "",
            push_certificates_uri=f"{sandbox.endpoint}/oauth2/v1/certs",
            **{"poll_seconds": NEVER, **options},
        )
        grant = Credentials(token=sandbox.token(ACCOUNT))
        system = System(chosen, endpoint=sandbox.endpoint, credentials=lambda _: grant)
        person = Person(sandbox.endpoint, email=REQUESTER, token=sandbox.token(REQUESTER))
        with closing(person):
            try:
                system.start(listen=False)
                system.engine.call(system.listener.sync_once(ACCOUNT))
                system.listen()
                yield Place(sandbox, system, person, projects)
            finally:
                system.stop()


@contextmanager
def topic(sandbox: Sandbox, *, granted: bool):
    """Make the topic; yield `projects()` of Google's own Pub/Sub client."""
    service = build(
        "pubsub",
        "v1",
        static_discovery=True,
        client_options=ClientOptions(api_endpoint=sandbox.endpoint),
        credentials=Credentials(sandbox.token(ACCOUNT)),
    )
    with closing(service):
        projects = service.projects()
        _make_topic(projects, granted=granted)
        yield projects


def _make_topic(projects, *, granted: bool) -> None:
    projects.topics().create(name=TOPIC, body={}).execute()
    if granted:
        may = {
            "role": "roles/pubsub.publisher",
            "members": [f"serviceAccount:{GMAIL_PUBLISHER}"],
        }
        policy = {"policy": {"bindings": [may]}}
        projects.topics().setIamPolicy(resource=TOPIC, body=policy).execute()


def watched(here: Place) -> bool:
    return here.account().watch_expires_at is not None


def test_behaviour_01_a_pulled_hint_is_enough(tmp_path):
    with place(tmp_path) as here:
        until(lambda: watched(here))
        here.ask("Tea")
        here.wait_for("Tea")
        until(lambda: here.left() == [])


def test_behaviour_02_garbage_repeated_old_and_foreign_hints_change_nothing(tmp_path):
    with place(tmp_path) as here:
        until(lambda: watched(here))
        cursor = here.account().cursor
        for data in ("AAAA", "", hint("nobody@example.com"), hint(history="0"), hint(), hint()):
            here.publish(data)
        until(lambda: here.left() == [])
        assert here.account().cursor == cursor
        here.ask("Tea")
        here.wait_for("Tea")
        assert here.answers() == ["Tea"]


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
