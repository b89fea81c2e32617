"""Google's OAuth 2.0 for installed applications: consent, tokens, revocation, certificates.

Follows "OAuth 2.0 for Mobile & Desktop Apps" of Google's identity documentation, RFC 7636 (PKCE)
and RFC 8252 (loopback redirects). Refusals have OAuth's own shape: `error`, `error_description`.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import JsonValue

from sampark.sandbox import consent, grants, signing
from sampark.sandbox.routes.control import store_of
from sampark.sandbox.store import Mailbox, Store

router = APIRouter()

EMAIL_SCOPES = {"email", "https://www.googleapis.com/auth/userinfo.email"}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_JSON = dict[str, JsonValue]


async def read_pairs(request: Request) -> list[tuple[str, str]]:
    """Return the fields of a form in their order; a name may come more than once."""
    body = (await request.body()).decode("utf-8", "replace")
    return parse_qsl(body, keep_blank_values=True)


Pairs = Annotated[list[tuple[str, str]], Depends(read_pairs)]


def read_form(pairs: Pairs) -> dict[str, str]:
    """Return the fields of a form by name."""
    return dict(pairs)


Form = Annotated[dict[str, str], Depends(read_form)]


class OAuthRefused(Exception):
    """A refusal in OAuth's shape (RFC 6749 5.2)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


def refused(_: Request, error: Exception) -> Response:
    """Answer a refusal."""
    assert isinstance(error, OAuthRefused)
    told = {"error": error.error, "error_description": error.description}
    return JSONResponse(told, error.status)


@router.get("/o/oauth2/auth")
@router.get("/o/oauth2/v2/auth")
def authorize(request: Request) -> Response:
    """Show the consent page, or why there is none; the redirect is not followed before consent."""
    asked = dict(request.query_params)
    problem = _problem(asked)
    if problem:
        return HTMLResponse(consent.refusal(*problem), 400)
    if asked.get("prompt") == "none":
        return _led_back(asked, {"error": "interaction_required"})
    hint = asked.get("login_hint", "").lower()
    return HTMLResponse(consent.page(asked, accounts=store_of(request).accounts(), hint=hint))


@router.post(consent.FORM_PATH)
def decide(request: Request, pairs: Pairs) -> Response:
    """Take the person's answer and lead back to the application."""
    asked = dict(pairs)
    problem = _problem(asked)
    if problem:
        return HTMLResponse(consent.refusal(*problem), 400)
    granted = tuple(value for name, value in pairs if name == "granted")
    return _led_back(asked, _decided(store_of(request), asked, granted))


@router.post("/token")
def token(request: Request, form: Form) -> Response:
    """Answer the token endpoint."""
    client = _client(request, form)
    match form.get("grant_type", ""):
        case "authorization_code":
            answer = _by_code(store_of(request), form, client)
        case "refresh_token":
            answer = _by_refresh_token(store_of(request), form, client)
        case other:
            raise OAuthRefused("unsupported_grant_type", f"Invalid grant_type: {other}")
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


@router.get("/o/oauth2/revoke")
@router.post("/revoke")
@router.post("/o/oauth2/revoke")
def revoke(request: Request, form: Form) -> Response:
    """End a grant by its refresh or access token."""
    token = form.get("token") or request.query_params.get("token", "")
    with store_of(request).mailbox("") as box:
        if not grants.revoke(box, token):
            raise OAuthRefused("invalid_token", "Token expired or revoked")
    return JSONResponse({})


@router.get("/oauth2/v1/certs")
def certs(request: Request) -> Response:
    """Return the certificates that ID tokens are checked with."""
    with store_of(request).mailbox("") as box:
        return JSONResponse(signing.certificates(box))


def _led_back(asked: Mapping[str, str], told: Mapping[str, str]) -> Response:
    """Lead back to the application with an answer."""
    state = {"state": asked["state"]} if "state" in asked else {}
    mark = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    return RedirectResponse(f"{asked['redirect_uri']}{mark}{urlencode({**state, **told})}", 302)


def _problem(asked: Mapping[str, str]) -> tuple[str, str] | None:
    """Return why a consent cannot be asked for: Google's word and an explanation."""
    if asked.get("client_id") != grants.CLIENT_ID:
        return "invalid_client", "The OAuth client was not found."
    redirect = urlsplit(asked.get("redirect_uri", ""))
    if redirect.scheme != "http" or redirect.hostname not in _LOOPBACK:
        return "redirect_uri_mismatch", "A desktop client may only use a loopback address."
    if asked.get("response_type") != "code" or not asked.get("scope", "").split():
        return "invalid_request", "Required parameter is missing: response_type=code or scope."
    if asked.get("code_challenge_method", "plain") not in ("S256", "plain"):
        return "invalid_request", "Invalid code_challenge_method."
    return None


def _decided(store: Store, asked: Mapping[str, str], granted: tuple[str, ...]) -> dict[str, str]:
    account = asked.get("account", "")
    if asked.get("answer") != "allow" or account not in store.accounts() or not granted:
        return {"error": "access_denied"}
    wanted = grants.Request(
        client_id=asked["client_id"],
        redirect_uri=asked["redirect_uri"],
        scopes=tuple(scope for scope in asked["scope"].split() if scope in granted),
        challenge=asked.get("code_challenge", ""),
        method=asked.get("code_challenge_method", "plain"),
    )
    with store.mailbox(account) as box:
        return {"code": grants.new_code(box, wanted), "scope": " ".join(wanted.scopes)}


def _by_code(store: Store, form: Mapping[str, str], client: str) -> _JSON:
    _require(form, "code")
    # A code is used up by the first attempt, whatever comes of it (RFC 6749 4.1.2).
    with store.mailbox("") as box:
        found = grants.take_code(box, form.get("code", ""))
    if found is None or found[1].client_id != client:
        raise OAuthRefused("invalid_grant", "Malformed auth code.")
    account, asked = found
    if form.get("redirect_uri") != asked.redirect_uri:
        raise OAuthRefused("redirect_uri_mismatch", "Bad Request")
    if not _proves(asked, form.get("code_verifier", "")):
        word = "Invalid" if "code_verifier" in form else "Missing"
        raise OAuthRefused("invalid_grant", f"{word} code verifier.")
    with store.mailbox("") as box:
        grant = grants.new_grant(box, account, asked)
        return _tokens(box, grant) | {"refresh_token": grant.refresh_token}


def _by_refresh_token(store: Store, form: Mapping[str, str], client: str) -> _JSON:
    _require(form, "refresh_token")
    with store.mailbox("") as box:
        grant = grants.grant_of(box, form.get("refresh_token", ""), client)
        if grant is None:
            raise OAuthRefused("invalid_grant", "Token has been expired or revoked.")
        if not set(form.get("scope", "").split()) <= set(grant.scopes):
            raise OAuthRefused("invalid_scope", "Some requested scopes were invalid.")
        return _tokens(box, grant)


def _require(form: Mapping[str, str], name: str) -> None:
    if not form.get(name):
        raise OAuthRefused("invalid_request", f"Missing required parameter: {name}")


def _tokens(box: Mailbox, grant: grants.Grant) -> _JSON:
    token, seconds = grants.new_token(box, grant)
    answer: _JSON = {
        "access_token": token,
        "expires_in": seconds,
        "scope": " ".join(grant.scopes),
        "token_type": "Bearer",
    }
    if "openid" in grant.scopes:
        claims: _JSON = {"aud": grants.CLIENT_ID, "azp": grants.CLIENT_ID}
        claims["sub"] = grants.subject_of(grant.account)
        if EMAIL_SCOPES & set(grant.scopes):
            claims |= {"email": grant.account, "email_verified": True}
        answer["id_token"] = signing.signed(box, claims)
    return answer


def _proves(asked: grants.Request, verifier: str) -> bool:
    """Whether the verifier is the one that the challenge was made of (RFC 7636 4.6)."""
    if not asked.challenge:
        return True
    made = verifier
    if asked.method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        made = base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")
    return hmac.compare_digest(made.encode(), asked.challenge.encode())


def _client(request: Request, form: Mapping[str, str]) -> str:
    """Return the client that asks, proven by its secret: in the form, or as HTTP Basic."""
    name, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise OAuthRefused("invalid_client", "Malformed credentials.", 401) from error
    if not name:
        raise OAuthRefused("invalid_request", "Could not determine client ID from request.")
    if name != grants.CLIENT_ID:
        raise OAuthRefused("invalid_client", "The OAuth client was not found.", 401)
    if not secret:
        raise OAuthRefused("invalid_request", "client_secret is missing.")
    if not hmac.compare_digest(secret.encode(), grants.CLIENT_SECRET.encode()):
        raise OAuthRefused("invalid_client", "Unauthorized", 401)
    return name
