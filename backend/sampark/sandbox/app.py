"""The sandbox's web application: all routes, and refusals in Google's error shape."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp

from sampark.errors import SamparkError
from sampark.sandbox.batch import Batches
from sampark.sandbox.faults import FaultBoard, Gate, problem_response
from sampark.sandbox.override import MethodOverride
from sampark.sandbox.problems import ApiProblem, invalid, not_found
from sampark.sandbox.pusher import Pusher
from sampark.sandbox.quota import Meter
from sampark.sandbox.resumable import ResumableUploads
from sampark.sandbox.routes import (
    about,
    control,
    drafts,
    identity,
    labels,
    messages,
    oauth,
    pubsub,
    settings,
    switches,
    threads,
    users,
)
from sampark.sandbox.store import Store

_API = "/gmail/v1/users/{userId}"


def build_app(store: Store, board: FaultBoard, *, json_limit: int | None = None) -> ASGIApp:
    """Return the application over a store; `json_limit` refuses larger JSON bodies with 413."""
    app = FastAPI(title="Gmail sandbox", openapi_url=None, redirect_slashes=False)
    app.state.store = store
    app.state.board = board
    app.state.json_limit = json_limit
    app.state.meter = Meter()
    app.state.pusher = Pusher(store)
    app.state.pusher.wake()
    for module in (messages, threads, drafts, labels, users, settings):
        app.include_router(module.router, prefix=_API)
    app.include_router(settings.others, prefix=_API)
    for module in (messages, drafts):
        app.include_router(module.uploads, prefix=f"/upload{_API}")
    for module in (about, control, switches, oauth, identity, pubsub):
        app.include_router(module.router)
    app.add_exception_handler(ApiProblem, _refused)
    app.add_exception_handler(oauth.OAuthRefused, oauth.refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _no_such_route)
    app.add_exception_handler(SamparkError, _control_refused)
    plain = MethodOverride(app)
    # Each request in a batch passes a gate of its own, after the batch passed it.
    return Gate(Batches(ResumableUploads(plain, store), each=Gate(plain, board)), board)


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, ApiProblem)
    return problem_response(error)


def _malformed(_: Request, error: Exception) -> Response:
    """Name the first parameter that is wrong, as Google's servers do."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:])
    return problem_response(invalid(f"Invalid value at '{name}': {first['msg']}"))


def _no_such_route(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return problem_response(not_found())
    return problem_response(ApiProblem(error.status_code, "badRequest", str(error.detail)))


def _control_refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, SamparkError)
    return JSONResponse({"problem": error.problem, "fix": error.fix}, 400)
