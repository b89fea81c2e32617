"""A sandbox with a Pub/Sub topic, a system that listens to it, and its requester."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from google.api_core.client_options import ClientOptions
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build

from sampark import settings
from sampark.domain.base import AccountId
from sampark.sandbox.person import Person
from sampark.sandbox.server import Sandbox
from sampark.sandbox.watch import GMAIL_PUBLISHER
from sampark.wiring import System

ACCOUNT = AccountId("sampark@example.com")
REQUESTER = "you@example.com"
TOPIC = "projects/sampark-dev/topics/mail"
SUBSCRIPTION = "projects/sampark-dev/subscriptions/sampark"
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

    def listings(self) -> int:
        """How often the history was asked for."""
        seen = self.sandbox.control.requests()
        return len([each for each in seen if each.path.endswith("/history")])

    def account(self):
        """What the store knows of the account."""
        return self.system.store.accounts.get(ACCOUNT)


def until(condition: Callable[[], object]) -> None:
    """Wait for what must come."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def hint(email: str = ACCOUNT, history: object = 1) -> str:
    told = json.dumps({"emailAddress": email, "historyId": history})
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


@contextmanager
def place(home: Path, *, granted: bool = True, pulled: bool = True, **options) -> Iterator[Place]:
    """Start everything; without `granted` Gmail may not publish. `options` are settings."""
    mailboxes = options.get("accounts", (ACCOUNT,))
    with (
        Sandbox(home / "sandbox.db", accounts=[*mailboxes, REQUESTER]) as sandbox,
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
        system = System(
            chosen,
            endpoint=sandbox.endpoint,
            credentials=lambda account: Credentials(token=sandbox.token(account)),
        )
        person = Person(sandbox.endpoint, email=REQUESTER, token=sandbox.token(REQUESTER))
        with closing(person):
            try:
                system.start(listen=False)
                for account in system.services.mailboxes:
                    system.engine.call(system.listener.sync_once(account))
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
    """Whether Gmail tells of the account's changes."""
    return here.account().watch_expires_at is not None
