"""Pushes of Pub/Sub: whether it really was Google that knocked.

Each push bears a token that Google signed for our subscription (Pub/Sub, "Authentication for push
subscriptions"): its signature, its issuer, its audience and the service account must all be right.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping

import httplib2
from google.auth import jwt
from google.auth.exceptions import GoogleAuthError

from sampark.errors import MailboxError

ISSUERS = frozenset({"accounts.google.com", "https://accounts.google.com"})
_KEPT = 3_600.0  # seconds; Google rotates its keys over days

Certificates = Mapping[str, str]


class PushRefused(MailboxError):
    """The push does not prove that it comes from our own subscription."""


class PushCheck:
    """Checks the token of a push.

    Args:
        audience: What the subscription was made with; by default its own endpoint's address.
        service_account: The address that the subscription signs as.
        certificates: Returns Google's X.509 certificates by key id; they are kept for an hour.
    """

    def __init__(
        self, *, audience: str, service_account: str, certificates: Callable[[], Certificates]
    ) -> None:
        self._audience = audience
        self._service_account = service_account
        self._certificates = certificates
        self._lock = threading.Lock()
        self._known: Certificates = {}
        self._asked = -_KEPT

    def check(self, authorization: str) -> None:
        """Return if a push with this Authorization header is ours.

        Raises:
            PushRefused: It is not; the words say why and quote nothing.
            MailboxError: Google's certificates cannot be had now.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise PushRefused("The push bears no token.")
        try:
            claims = jwt.decode(token.strip(), certs=self._fresh(), audience=self._audience)
        except (ValueError, GoogleAuthError) as error:
            raise PushRefused("The push's token is not valid for this endpoint.") from error
        if claims.get("iss") not in ISSUERS:
            raise PushRefused("The push's token was not issued by Google.")
        if claims.get("email") != self._service_account or claims.get("email_verified") is not True:
            raise PushRefused("The push's token is of another service account.")

    def _fresh(self) -> Certificates:
        with self._lock:
            if time.monotonic() - self._asked >= _KEPT:
                self._known = self._certificates()
                self._asked = time.monotonic()
            return self._known


def download(url: str, *, timeout: float = 10.0) -> Certificates:
    """Return Google's certificates by key id; raises MailboxError."""
    http = httplib2.Http(timeout=timeout)
    try:
        answer, content = http.request(url)
        found = json.loads(content) if answer.status == 200 else None
    except (OSError, ValueError, httplib2.HttpLib2Error) as error:
        raise MailboxError("Google's certificates cannot be had.") from error
    finally:
        http.close()
    if not isinstance(found, dict):
        raise MailboxError("Google's certificates cannot be had.")
    return {str(key): str(value) for key, value in found.items()}
