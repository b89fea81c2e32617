"""An API request as the routes read it: who asks, with which body, and the mail it carries.

Limits: a sent mail or draft may have 36,700,160 bytes, an inserted or imported one 157,286,400
(maxSize in the discovery document). Google is known to refuse JSON bodies already over about 5 MB
(googleapis/google-api-go-client#374), while its documentation names no such limit: the sandbox
takes them up to the same sizes unless it is started with a `json_limit`.
"""

import base64
import binascii
import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response
from pydantic import JsonValue
from starlette.concurrency import run_in_threadpool

from sampark.sandbox.bodies import BodyT, DraftBody, MessageBody, read_body
from sampark.sandbox.discovery import has_fields
from sampark.sandbox.faults import GoogleJson
from sampark.sandbox.grants import Access, granted
from sampark.sandbox.headers import read_block
from sampark.sandbox.methods import method_of
from sampark.sandbox.mime import split_multipart
from sampark.sandbox.partial import Mask, invalid_mask, keep, read_mask
from sampark.sandbox.problems import (
    ApiProblem,
    delegation_denied,
    forbidden,
    insufficient_scopes,
    invalid,
    login_required,
    too_large,
    unauthenticated,
    unknown_parameter,
)
from sampark.sandbox.quota import Meter
from sampark.sandbox.store import Mailbox, Store

SEND_LIMIT = 36_700_160
INSERT_LIMIT = 157_286_400

_METADATA_SCOPE = "https://www.googleapis.com/auth/gmail.metadata"
_SHOWING = ("gmail.users.messages.get", "gmail.users.threads.get")
_NO_RAW = "'raw' RFC822 payload message string or uploading message via /upload/* URL required"
_BOUNDARY = re.compile(r'boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)


@dataclass(frozen=True)
class Call:
    """A request of a known account, its body read."""

    store: Store
    account: str
    body: bytes
    content_type: str
    upload_type: str | None
    """`uploadType` of a request under /upload/, else None."""
    mask: Mask | None
    """What a partial response keeps; None for all of it."""

    def mailbox(self) -> AbstractContextManager[Mailbox]:
        """Open the account's mailbox for one transaction."""
        return self.store.mailbox(self.account)

    def answer(self, shape: dict[str, JsonValue]) -> Response:
        """Return a resource, or the part of it that the request's `fields` name."""
        return GoogleJson(keep(shape, self.mask))

    def json(self, kind: type[BodyT]) -> BodyT:
        """Return the JSON body."""
        return read_body(kind, self.body)

    def message(self, limit: int) -> tuple[MessageBody, bytes]:
        """Return the message resource and its mail; 400 without a mail, 413 over `limit` bytes."""
        body, media = self._resource(MessageBody)
        return body, _checked(_decoded(body.raw) if media is None else media, limit)

    def draft(self) -> tuple[DraftBody, bytes | None]:
        """Return the draft resource and its mail, if it carries one; 413 over the limit."""
        body, media = self._resource(DraftBody)
        if media is None and not body.message.raw:
            return body, None
        raw = _decoded(body.message.raw) if media is None else media
        return body, _checked(raw, SEND_LIMIT)

    def _resource(self, kind: type[BodyT]) -> tuple[BodyT, bytes | None]:
        """Return the JSON part and the media part of simple, media and multipart requests."""
        match self.upload_type:
            case None:
                return self.json(kind), None
            case "media":
                return kind(), self.body
            case "multipart":
                metadata, media = _related(self.content_type, self.body)
                return read_body(kind, metadata), media
            case _:
                message = f"uploadType {self.upload_type!r} is not available."
                raise ApiProblem(501, "notImplemented", message)


async def read_call(request: Request) -> Call:
    """Read a request: its body first, then who sends it.

    Raises:
        ApiProblem: 401 for a missing, unknown or expired token, 403 for another account's mailbox
            and for a method that the token's scopes do not allow, 403 or 429 over the quota.
    """
    body = await request.body()
    store: Store = request.app.state.store
    access = await access_of(store, *bearer_of(request))
    account = access.account
    require_scope(access, request.method, request.url.path)
    _require_more_than_metadata(access, request)
    _require_known_parameters(request)
    user = str(request.path_params["userId"])
    if user.lower() not in ("me", account):
        raise delegation_denied(user)
    meter: Meter = request.app.state.meter
    meter.charge(account, request.method, request.url.path, store.now())
    uploading = request.url.path.startswith("/upload/")
    json_limit: int | None = request.app.state.json_limit
    if not uploading and json_limit is not None and len(body) > json_limit:
        raise too_large(json_limit)
    upload_type = request.query_params.get("uploadType", "media") if uploading else None
    content_type = request.headers.get("content-type", "")
    return Call(store, account, body, content_type, upload_type, _mask(request))


Caller = Annotated[Call, Depends(read_call)]
"""The parameter of a route that any account may call for itself."""


def bearer_of(request: Request) -> tuple[str, str]:
    """Return the scheme and the token of a request: of its header, else of `access_token`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return "bearer", request.query_params.get("access_token", "")
    return scheme, token.strip()


async def access_of(store: Store, scheme: str, token: str) -> Access:
    """Return whose bearer token it is: an account's own, or one that was granted; 401 if none."""
    if not token:
        raise login_required()
    account = store.account_of(token)
    if account is not None and scheme.lower() == "bearer":
        return Access(account)
    access = await run_in_threadpool(granted, store, token)
    if access is None or scheme.lower() != "bearer":
        raise unauthenticated()
    return access


def require_scope(access: Access, verb: str, path: str) -> None:
    """Refuse a method that none of the token's scopes allows (403)."""
    if access.scopes is None:
        return
    method = method_of(verb, path)
    if method is not None and not method.scopes & access.scopes:
        raise insufficient_scopes(method.id)


def _require_more_than_metadata(access: Access, request: Request) -> None:
    """Refuse what the metadata scope hides: bodies, and searches in them (403).

    As at Google, it narrows a token even beside a wider scope (googleworkspace/cli#174).
    """
    if access.scopes is None or _METADATA_SCOPE not in access.scopes:
        return
    if request.query_params.get("q"):
        raise forbidden("Metadata scope does not support 'q' parameter")
    method = method_of(request.method, request.url.path)
    shown = request.query_params.get("format", "full").upper()
    if method is not None and method.id in _SHOWING and shown in ("FULL", "RAW"):
        raise forbidden(f"Metadata scope doesn't allow format {shown}")


def _require_known_parameters(request: Request) -> None:
    """Refuse a name in the query that the method does not have (400)."""
    method = method_of(request.method, request.url.path)
    known = method.parameters if method else request.query_params.keys()
    for name in request.query_params:
        if name not in known:
            raise unknown_parameter(name)


def _mask(request: Request) -> Mask | None:
    """Return the mask that `fields` names; 400 for one that does not fit the method's answer."""
    text = request.query_params.get("fields", "")
    if not text:
        return None
    mask = read_mask(text)
    method = method_of(request.method, request.url.path)
    if method is not None and method.response and not has_fields(method.response, mask):
        raise invalid_mask(text)
    return mask


def required(raw: bytes | None) -> bytes:
    """Return the mail a draft carries; 400 when it carries none."""
    if raw is None:
        raise invalid(_NO_RAW)
    return raw


def _checked(raw: bytes, limit: int) -> bytes:
    if not raw:
        raise invalid(_NO_RAW)
    if len(raw) > limit:
        raise too_large(limit)
    return raw


def _decoded(raw: str) -> bytes:
    """Return the bytes of a `byte` field: URL-safe or standard base64, padded or not."""
    letters = raw.strip().rstrip("=").replace("+", "-").replace("/", "_")
    malformed = invalid("Invalid value at 'raw' (TYPE_BYTES), Base64 decoding failed")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", letters):
        raise malformed
    try:
        return base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except binascii.Error as error:
        raise malformed from error


def _related(content_type: str, body: bytes) -> tuple[bytes, bytes]:
    """Return the two parts of a multipart/related upload: the JSON resource and the media."""
    found = _BOUNDARY.search(content_type)
    parts = split_multipart(body, found[1] or found[2]) if found else []
    if len(parts) != 2:
        raise ApiProblem(400, "badContent", "Malformed multipart body.")
    metadata, media = (_content(part) for part in parts)
    return metadata, media


def _content(part: bytes) -> bytes:
    rest = read_block(part).rest
    return rest[2:] if rest.startswith(b"\r\n") else rest.removeprefix(b"\n")
