"""Who a token speaks for: Google's userinfo and tokeninfo endpoints."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import JsonValue

from sampark.sandbox import grants
from sampark.sandbox.calls import access_of, bearer_of
from sampark.sandbox.grants import Access
from sampark.sandbox.problems import ApiProblem, insufficient_scopes
from sampark.sandbox.routes.control import store_of
from sampark.sandbox.routes.oauth import EMAIL_SCOPES, Form, OAuthRefused

router = APIRouter()

_PROFILE_SCOPES = EMAIL_SCOPES | {
    "openid",
    "profile",
    "https://www.googleapis.com/auth/userinfo.profile",
}
_EVERYTHING = frozenset({"https://mail.google.com/", *_PROFILE_SCOPES})
"""The scopes of an account's own token, which was granted to nobody."""


@router.get("/oauth2/v2/userinfo")
async def user_info_v2(request: Request) -> Response:
    """Answer oauth2.userinfo.get, as `build("oauth2", "v2")` asks."""
    access = await _known(request)
    shape: dict[str, JsonValue] = {"id": grants.subject_of(access.account)}
    if _shows_email(access):
        shape |= {"email": access.account, "verified_email": True}
    return JSONResponse(shape)


@router.get("/v1/userinfo")
@router.get("/oauth2/v3/userinfo")
async def user_info(request: Request) -> Response:
    """Answer the userinfo endpoint of OpenID Connect."""
    access = await _known(request)
    return JSONResponse({"sub": grants.subject_of(access.account), **_email(access)})


@router.get("/tokeninfo")
@router.post("/tokeninfo")
@router.get("/oauth2/v3/tokeninfo")
@router.post("/oauth2/v3/tokeninfo")
async def token_info(request: Request, form: Form) -> Response:
    """Tell what an access token is good for; every value is a string, as at Google."""
    store = store_of(request)
    token = request.query_params.get("access_token") or form.get("access_token", "")
    try:
        access = await access_of(store, "bearer", token)
    except ApiProblem as problem:
        raise OAuthRefused("invalid_token", "Invalid Value") from problem
    now = store.now().timestamp()
    until = access.until or now + grants.TOKEN_SECONDS
    shape = {
        "azp": grants.CLIENT_ID,
        "aud": grants.CLIENT_ID,
        "sub": grants.subject_of(access.account),
        "scope": " ".join(sorted(_scopes(access))),
        "exp": str(int(until)),
        "expires_in": str(int(until - now)),
        **{name: str(value).lower() for name, value in _email(access).items()},
        "access_type": "offline",
    }
    return JSONResponse(shape)


async def _known(request: Request) -> Access:
    access = await access_of(store_of(request), *bearer_of(request))
    if not _scopes(access) & _PROFILE_SCOPES:
        raise insufficient_scopes("oauth2.userinfo.get")
    return access


def _scopes(access: Access) -> frozenset[str]:
    return _EVERYTHING if access.scopes is None else access.scopes


def _shows_email(access: Access) -> bool:
    return bool(_scopes(access) & EMAIL_SCOPES)


def _email(access: Access) -> dict[str, JsonValue]:
    return {"email": access.account, "email_verified": True} if _shows_email(access) else {}
