"""What went wrong with a request to Gmail, as this project's errors. None quotes a mail."""

import http.client
import json
import re
from typing import Self

from google.auth.exceptions import GoogleAuthError, RefreshError
from googleapiclient.errors import HttpError
from httplib2 import HttpLib2Error
from pydantic import JsonValue

from sampark.errors import MailboxError, ReconnectNeeded

# All that the client, its transport and its credentials raise for one request.
CLIENT_ERRORS = (
    HttpError,
    HttpLib2Error,
    GoogleAuthError,
    http.client.HTTPException,
    OSError,
    ValueError,
)

_RATE = frozenset(
    (
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
        "dailyLimitExceeded",
        "backendError",
    )
)
_MOST_WAIT = 120.0


class Passing(MailboxError):
    """A refusal that may pass. `retry_after`: the seconds that Gmail asked to wait."""

    retry_after: float | None = None

    def after(self, seconds: float | None) -> Self:
        """Return this error with the wait that Gmail asked for."""
        self.retry_after = seconds
        return self


class SendRefused(MailboxError):
    """Gmail refused a mail or its draft in plain words: this request kept and sent nothing."""


def status_of(error: Exception) -> int:
    """Return the HTTP status of an error, 0 if no answer came."""
    return int(error.resp.status) if isinstance(error, HttpError) else 0


def explain(error: Exception, doing: str) -> MailboxError:
    """Return what a client error means; `doing` is what was asked, as "reading the history"."""
    if isinstance(error, RefreshError) and not getattr(error, "retryable", False):
        return _reconnect()
    if not isinstance(error, HttpError):
        kind = type(error).__name__
        return Passing(f"Gmail could not be reached while {doing} ({kind}).")
    status, reason = status_of(error), reason_of(error)
    told = f"Gmail answered {status}{f' ({reason})' if reason else ''} while {doing}."
    # Reads come here after the client renewed the grant and was refused again.
    if status == 401:
        return _reconnect()
    if is_passing(error):
        return Passing(told).after(retry_after(error))
    return MailboxError(told)


def is_passing(error: HttpError) -> bool:
    """Whether Gmail may answer otherwise in a moment: 429, 5xx, and 403 for a rate or a quota."""
    return status_of(error) >= 500 or is_over_rate(error)


def reason_of(error: HttpError) -> str:
    """Return Google's reason code, "" if the answer has none. Only its letters are passed on."""
    try:
        body: JsonValue = json.loads(error.content)
    except ValueError:
        return ""
    found = _first_reason(body)
    return found if re.fullmatch(r"[A-Za-z_]{1,60}", found) else ""


def _first_reason(body: JsonValue) -> str:
    match body:
        case {"error": {"errors": [{"reason": str(reason)}, *_]}}:
            return reason
        case {"error": {"status": str(reason)}}:
            return reason
        case _:
            return ""


def _reconnect() -> ReconnectNeeded:
    return ReconnectNeeded(
        "Gmail no longer accepts the account's grant.",
        fix="Connect the account again: sampark connect.",
    )


def is_over_rate(error: HttpError) -> bool:
    """Whether Gmail refused because the user asks too much at a time."""
    status = status_of(error)
    return status == 429 or (status == 403 and reason_of(error) in _RATE)


def retry_after(error: HttpError) -> float | None:
    """Return the seconds that Gmail asked to wait, 120 at most; None if it named none."""
    text = str(error.resp.get("retry-after", ""))
    return min(float(text), _MOST_WAIT) if text.isdecimal() else None
