"""The client of all the sandbox's switches: those of `Control`, and those of OAuth."""

import json

from sampark.sandbox.control import Control


class Switchboard(Control):
    """Talks to the control endpoint of a running sandbox."""

    def client_secrets(self) -> str:
        """Return the sandbox's OAuth client as the JSON file that Google offers for download."""
        return json.dumps(self._call("GET", "client-secrets"))

    def revoke_grants(self, email: str) -> None:
        """End every grant of an account, as its owner may at any time: refreshing is refused."""
        self._call("POST", "revocations", {"email": email})

    def expire_tokens(self, email: str) -> None:
        """Let an account's access tokens be too old: 401 until they are refreshed."""
        self._call("POST", "expired-tokens", {"email": email})

    def token_lifetime(self, seconds: int) -> None:
        """Let access tokens that are handed out from now on live so many seconds."""
        self._call("POST", "token-lifetimes", {"seconds": seconds})
