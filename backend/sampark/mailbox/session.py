"""Requests on their way to Gmail: reads that are tried again, writes that are made once."""

import threading
import weakref
from typing import Protocol, TypeVar

from google.auth.exceptions import GoogleAuthError
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from google_auth_httplib2 import Request as HttpAuthRequest
from googleapiclient.errors import HttpError

from sampark.errors import CursorExpired, MailboxError, MessageGone, ReconnectNeeded
from sampark.mailbox import refusals
from sampark.mailbox.batch import Batch
from sampark.mailbox.patience import Patience
from sampark.mailbox.quota import Quota
from sampark.mailbox.refusals import CLIENT_ERRORS, Passing
from sampark.mailbox.transport import OnceHttp

Answer = TypeVar("Answer")
Answer_co = TypeVar("Answer_co", covariant=True)


class Asks(Protocol[Answer_co]):
    """A request that is ready: `Request` of one, `Batch` of many."""

    @property
    def method(self) -> str:
        """The method's id: what the quota goes by."""
        ...

    @property
    def times(self) -> int:
        """How many requests of the method it stands for."""
        ...

    def send(self, http: object) -> Answer_co:
        """Send it once over an authorized client."""
        ...


class Session:
    """One account's connections. Safe for several threads: each has its own."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        proxied: bool,
        patience: Patience,
        quota: Quota | None,
    ) -> None:
        """Prepare; nothing is sent yet. `proxied`: whether the machine's proxy is used."""
        self._credentials = credentials
        self._proxied = proxied
        self._patience = patience
        self._quota = quota
        self._over = False
        self._own = threading.local()
        self._clients: weakref.WeakSet[OnceHttp] = weakref.WeakSet()

    def close(self) -> None:
        """Close all connections, of every thread; they are opened again when they are needed."""
        for client in list(self._clients):
            client.close()

    def retire(self) -> None:
        """Send nothing from now on; what is under way comes to its end."""
        self._over = True

    def read(
        self,
        request: Asks[Answer],
        doing: str,
        *,
        gone: type[CursorExpired | MessageGone] | None = None,
    ) -> Answer:
        """Send a read until it is answered; `doing` is what for, as "reading the history".

        Raises:
            CursorExpired, MessageGone: the answer was 404, and `gone` is this error.
            ReconnectNeeded: the grant is gone.
            MailboxError: everything else, when the attempts are used up.
        """
        for attempt in self._patience.tries(_backoff):
            with attempt:
                return self._once(request, doing, gone)
        raise AssertionError("the last attempt either returns or raises")

    def write(self, request: Asks[Answer]) -> Answer:
        """Send a request that changes something, once.

        Raises:
            CLIENT_ERRORS: what became of it; see `told`.
            ReconnectNeeded: the session was retired; nothing was sent.
        """
        return self._send(request, self._http("writer", renewals=0))

    def told(self, error: Exception, doing: str) -> MailboxError:
        """Return what a failed write means. After a 401 the grant is renewed for the next call.

        Raises:
            ReconnectNeeded: the grant cannot be renewed; nothing was changed.
        """
        if refusals.status_of(error) != 401:
            return refusals.explain(error, doing)
        request = HttpAuthRequest(OnceHttp(timeout=self._patience.timeout, proxied=self._proxied))
        try:
            self._credentials.refresh(request)
        except GoogleAuthError as refused:
            raise refusals.explain(refused, "renewing the grant") from None
        return Passing(f"Gmail answered 401 while {doing}; the grant was renewed.")

    def _once(
        self, request: Asks[Answer], doing: str, gone: type[CursorExpired | MessageGone] | None
    ) -> Answer:
        try:
            return self._send(request, self._http("reader", renewals=2))
        except CLIENT_ERRORS as error:
            if gone is not None and refusals.status_of(error) == 404:
                raise gone(f"Gmail answered 404 while {doing}.") from None
            # The client renews the grant for a request that is refused, not for one of its parts.
            if isinstance(request, Batch) and refusals.status_of(error) == 401:
                raise self.told(error, doing) from None
            raise refusals.explain(error, doing) from None

    def _send(self, request: Asks[Answer], http: AuthorizedHttp) -> Answer:
        """Send a request once, when the quota lets it go."""
        if self._over:
            raise ReconnectNeeded("The account was disconnected.", fix="Type: sampark connect.")
        if self._quota is not None:
            self._quota.spend(request.method, request.times)
        try:
            return request.send(http)
        except HttpError as refused:
            if self._quota is not None and refusals.is_over_rate(refused):
                self._quota.hold(refusals.retry_after(refused) or self._patience.pause)
            raise

    def _http(self, role: str, *, renewals: int) -> AuthorizedHttp:
        """This thread's client. Only reads are sent again after the grant was renewed."""
        # httplib2 is not safe for several threads.
        known: AuthorizedHttp | None = getattr(self._own, role, None)
        if known is None:
            once = OnceHttp(timeout=self._patience.timeout, proxied=self._proxied)
            self._clients.add(once)
            known = AuthorizedHttp(self._credentials, http=once, max_refresh_attempts=renewals)
            setattr(self._own, role, known)
        return known


def _backoff(error: Exception) -> bool | float:
    """Whether a read is tried again, and after how many seconds where Gmail said so."""
    if not isinstance(error, Passing):
        return False
    return True if error.retry_after is None else error.retry_after
