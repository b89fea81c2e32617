"""How a browser shows who it is: the session's cookie, the token of its forms, its Origin.

The cookie is HttpOnly and SameSite=Lax; over https it is Secure and bound to the host by its
`__Host-` name. Forms bring back a token that only the page they stood on could know.
"""

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

SESSION = "sampark_session"
FORM = "sampark_form"
HOURS = 12


class Seals:
    """Makes and checks the tokens of forms. `secret` is the process's own."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def token(self, about: str) -> str:
        """Return the token that belongs to a session or a form cookie (64 hex digits)."""
        return hmac.new(self._secret, about.encode(), hashlib.sha256).hexdigest()

    def fits(self, token: str | None, about: str | None) -> bool:
        """Whether the token belongs to it; two empty ones do not fit."""
        if not token or not about:
            return False
        return hmac.compare_digest(token.encode(), self.token(about).encode())


def cookie(connection: HTTPConnection, name: str) -> str | None:
    """Return the value of one of our cookies."""
    return connection.cookies.get(_full_name(connection, name))


def keep(connection: HTTPConnection, response: Response, name: str, value: str) -> None:
    """Give the browser one of our cookies; the session's lasts as long as the session may."""
    response.set_cookie(
        _full_name(connection, name),
        value,
        max_age=HOURS * 3600 if name == SESSION else 3600,
        path="/",
        secure=_https(connection),
        httponly=True,
        samesite="lax" if name == SESSION else "strict",
    )


def forget(connection: HTTPConnection, response: Response, name: str) -> None:
    """Take one of our cookies back."""
    full = _full_name(connection, name)
    response.delete_cookie(full, path="/", secure=_https(connection), httponly=True)


def fresh() -> str:
    """Return a new random value for the form cookie (128 bit)."""
    return secrets.token_urlsafe(16)


def same_origin(connection: HTTPConnection) -> bool:
    """Whether the request says that it comes from a page of this very server."""
    origin = connection.headers.get("origin", "")
    host = connection.headers.get("host", "")
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()


def _https(connection: HTTPConnection) -> bool:
    return connection.scope["scheme"] in {"https", "wss"}


def _full_name(connection: HTTPConnection, name: str) -> str:
    return f"__Host-{name}" if _https(connection) else name
