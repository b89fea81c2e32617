"""What the API refuses, in Google's JSON error shape."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

Json = dict[str, JsonValue]

STATUS_NAMES: Mapping[int, str] = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    409: "ABORTED",
    413: "OUT_OF_RANGE",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""google.rpc.Code as the `status` of an HTTP error code (googleapis/google/rpc/code.proto)."""

_STATUS_OF_REASONS: Mapping[str, str] = {"alreadyExists": "ALREADY_EXISTS"}
_USAGE = {"domain": "usageLimits"}
_HEADER = {"location": "Authorization", "locationType": "header"}
_EXPECTED = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)


class ApiProblem(Exception):
    """A refused request: HTTP code, Google's reason word, a message, and extra headers.

    `entry` are fields of its one `errors` entry that differ or come on top; `details` are what the
    newer client libraries read instead of `errors`.
    """

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        *,
        entry: Mapping[str, str] | None = None,
        details: Sequence[JsonValue] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.entry: Mapping[str, str] = entry or {}
        self.details = details
        self.headers: Mapping[str, str] = headers or {}

    def body(self) -> Json:
        """Return the JSON object that Google's client libraries read the reason from."""
        first: Json = {
            "message": self.message,
            "domain": "global",
            "reason": self.reason,
            **self.entry,
        }
        status = _STATUS_OF_REASONS.get(self.reason) or STATUS_NAMES.get(self.code, "UNKNOWN")
        error: Json = {
            "code": self.code,
            "message": self.message,
            "errors": [first],
            "status": status,
        }
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}


def invalid(message: str) -> ApiProblem:
    """Return the refusal of a value (400)."""
    return ApiProblem(400, "invalidArgument", message)


def unknown_parameter(name: str) -> ApiProblem:
    """Return the refusal of a query parameter that a method does not have (400)."""
    return invalid(
        f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter. '
        f"Field '{name}' could not be found in request message."
    )


def not_found() -> ApiProblem:
    """Return the refusal for what does not exist, or exists no more (404)."""
    return ApiProblem(404, "notFound", "Requested entity was not found.")


def unauthenticated() -> ApiProblem:
    """Return the refusal of an unknown or expired token (401)."""
    message = f"Request had invalid authentication credentials. {_EXPECTED}"
    challenge = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    return ApiProblem(
        401,
        "authError",
        message,
        entry={"message": "Invalid Credentials", **_HEADER},
        headers={"WWW-Authenticate": challenge},
    )


def login_required() -> ApiProblem:
    """Return the refusal of a request without a token (401)."""
    message = f"Request is missing required authentication credential. {_EXPECTED}"
    return ApiProblem(
        401,
        "required",
        message,
        entry={"message": "Login Required.", **_HEADER},
        details=[_error_info("CREDENTIALS_MISSING")],
        headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'},
    )


def delegation_denied(email: str) -> ApiProblem:
    """Return the refusal of a token that belongs to another account (403)."""
    return forbidden(f"Delegation denied for {email}")


def api_disabled() -> ApiProblem:
    """Return the refusal of a client whose project has not switched the Gmail API on (403)."""
    message = (
        "Gmail API has not been used in project 414243444546 before or it is disabled. Enable it "
        "by visiting https://console.developers.google.com/apis/api/gmail.googleapis.com/overview "
        "then retry."
    )
    details = [_error_info("SERVICE_DISABLED", consumer="projects/414243444546")]
    return ApiProblem(403, "accessNotConfigured", message, entry=_USAGE, details=details)


def insufficient_scopes(method: str) -> ApiProblem:
    """Return the refusal of a token whose scopes do not allow a method (403)."""
    challenge = 'Bearer realm="https://accounts.google.com/", error="insufficient_scope"'
    return ApiProblem(
        403,
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        entry={"message": "Insufficient Permission"},
        details=[_error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", method=method)],
        headers={"WWW-Authenticate": challenge},
    )


def forbidden(message: str) -> ApiProblem:
    """Return the refusal of what this caller may not do (403)."""
    return ApiProblem(403, "forbidden", message)


def too_large(limit: int) -> ApiProblem:
    """Return the refusal of an upload over `limit` bytes (413)."""
    return ApiProblem(413, "uploadTooLarge", f"Request is too large: the limit is {limit} bytes.")


def quota_exceeded(reason: str = "rateLimitExceeded") -> ApiProblem:
    """Return the 403 of a spent per-user quota; `reason` is Google's word for it."""
    message = (
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of "
        "service 'gmail.googleapis.com' for consumer 'project_number:0'."
    )
    return ApiProblem(403, reason, message, entry=_USAGE)


def too_many_requests(retry_after: int) -> ApiProblem:
    """Return the 429 that asks the client to wait `retry_after` seconds."""
    message = f"User-rate limit exceeded.  Retry after {retry_after} seconds."
    headers = {"Retry-After": str(retry_after)}
    return ApiProblem(429, "rateLimitExceeded", message, entry=_USAGE, headers=headers)


def backend_error(code: int) -> ApiProblem:
    """Return a passing failure of the server itself (5xx)."""
    if code == 503:
        return ApiProblem(503, "backendError", "The service is currently unavailable.")
    return ApiProblem(code, "backendError", "Internal error encountered.")


def _error_info(reason: str, **metadata: str) -> Json:
    """Return a google.rpc.ErrorInfo (googleapis/google/rpc/error_details.proto)."""
    return {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": {"service": "gmail.googleapis.com", **metadata},
    }
