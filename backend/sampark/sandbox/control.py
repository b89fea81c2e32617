"""The control endpoint's vocabulary and its client, for tests and tools outside the sandbox.

These calls are no part of Gmail: they make accounts, deliver mail from outside, set faults, and
tell what requests were seen. They live under `/sandbox/` and need no token; the sandbox listens
on the loopback interface.
"""

import base64
import re
import ssl
from datetime import datetime
from typing import Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator

from sampark.errors import SamparkError

FaultKind = Literal[
    "unauthorized",
    "api_disabled",
    "quota",
    "rate_limit",
    "not_found",
    "server_error",
    "delay",
    "drop_before",
    "drop_midway",
    "drop_after",
    "error_after",
]


class ControlModel(BaseModel):
    """A value that travels over the control endpoint."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Fault(ControlModel):
    """What goes wrong with requests whose "METHOD /path" the regular expression `match` finds.

    `unauthorized` answers 401, `api_disabled` the 403 of a project without the Gmail API, `quota`
    403, `rate_limit` 429 with Retry-After, `not_found` 404, `server_error` a 5xx, before anything
    happened. `delay` waits, then goes on. `drop_before` closes the connection with nothing done;
    `drop_midway` closes it over half of the body, which only a resumable upload makes use of;
    `drop_after` does it, then closes without an answer; `error_after` does it, then answers 5xx.
    """

    kind: FaultKind
    match: str = ""
    times: int = Field(default=1, ge=0)
    """How many requests it meets; 0 means until it is cleared."""
    skip: int = Field(default=0, ge=0)
    """How many requests that match pass before it meets any."""
    retry_after: int = Field(default=1, ge=0)
    """Seconds, for `rate_limit`."""
    status: int = Field(default=503, ge=500, le=599)
    """For `server_error` and `error_after`."""
    seconds: float = Field(default=0.1, ge=0)
    """For `delay`."""

    @field_validator("match")
    @classmethod
    def _compiles(cls, match: str) -> str:
        try:
            re.compile(match)
        except re.error as error:
            raise ValueError(f"match is no regular expression: {error}") from error
        return match


class RequestSeen(ControlModel):
    """An API request as the sandbox ended it; status 0 is a connection closed without answer."""

    method: str
    path: str
    status: int
    at: datetime


class Delivered(ControlModel):
    """Where a delivered mail stands in the receiver's mailbox."""

    gmail_id: str
    thread_id: str


class Undeliverable(ControlModel):
    """A recipient outside the sandbox, to whom an account's sent mail could not be delivered."""

    account: str
    gmail_id: str
    recipient: str


class Delivery(ControlModel):
    """A mail from outside: its bytes in base64, its receiver and the verdict on its sender."""

    raw: str
    to: str
    dmarc: Literal["pass", "fail", "none"] = "pass"
    mail_from: str | None = None


class Control:
    """Talks to the control endpoint of a running sandbox, over a new connection for each call."""

    def __init__(self, endpoint: str) -> None:
        """Point at a sandbox, e.g. "http://127.0.0.1:8025"; nothing is sent yet."""
        self.endpoint = endpoint.rstrip("/")
        self._http = httpx.Client(
            base_url=self.endpoint,
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=60,
            trust_env=False,
            # Plain HTTP needs no certificates, and reading the system's is slow.
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    def account(self, email: str) -> str:
        """Return the account's bearer token, creating the account when it is new."""
        return str(self._call("POST", "accounts", {"email": email})["token"])

    def accounts(self) -> list[str]:
        """Return every account's address, oldest first."""
        return _strings(self._call("GET", "accounts")["accounts"])

    def alias(self, email: str, alias: str, *, display_name: str = "") -> None:
        """Let an account also send as, and receive at, another address."""
        body: JsonValue = {"email": email, "alias": alias, "display_name": display_name}
        self._call("POST", "aliases", body)

    def deliver(
        self,
        raw: bytes,
        *,
        to: str,
        dmarc: Literal["pass", "fail", "none"] = "pass",
        mail_from: str | None = None,
    ) -> Delivered:
        """Deliver a mail of any bytes to an account as if it came from outside.

        It is stamped with Delivered-To, Return-Path, Received and Authentication-Results, and
        joins its thread as in Gmail. Without `mail_from` the envelope sender is the From.
        """
        encoded = base64.b64encode(raw).decode("ascii")
        delivery = Delivery(raw=encoded, to=to, dmarc=dmarc, mail_from=mail_from)
        return Delivered.model_validate(
            self._call("POST", "deliveries", delivery.model_dump(mode="json"))
        )

    def undeliverable(self) -> list[Undeliverable]:
        """Return the recipients outside the sandbox that mail was sent to, oldest first."""
        found = self._call("GET", "undeliverable")["undeliverable"]
        return [Undeliverable.model_validate(item) for item in _items(found)]

    def fault(self, fault: Fault) -> None:
        """Make coming requests go wrong, after the faults already set."""
        self._call("POST", "faults", fault.model_dump(mode="json"))

    def clear_faults(self) -> None:
        """Let requests go right again."""
        self._call("DELETE", "faults")

    def requests(self) -> list[RequestSeen]:
        """Return the API requests seen since the start or the last reset, at most 10,000."""
        found = self._call("GET", "requests")["requests"]
        return [RequestSeen.model_validate(item) for item in _items(found)]

    def expire_history(self, email: str) -> None:
        """Make every history id handed out so far too old: history.list answers 404 to them."""
        self._call("POST", "expired-histories", {"email": email})

    def reset(self) -> None:
        """Forget all mail, labels, drafts, faults and requests; accounts and tokens stay."""
        self._call("POST", "resets")

    def close(self) -> None:
        """Release the client."""
        self._http.close()

    def _call(self, method: str, what: str, body: JsonValue = None) -> dict[str, JsonValue]:
        try:
            answer = self._http.request(method, f"/sandbox/{what}", json=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SamparkError(
                f"No sandbox answers at {self.endpoint}: {str(error).rstrip('.')}.",
                fix="Start one with sampark demo --serve, serve or sandbox, or name its address.",
            ) from error
        if answer.is_success:
            return answer.json() if answer.content else {}
        raise _refusal(answer, f"The sandbox at {self.endpoint} refused {method} {what}: ")


def _refusal(answer: httpx.Response, told: str) -> SamparkError:
    """Return the refusal in the endpoint's own words, or as it came from what is no sandbox."""
    try:
        said = answer.json()
        return SamparkError(told + said["problem"], fix=said["fix"])
    except (ValueError, KeyError, TypeError):
        return SamparkError(f"{told}{answer.status_code} {answer.text[:500]!r}.")


def _items(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _strings(value: JsonValue) -> list[str]:
    return [str(item) for item in _items(value)]
