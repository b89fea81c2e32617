"""A sandbox whose mailboxes are connected by a person's consent, as `sampark connect` does it."""

import threading
import time
from collections.abc import Callable
from contextlib import closing

from sampark.domain.base import AccountId
from sampark.mailbox import oauth
from sampark.sandbox import consent
from sampark.sandbox.person import Person
from sampark.sandbox.server import Sandbox
from sampark.settings import Settings

YOU = "you@example.com"
OURS = AccountId("sampark@example.com")
OTHER = AccountId("other@example.com")


def settings_for(sandbox: Sandbox, home, **options) -> Settings:
    """Return settings that lead every address of Google's to the sandbox."""
    here = sandbox.endpoint
    return Settings(
        home=home,
        gmail_endpoint=here,
        oauth_auth_uri=f"{here}/o/oauth2/auth",
        oauth_token_uri=f"{here}/token",
        oauth_revoke_uri=f"{here}/revoke",
        pubsub_endpoint=here,
        **{"poll_seconds": 0.05, **options},
    )


def grant(sandbox: Sandbox, chosen: Settings, account: str = OURS, *, pubsub: bool = False):
    """Consent for a mailbox; return the grant."""
    where = oauth.Addresses(chosen.oauth_auth_uri, chosen.oauth_token_uri, chosen.oauth_revoke_uri)
    path = chosen.home.parent / "client.json"
    path.write_text(sandbox.control.client_secrets(), encoding="utf-8")

    def agree(url: str) -> None:
        threading.Thread(target=consent.answer, args=(url,), kwargs={"account": account}).start()

    wish = oauth.Wish(oauth.wanted_scopes(pubsub=pubsub))
    return oauth.ask(oauth.Client.read(path), where, wish, agree)


def connect(store, sandbox: Sandbox, chosen: Settings, account: str = OURS, **more) -> None:
    """Keep a new grant of a mailbox in the store, as a command in another process does."""
    given = grant(sandbox, chosen, account, **more)
    store.accounts.connect(AccountId(account), given.model_dump_json(), scopes=given.scopes)


def wait_for(what: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def ask(sandbox: Sandbox, subject: str = "Hello", *, to: str = OURS) -> None:
    """Let the requester mail a question that is answered at once."""
    with closing(Person(sandbox.endpoint, email=YOU, token=sandbox.token(YOU))) as person:
        person.write("What can you do?", to=to, subject=subject)


def answers(sandbox: Sandbox) -> list[str]:
    """Return the subjects of the answers that the requester has, sorted."""
    with closing(Person(sandbox.endpoint, email=YOU, token=sandbox.token(YOU))) as person:
        return sorted(
            letter.subject.removeprefix("Re: ") for letter in person.letters(label="INBOX")
        )


def requests(sandbox: Sandbox, path: str) -> int:
    """Return how many requests to such a path were seen."""
    return len([seen for seen in sandbox.control.requests() if seen.path.endswith(path)])
