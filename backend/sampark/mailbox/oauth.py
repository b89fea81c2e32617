"""Connecting a mailbox: a person consents in a browser, and the answer comes to this machine.

Google's flow for installed applications with PKCE: the browser is led to a port of the loopback
interface (RFC 8252, RFC 7636). A grant that is not wanted is dropped, not revoked: with it Google
would end every grant of that person to the same client, one that works included.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from google_auth_oauthlib.flow import InstalledAppFlow
from oauthlib.oauth2 import OAuth2Error
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from requests import PreparedRequest, RequestException, Session
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool

from sampark.errors import MailboxError, SettingsError
from sampark.mailbox.grant import COMPOSE, MODIFY, PUBSUB, READONLY, Grant
from sampark.mailbox.landing import LOOPBACK, landing
from sampark.mailbox.refusals import CLIENT_ERRORS
from sampark.mailbox.transport import OnceHttp

WAIT_SECONDS = 300.0

_LOCAL = ("http://127.0.0.1", "http://localhost", "http://[::1]")
_ALLOWS = {
    READONLY: "reading mail",
    COMPOSE: "writing drafts and sending",
    MODIFY: "changing labels",
    PUBSUB: "receiving Pub/Sub messages",
}


@dataclass(frozen=True)
class Addresses:
    """Where a grant is given, exchanged and given back."""

    auth_uri: str
    token_uri: str
    revoke_uri: str


@dataclass(frozen=True)
class Wish:
    """What is asked of a person. `hint` is the mailbox that is meant; another may be chosen.

    `port` is the loopback port that the browser is led to, 0 for a free one; `seconds` is how long
    the person may take.
    """

    scopes: tuple[str, ...]
    hint: str = ""
    port: int = 0
    seconds: float = WAIT_SECONDS


class Client(BaseModel):
    """An OAuth client of the kind "Desktop app"; what else its file says does not matter."""

    model_config = ConfigDict(frozen=True)

    client_id: str = Field(min_length=1)
    client_secret: str = Field(repr=False, min_length=1)

    @classmethod
    def read(cls, path: Path) -> "Client":
        """Return the client of the JSON file that Google offers for download.

        Raises:
            SettingsError: the file cannot be read, is none of these, or is another kind of client.
        """
        try:
            found = _ClientFile.model_validate_json(path.read_bytes())
        except OSError as error:
            raise SettingsError(
                f"the file {path} cannot be read: {(error.strerror or 'unknown').lower()}.",
                fix="Check --client-secrets.",
            ) from error
        except ValidationError as error:
            raise SettingsError(
                f"the file {path} is not the file of an OAuth client.", fix=_DOWNLOAD
            ) from error
        if found.installed is None:
            raise SettingsError(f"{path} is not the client of a desktop app.", fix=_DOWNLOAD)
        return found.installed


class _ClientFile(BaseModel):
    installed: Client | None = None


_DOWNLOAD = (
    'Create an OAuth client of the type "Desktop app" in the Google Cloud console and download '
    "its JSON file: docs/connect-gmail.md."
)


def wanted_scopes(*, labels: bool = False, pubsub: bool = False) -> tuple[str, ...]:
    """Return the least scopes for what is wanted: to read, draft and send, and what is added."""
    return (READONLY, COMPOSE) + (MODIFY,) * labels + (PUBSUB,) * pubsub


def allowed(scopes: Sequence[str]) -> str:
    """Return what scopes allow, in words."""
    return ", ".join(_ALLOWS.get(scope, scope) for scope in scopes)


def ask(client: Client, addresses: Addresses, wish: Wish, show: Callable[[str], None]) -> Grant:
    """Ask a person for access to a mailbox and return the grant.

    Args:
        client: Who asks.
        addresses: Google's addresses, or a sandbox's.
        wish: What is asked for; a grant of less is refused.
        show: Called with the address of the consent page, once it can be answered.

    Raises:
        SettingsError: the person refused, allowed less or took too long; the port is in use, or
            the client is unknown.
        MailboxError: Google could not be reached.
    """
    flow = _flow(client, addresses, wish.scopes)
    with landing(wish.port) as arrival:
        flow.redirect_uri = f"http://{LOOPBACK}:{arrival.port}/"
        more = {"login_hint": wish.hint} if wish.hint else {}
        url, state = flow.authorization_url(prompt="consent", **more)
        show(url.replace(_https(addresses.auth_uri), addresses.auth_uri, 1))
        query = arrival.wait_for(state, wish.seconds)
    if "code" not in query:
        raise SettingsError(
            f"access was not granted ({query.get('error', 'no code')[:60]}).",
            fix="Type sampark connect again and choose Continue.",
        )
    grant = _redeem(flow, client, query["code"])
    missing = [scope for scope in wish.scopes if scope not in grant.scopes]
    if missing:
        raise SettingsError(
            f"access was granted only in part; missing: {allowed(missing)}.",
            fix="Type sampark connect again and leave every box ticked.",
        )
    return grant


def revoke(refresh_token: str, revoke_uri: str, *, timeout: float = 30) -> None:
    """Give a grant back, all of that person's to the same client; one that is gone is well.

    Raises:
        MailboxError: Google could not be reached, or did not answer to it; the grant may stand.
    """
    http = OnceHttp(timeout=timeout, proxied=not _is_local(revoke_uri))
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        body = urlencode({"token": refresh_token})
        answer, _ = http.request(revoke_uri, "POST", body=body, headers=headers)
    except CLIENT_ERRORS as error:
        raise MailboxError(
            f"the grant could not be given back: no answer ({type(error).__name__})."
        ) from error
    finally:
        http.close()
    if answer.status not in (200, 400):
        raise MailboxError(f"the grant could not be given back: status {answer.status}.")


def _flow(client: Client, addresses: Addresses, scopes: Sequence[str]) -> InstalledAppFlow:
    config = {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "auth_uri": _https(addresses.auth_uri),
        "token_uri": _https(addresses.token_uri),
    }
    flow = InstalledAppFlow.from_client_config(
        {"installed": config}, list(scopes), autogenerate_code_verifier=True
    )
    if _is_local(addresses.token_uri):
        session: Session = flow.oauth2session
        session.trust_env = False
        session.mount(config["token_uri"], _PlainAdapter())
    return flow


def _is_local(uri: str) -> bool:
    return uri.startswith(_LOCAL)


def _https(uri: str) -> str:
    """Dress an address of this machine up as https: oauthlib refuses plain HTTP even to that."""
    return "https" + uri.removeprefix("http") if _is_local(uri) else uri


class _PlainAdapter(HTTPAdapter):
    """Sends what is meant for https to the same place over plain HTTP."""

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: bool | str,  # noqa: FBT001 - the library's signature
        proxies: dict[str, str] | None = None,
        cert: tuple[str, str] | str | None = None,
    ) -> HTTPConnectionPool:
        """Return a connection to the place without encryption."""
        request.url = "http" + str(request.url).removeprefix("https")
        return super().get_connection_with_tls_context(request, verify, proxies, cert)


def _redeem(flow: InstalledAppFlow, client: Client, code: str) -> Grant:
    try:
        token = flow.fetch_token(code=code)
    except Warning as changed:
        # oauthlib raises a warning when the granted scopes are not those that were asked for.
        token = getattr(changed, "token", {})
    except OAuth2Error as error:
        raise SettingsError(
            f"Google refused the exchange ({error.error}).",
            fix="Check that --client-secrets names a client that still exists, and try again.",
        ) from error
    except RequestException as error:
        raise MailboxError(
            f"Google could not be reached while connecting ({type(error).__name__})."
        ) from error
    scopes = token.get("scope", ())
    return Grant(
        refresh_token=str(token.get("refresh_token", "")),
        client_id=client.client_id,
        client_secret=client.client_secret,
        scopes=tuple(scopes.split() if isinstance(scopes, str) else scopes),
    )
