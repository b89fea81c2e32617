"""What Gmail says through Pub/Sub: that a mailbox has news. A hint, and never more.

A hint may be lost, late, repeated or garbage. So nothing is taken from it but the mailbox to look
at: what is new is read from the stored cursor.
"""

import base64
import json
from collections.abc import Sequence

from google.oauth2.credentials import Credentials
from pydantic import BaseModel, Field, ValidationError

from sampark.domain.base import AccountId, Frozen
from sampark.mailbox import wire
from sampark.mailbox.patience import Patience
from sampark.mailbox.session import Session

# A pull that failed is made again by whoever pulls.
ONCE = Patience(timeout=120.0, attempts=1)
MOST = 100
"""Hints that are taken at once."""


class Pulled(Frozen):
    """What lay in a subscription: the mailboxes that have news, and what acknowledges the hints."""

    accounts: tuple[AccountId, ...]
    ack_ids: tuple[str, ...]


class _Told(BaseModel):
    email: str = Field(alias="emailAddress", max_length=320)


class _MessageShape(wire.Shape):
    data: str = ""


class _ReceivedShape(wire.Shape):
    ack_id: str = Field(default="", alias="ackId")
    message: _MessageShape = _MessageShape()


class _PulledShape(wire.Shape):
    received: tuple[_ReceivedShape, ...] = Field(default=(), alias="receivedMessages")


class _PushedShape(wire.Shape):
    message: _MessageShape


class Subscription:
    """A Pub/Sub subscription that is pulled. Safe for several threads."""

    def __init__(
        self, name: str, *, endpoint: str, credentials: Credentials, patience: Patience = ONCE
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            name: "projects/PROJECT/subscriptions/NAME".
            endpoint: The server's root, "https://pubsub.googleapis.com" or a sandbox's.
            credentials: A grant for the scope "https://www.googleapis.com/auth/pubsub".
            patience: How long an answer is waited for, and how often it is asked again.
        """
        self.name = name
        subscriptions = wire.service("pubsub", endpoint).projects().subscriptions()
        self._subscriptions = subscriptions
        self._session = Session(
            credentials,
            proxied=not endpoint.startswith(wire.LOOPBACK),
            patience=patience,
            quota=None,
        )

    def pull(self) -> Pulled:
        """Wait for hints as long as the server holds the request, and return them.

        Raises:
            ReconnectNeeded: The grant is gone.
            MailboxError: The subscription cannot be read.
        """
        request = self._subscriptions.pull(subscription=self.name, body={"maxMessages": MOST})
        found = self._session.read(wire.Request(request, _PulledShape), "pulling its hints")
        told = (account_of(each.message.data) for each in found.received)
        return Pulled(
            accounts=tuple(dict.fromkeys(account for account in told if account)),
            ack_ids=tuple(each.ack_id for each in found.received),
        )

    def acknowledge(self, ack_ids: Sequence[str]) -> None:
        """Let hints go; raises MailboxError. Those that are not come again."""
        request = self._subscriptions.acknowledge(
            subscription=self.name, body={"ackIds": list(ack_ids)}
        )
        self._session.read(wire.Request(request, wire.Shape), "acknowledging its hints")

    def close(self) -> None:
        """Close all connections."""
        self._session.close()


def account_of(data: str) -> AccountId | None:
    """Return the mailbox that a hint's data names, None for garbage.

    The data is JSON in base64, of either alphabet, with or without its padding.
    """
    try:
        raw = base64.b64decode(data.replace("-", "+").replace("_", "/") + "==")
        told = _Told.model_validate(json.loads(raw))
    except (ValueError, ValidationError, RecursionError):
        return None
    return AccountId(told.email.lower())


def pushed(body: bytes) -> AccountId | None:
    """Return the mailbox that a pushed request names, None for garbage."""
    try:
        found = _PushedShape.model_validate_json(body)
    except ValidationError:
        return None
    return account_of(found.message.data)
