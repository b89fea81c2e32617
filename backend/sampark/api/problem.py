"""Errors as RFC 9457 problem JSON: what is wrong and the fix, never a trace or a secret."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from sampark.api import pages
from sampark.desk.people import TooManyTries
from sampark.desk.queries import Unknown
from sampark.desk.roles import Forbidden
from sampark.errors import MailboxError, SamparkError, StoreError

STATUS: tuple[tuple[type[SamparkError], int], ...] = (
    (Unknown, 404),
    (Forbidden, 403),
    (TooManyTries, 429),
    (MailboxError, 502),
    (StoreError, 503),
)
"""The first class that fits gives the status; any other error of ours is 400."""


def problem(status: int, detail: str, *, fix: str = "") -> JSONResponse:
    """Return a problem document (RFC 9457) of that HTTP status."""
    content = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if fix:
        content["fix"] = fix
    return JSONResponse(content, status_code=status, media_type="application/problem+json")


def status_of(error: SamparkError) -> int:
    """Return the HTTP status that tells of an error."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def answer(request: Request, status: int, detail: str, *, fix: str = "") -> Response:
    """Return the problem as JSON, or as a page to a browser that follows a link."""
    path = request.url.path
    wants_page = "text/html" in request.headers.get("accept", "") and not path.startswith("/api/")
    if wants_page:
        words = detail if not fix else f"{detail} {fix}"
        return pages.message(HTTPStatus(status).phrase, words, status=status)
    return problem(status, detail, fix=fix)


def register(app: FastAPI) -> None:
    """Answer every error of the app with a problem."""
    app.add_exception_handler(SamparkError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _unexpected)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, SamparkError)
    return answer(request, status_of(error), error.problem, fix=error.fix)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    details = {404: "There is nothing at this address."}
    return answer(request, error.status_code, details.get(error.status_code, str(error.detail)))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:]) or "request"
    return answer(request, 422, f"{name}: {first['msg']}.", fix="Correct it and try again.")


async def _unexpected(request: Request, _error: Exception) -> Response:
    return answer(request, 500, "Something went wrong on our side.", fix="See the server's log.")
