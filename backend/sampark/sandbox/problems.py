"""What the API refuses, in Google's JSON error shape."""

from collections.abc import Mapping

from pydantic import JsonValue

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


class ApiProblem(Exception):
    """A refused request: HTTP code, Google's reason word, a message, and extra headers."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        status: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.domain = domain
        self.status = status or STATUS_NAMES.get(code, "UNKNOWN")
        self.headers: Mapping[str, str] = headers or {}

    def body(self) -> dict[str, JsonValue]:
        """Return the JSON object that Google's client libraries read the reason from."""
        error: dict[str, JsonValue] = {
            "message": self.message,
            "domain": self.domain,
            "reason": self.reason,
        }
        if self.code == 401:
            error |= {"location": "Authorization", "locationType": "header"}
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "errors": [error],
                "status": self.status,
            }
        }


def invalid(message: str) -> ApiProblem:
    """Return the refusal of a value (400)."""
    return ApiProblem(400, "invalidArgument", message)


def not_found() -> ApiProblem:
    """Return the refusal for what does not exist, or exists no more (404)."""
    return ApiProblem(404, "notFound", "Requested entity was not found.")


def unauthenticated() -> ApiProblem:
    """Return the refusal of a missing, unknown or expired token (401)."""
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
        "cookie or other valid authentication credential. See "
        "https://developers.google.com/identity/sign-in/web/devconsole-project."
    )
    challenge = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
    return ApiProblem(401, "authError", message, headers={"WWW-Authenticate": challenge})


def delegation_denied(email: str) -> ApiProblem:
    """Return the refusal of a token that belongs to another account (403)."""
    return ApiProblem(403, "forbidden", f"Delegation denied for {email}")


def api_disabled() -> ApiProblem:
    """Return the refusal of a client whose project has not switched the Gmail API on (403)."""
    message = (
        "Gmail API has not been used in project 414243444546 before or it is disabled. Enable it "
        "by visiting https://console.developers.google.com/apis/api/gmail.googleapis.com/overview "
        "then retry."
    )
    return ApiProblem(403, "accessNotConfigured", message, domain="usageLimits")


def insufficient_scopes(method: str) -> ApiProblem:
    """Return the refusal of a token whose scopes do not allow a method (403)."""
    challenge = 'Bearer realm="https://accounts.google.com/", error="insufficient_scope"'
    message = f"Request had insufficient authentication scopes to call {method}."
    headers = {"WWW-Authenticate": challenge}
    return ApiProblem(403, "insufficientPermissions", message, headers=headers)


def too_large(limit: int) -> ApiProblem:
    """Return the refusal of an upload over `limit` bytes (413)."""
    return ApiProblem(413, "uploadTooLarge", f"Request is too large: the limit is {limit} bytes.")


def quota_exceeded(reason: str = "rateLimitExceeded") -> ApiProblem:
    """Return the 403 of a spent per-user quota; `reason` is Google's word for it."""
    message = (
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of "
        "service 'gmail.googleapis.com' for consumer 'project_number:0'."
    )
    return ApiProblem(403, reason, message, domain="usageLimits")


def too_many_requests(retry_after: int) -> ApiProblem:
    """Return the 429 that asks the client to wait `retry_after` seconds."""
    message = f"User-rate limit exceeded.  Retry after {retry_after} seconds."
    headers = {"Retry-After": str(retry_after)}
    return ApiProblem(429, "rateLimitExceeded", message, domain="usageLimits", headers=headers)


def backend_error(code: int) -> ApiProblem:
    """Return a passing failure of the server itself (5xx)."""
    if code == 503:
        return ApiProblem(503, "backendError", "The service is currently unavailable.")
    return ApiProblem(code, "backendError", "Internal error encountered.")
