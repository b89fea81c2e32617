"""users.settings as far as a mailbox is read by it, and an answer for every other method there is.

What an account of the sandbox is set to cannot be changed, so the settings are those of a new
Gmail account.
"""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response
from pydantic import JsonValue

from sampark.sandbox import post
from sampark.sandbox.calls import Caller, read_call
from sampark.sandbox.methods import method_of
from sampark.sandbox.problems import ApiProblem, forbidden, not_found
from sampark.sandbox.shapes import Json

router = APIRouter()
others = APIRouter()
"""Holds one route that takes whatever no route before it takes."""

_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NEW: Mapping[str, Json] = {
    "vacation": {"enableAutoReply": False},
    "language": {"displayLanguage": "en"},
    "autoForwarding": {"enabled": False},
    "imap": {"enabled": True, "autoExpunge": True, "expungeBehavior": "archive"},
    "pop": {"accessWindow": "disabled", "disposition": "leaveInInbox"},
    "filters": {},
    "forwardingAddresses": {},
}
"""By the last part of their path; as in all lists of Google's, an empty one has no field."""


@router.get("/settings/sendAs")
def list_send_as(call: Caller) -> Response:
    """Answer users.settings.sendAs.list."""
    with call.mailbox() as box:
        names = post.send_as(box)
    shapes: list[JsonValue] = [
        _send_as(email, name, primary=email == call.account) for email, name in names.items()
    ]
    return call.answer({"sendAs": shapes})


@router.get("/settings/sendAs/{email}")
def get_send_as(call: Caller, email: str) -> Response:
    """Answer users.settings.sendAs.get."""
    with call.mailbox() as box:
        names = post.send_as(box)
    address = email.lower()
    if address not in names:
        raise not_found()
    return call.answer(_send_as(address, names[address], primary=address == call.account))


@router.get("/settings/filters/{name}")
@router.get("/settings/forwardingAddresses/{name}")
def get_nothing(_: Caller, name: str) -> Response:  # noqa: ARG001 - the path's own parameter
    """Answer users.settings.filters.get and forwardingAddresses.get: a new account has none."""
    raise not_found()


@router.get("/settings/{name}")
async def get_setting(request: Request, name: str) -> Response:
    """Answer what users.settings has to read."""
    if name not in _NEW:
        return await other_method(request)
    return (await read_call(request)).answer(_NEW[name])


@others.api_route("/{path:path}", methods=list(_VERBS), include_in_schema=False)
async def other_method(request: Request) -> Response:
    """Refuse what is no method (404, 405), what may not be called (401, 403), and the rest (501)."""
    path = request.url.path
    method = method_of(request.method, path)
    if method is None:
        known = any(method_of(verb, path) for verb in _VERBS)
        raise ApiProblem(405, "badRequest", "Method Not Allowed") if known else not_found()
    await read_call(request)
    if method.delegated:
        raise forbidden(
            "Access restricted to service accounts that have been delegated domain-wide authority"
        )
    raise ApiProblem(501, "notImplemented", f"The sandbox does not implement {method.id}.")


def _send_as(email: str, name: str, *, primary: bool) -> Json:
    shape: Json = {
        "sendAsEmail": email,
        "displayName": name,
        "replyToAddress": "",
        "signature": "",
        "isDefault": primary,
    }
    if primary:
        return shape | {"isPrimary": True}
    return shape | {"treatAsAlias": True, "verificationStatus": "accepted"}
