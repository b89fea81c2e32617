"""The control endpoint's switches for OAuth; those of mail and faults are in `control`."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from sampark.sandbox import grants
from sampark.sandbox.routes.control import AccountWanted, known_account, store_of

router = APIRouter(prefix="/sandbox")


class Lifetime(BaseModel):
    """How long access tokens live, in seconds."""

    seconds: int = Field(ge=0)


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
