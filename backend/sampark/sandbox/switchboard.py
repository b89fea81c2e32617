"""The client of all the sandbox's switches: those of `Control`, of OAuth, pushes and quota."""

import json
from collections.abc import Mapping
from typing import Literal

from pydantic import JsonValue

from sampark.sandbox.control import Control
from sampark.sandbox.quota import Refusal


class Switchboard(Control):
    """Talks to the control endpoint of a running sandbox."""

    def client_secrets(self) -> str:
        """Return the sandbox's OAuth client as the JSON file that Google offers for download."""
        return json.dumps(self._call("GET", "client-secrets"))

    def revoke_grants(self, email: str) -> None:
        """End every grant of an account, as its owner may at any time: refreshing is refused."""
        self._call("POST", "revocations", {"email": email})

    def expire_tokens(self, email: str) -> None:
        """Let an account's access tokens be too old: 401 until they are refreshed."""
        self._call("POST", "expired-tokens", {"email": email})

    def token_lifetime(self, seconds: int) -> None:
        """Let access tokens that are handed out from now on live so many seconds."""
        self._call("POST", "token-lifetimes", {"seconds": seconds})

    def push_fault(
        self,
        kind: Literal["lose", "delay", "repeat", "corrupt"],
        *,
        times: int = 1,
        seconds: float = 1.0,
    ) -> None:
        """Let the next events that Gmail publishes go wrong, after the faults already set.

        Args:
            kind: Not publish it, publish it late, publish it twice, or publish garbage.
            times: How many events it meets; 0 means until `clear_push_faults`.
            seconds: For "delay".
        """
        self._call("POST", "push-faults", {"kind": kind, "times": times, "seconds": seconds})

    def clear_push_faults(self) -> None:
        """Let events go right again."""
        self._call("DELETE", "push-faults")

    def push_limit(self, *, on: bool) -> None:
        """Switch the limit of one event a second per mailbox on (as it is at first) or off."""
        self._call("POST", "push-limits", {"on": on})

    def set_quota(
        self,
        units_per_minute: int | None,
        *,
        costs: Mapping[str, int] | None = None,
        refusal: Refusal = "rateLimitExceeded",
    ) -> None:
        """Limit what an account may spend in any minute; what was spent so far is forgotten.

        Args:
            units_per_minute: The limit; None sets none.
            costs: Units by method that differ from Google's, e.g. {"messages.get": 5}.
            refusal: The reason of the 403, or "429" for that answer with Retry-After.
        """
        body: JsonValue = {
            "limit": units_per_minute,
            "costs": dict(costs or {}),
            "refusal": refusal,
        }
        self._call("POST", "quotas", body)

    def quota_spent(self, email: str) -> int:
        """Return the units that an account spent in the last minute."""
        return int(str(self._call("GET", f"quotas/{email}")["spent"]))
