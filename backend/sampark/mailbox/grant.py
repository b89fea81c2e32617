"""A mailbox's grant: what a person allowed, and the credentials that live on it.

The refresh token is kept by the store, sealed. The access token is only ever in memory.
"""

import threading
import time
from collections.abc import Callable

from google.auth.exceptions import RefreshError
from google.auth.transport import Request
from google.oauth2.credentials import Credentials
from pydantic import Field, ValidationError

from sampark.domain.base import Frozen
from sampark.errors import ReconnectNeeded

READONLY = "https://www.googleapis.com/auth/gmail.readonly"
COMPOSE = "https://www.googleapis.com/auth/gmail.compose"
MODIFY = "https://www.googleapis.com/auth/gmail.modify"
PUBSUB = "https://www.googleapis.com/auth/pubsub"

_DEAD_SECONDS = 3600.0
"""How long a grant that Google refused is not shown there again. It may recover: an account that
was suspended is opened again."""


class Grant(Frozen):
    """What a mailbox is opened with: a refresh token, and the OAuth client it was given to."""

    refresh_token: str = Field(repr=False, min_length=1)
    client_id: str
    client_secret: str = Field(repr=False)
    scopes: tuple[str, ...] = ()

    @classmethod
    def read(cls, stored: str) -> "Grant":
        """Return the grant that `model_dump_json` wrote.

        Raises:
            ReconnectNeeded: it is none; nothing of it is in the message.
        """
        try:
            return cls.model_validate_json(stored)
        except ValidationError:
            raise ReconnectNeeded(
                "The stored grant of the account cannot be read.",
                fix="Connect the account again: sampark connect.",
            ) from None


class StoredCredentials(Credentials):
    """Credentials that ask for the newest grant each time they renew themselves.

    So an account that is connected again while the system runs is taken up by itself. A grant that
    Google refused is not shown there again for an hour, however often it is tried. Thread-safe.
    """

    def __init__(self, load: Callable[[], Grant | None], *, token_uri: str) -> None:
        """Prepare credentials; nothing is loaded or sent yet.

        Args:
            load: Returns the account's present grant, None if it has none.
            token_uri: Google's token endpoint, or a sandbox's.
        """
        super().__init__(None, token_uri=token_uri)
        self._load = load
        self._renewing = threading.Lock()
        self._dead = ""
        self._dead_since = 0.0

    def refresh(self, request: Request) -> None:
        """Get a new access token.

        Raises:
            RefreshError: there is no grant, or Google refused it, now or within the last hour.
        """
        before = self.token
        with self._renewing:
            # Another thread may have been here while this one waited.
            if self.token == before or not self.valid:
                self._renew(request)

    def _renew(self, request: Request) -> None:
        grant = self._load()
        if grant is None:
            self._forget()
            raise RefreshError("the account has no grant", retryable=False)
        if self._is_dead(grant):
            raise RefreshError("the grant was refused before", retryable=False)
        self._refresh_token = grant.refresh_token
        self._client_id = grant.client_id
        self._client_secret = grant.client_secret
        try:
            super().refresh(request)
        except RefreshError as error:
            if not error.retryable:
                self._dead, self._dead_since = grant.refresh_token, time.monotonic()
                self._forget()
            raise

    def _is_dead(self, grant: Grant) -> bool:
        recent = time.monotonic() - self._dead_since < _DEAD_SECONDS
        return grant.refresh_token == self._dead and recent

    def _forget(self) -> None:
        """Drop the access token, so that the next request fails here and not at Google."""
        self.token = None
        self.expiry = None
