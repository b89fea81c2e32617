"""The control endpoint's switches for OAuth, pushes and quota; those of mail and faults: `control`."""

from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from sampark.sandbox import announce, grants
from sampark.sandbox.quota import Meter, Refusal
from sampark.sandbox.routes.control import AccountWanted, known_account, store_of

router = APIRouter(prefix="/sandbox")


class Lifetime(BaseModel):
    """How long access tokens live, in seconds."""

    seconds: int = Field(ge=0)


class PushFault(BaseModel):
    """What goes wrong with the next events that Gmail publishes."""

    kind: Literal["lose", "delay", "repeat", "corrupt"]
    times: int = Field(default=1, ge=0)
    seconds: float = Field(default=1.0, ge=0)


class PushLimit(BaseModel):
    """Whether a mailbox publishes one event a second at most."""

    on: bool


class QuotaWanted(BaseModel):
    """A limit of units per minute and account, and costs by method that differ from Google's."""

    limit: int | None = Field(default=None, ge=0)
    costs: dict[str, int] = Field(default_factory=dict)
    refusal: Refusal = "rateLimitExceeded"


@router.get("/client-secrets")
def client_secrets(request: Request) -> Response:
    """Return the file that Google offers for download where a desktop client is made."""
    here = str(request.base_url).rstrip("/")
    installed = {
        "client_id": grants.CLIENT_ID,
        "project_id": "gmail-sandbox",
        "auth_uri": f"{here}/o/oauth2/auth",
        "token_uri": f"{here}/token",
        "auth_provider_x509_cert_url": f"{here}/oauth2/v1/certs",
        "client_secret": grants.CLIENT_SECRET,
        "redirect_uris": ["http://localhost"],
    }
    return JSONResponse({"installed": installed})


@router.post("/revocations")
def revoke(request: Request, wanted: AccountWanted) -> Response:
    """End every grant of an account."""
    store = store_of(request)
    with store.mailbox(known_account(store, wanted.email)) as box:
        grants.revoke_all(box)
    return Response(status_code=204)


@router.post("/expired-tokens")
def expire(request: Request, wanted: AccountWanted) -> Response:
    """Let an account's access tokens be too old; its refresh tokens stay good."""
    store = store_of(request)
    with store.mailbox(known_account(store, wanted.email)) as box:
        grants.expire_tokens(box)
    return Response(status_code=204)


@router.post("/token-lifetimes")
def lifetime(request: Request, wanted: Lifetime) -> Response:
    """Set how long access tokens live from now on."""
    with store_of(request).mailbox("") as box:
        grants.set_lifetime(box, wanted.seconds)
    return Response(status_code=204)


@router.post("/push-faults")
def arm(request: Request, wanted: PushFault) -> Response:
    """Let coming events go wrong."""
    with store_of(request).mailbox("") as box:
        announce.arm(box, wanted.kind, wanted.times, wanted.seconds)
    return Response(status_code=204)


@router.delete("/push-faults")
def clear(request: Request) -> Response:
    """Let events go right again."""
    with store_of(request).mailbox("") as box:
        announce.clear(box)
    return Response(status_code=204)


@router.post("/push-limits")
def limit(request: Request, wanted: PushLimit) -> Response:
    """Switch the limit of one event a second on or off."""
    with store_of(request).mailbox("") as box:
        announce.limit(box, on=wanted.on)
    return Response(status_code=204)


@router.post("/quotas")
def set_quota(request: Request, wanted: QuotaWanted) -> Response:
    """Set the quota."""
    meter: Meter = request.app.state.meter
    meter.configure(wanted.limit, costs=wanted.costs, refusal=wanted.refusal)
    return Response(status_code=204)


@router.get("/quotas/{email}")
def quota_spent(request: Request, email: str) -> Response:
    """Return what an account spent in the last minute."""
    store = store_of(request)
    meter: Meter = request.app.state.meter
    return JSONResponse({"spent": meter.spent(known_account(store, email), store.now())})
