"""Push delivery: posts what waits in pushing subscriptions, with a signed OIDC token.

As Pub/Sub does, it takes 102, 200, 201, 202 and 204 for an acknowledgement, and otherwise tries
again with a growing pause.
"""

import sqlite3
import threading
from dataclasses import dataclass
from typing import cast

import httpx
from pydantic import JsonValue

from sampark.sandbox import pubsub, signing
from sampark.sandbox.pubsub import Json, Lease
from sampark.sandbox.store import Store

ACCEPTED = frozenset((102, 200, 201, 202, 204))

_LOOK_EVERY = 0.05
_AT_ONCE = 10
_TIMEOUT = 10.0


@dataclass(frozen=True)
class _Push:
    subscription: str
    endpoint: str
    lease: Lease
    token: str
    pause: float


class Pusher:
    """A thread that pushes, from the first subscription that wants it until the store closes."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Start pushing if any subscription wants it and none did before."""
        with self._starting:
            if self._thread is None and self._subscriptions():
                self._thread = threading.Thread(
                    target=self._run, name="sampark-sandbox-pusher", daemon=True
                )
                self._thread.start()

    def _subscriptions(self) -> list[Json]:
        with self._store.mailbox("") as box:
            return pubsub.pushing(box)

    def _run(self) -> None:
        with httpx.Client(trust_env=False, timeout=_TIMEOUT) as client:
            while not self._store.closing.wait(_LOOK_EVERY):
                try:
                    for push in self._due():
                        self._deliver(client, push)
                except sqlite3.ProgrammingError:
                    if not self._store.closing.is_set():
                        raise

    def _due(self) -> list[_Push]:
        found: list[_Push] = []
        with self._store.mailbox("") as box:
            for body in pubsub.pushing(box):
                name, config = str(body["name"]), cast("Json", body["pushConfig"])
                endpoint = str(config["pushEndpoint"])
                for lease in pubsub.lease(box, name, _AT_ONCE, seconds=2 * _TIMEOUT):
                    claims = _claims(config, endpoint)
                    token = signing.signed(box, claims) if claims else ""
                    pause = pubsub.backoff(body, lease.attempts)
                    found.append(_Push(name, endpoint, lease, token, pause))
        return found

    def _deliver(self, client: httpx.Client, push: _Push) -> None:
        headers = {"Authorization": f"Bearer {push.token}"} if push.token else {}
        message = push.lease.body
        # Pub/Sub's own pushes carry these two in both spellings.
        told = {
            **message,
            "message_id": message["messageId"],
            "publish_time": message["publishTime"],
        }
        body = {"message": told, "subscription": push.subscription}
        try:
            status = client.post(push.endpoint, json=body, headers=headers).status_code
        except httpx.HTTPError:
            status = 0
        with self._store.mailbox("") as box:
            if status in ACCEPTED:
                pubsub.acknowledge(box, push.subscription, [push.lease.ack_id])
            else:
                pubsub.extend(box, push.subscription, [push.lease.ack_id], push.pause)


def _claims(config: Json, endpoint: str) -> Json | None:
    """Return the claims of the push's token; None where the subscription asks for none."""
    oidc = config.get("oidcToken")
    if not isinstance(oidc, dict):
        return None
    email: JsonValue = oidc.get("serviceAccountEmail", "")
    audience: JsonValue = oidc.get("audience") or endpoint
    return {"aud": audience, "email": email, "email_verified": True, "azp": "1", "sub": "1"}
