"""`sampark connect` and `sampark disconnect`: give Sampark a Gmail mailbox, and take it back."""

import argparse
import webbrowser
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from sampark import settings
from sampark.domain.base import AccountId
from sampark.errors import MailboxError, ReconnectNeeded, SamparkError, SettingsError
from sampark.mailbox import oauth
from sampark.mailbox.gmail import Gmail
from sampark.mailbox.grant import Grant, StoredCredentials
from sampark.settings import Settings
from sampark.storage.store import Store
from sampark.wiring import GOOGLE, load_grant, open_vault

GUIDE = "docs/connect-gmail.md"


def connect(arguments: argparse.Namespace) -> int:
    """Ask for access in a browser and keep the grant."""
    chosen = settings.load(home=arguments.home)
    scopes = oauth.wanted_scopes(labels=arguments.labels, pubsub=arguments.pubsub)
    meant = (arguments.account or "").strip().lower()
    with opened(chosen) as store:
        client = _client(chosen, store, arguments.client_secrets)
        wish = oauth.Wish(scopes, hint=meant, port=arguments.callback_port)
        show = _print_only if arguments.no_browser else _print_and_open
        grant = oauth.ask(client, addresses(chosen), wish, show)
        account, cursor = _owner(chosen, grant, meant)
        store.accounts.connect(account, grant.model_dump_json(), scopes=grant.scopes)
        # A mailbox that was read before goes on where it stopped; a new one begins with new mail.
        if store.accounts.cursor(account) is None:
            store.accounts.move_cursor(account, cursor)
    print(f"{account} is connected, for {oauth.allowed(grant.scopes)}.")
    print(f"Who may ask: {', '.join(chosen.requesters)} (SAMPARK_REQUESTERS).")
    print("Answer its mail: sampark serve (one that runs takes it up by itself).")
    return 0


def disconnect(arguments: argparse.Namespace) -> int:
    """Give the grant back to Google and forget it; mails and tasks stay."""
    chosen = settings.load(home=arguments.home)
    account = AccountId(arguments.address.strip().lower())
    with opened(chosen) as store:
        if account not in store.accounts.granted():
            known = ", ".join(store.accounts.granted()) or "none"
            raise SettingsError(f"{account} is not connected.", fix=f"Connected: {known}.")
        if not arguments.forget_only:
            _give_back(store, account, chosen.oauth_revoke_uri)
        store.accounts.disconnect(account)
        waiting = sum(row.account == account for row in store.tasks.open())
    print(f"{account} is disconnected. Its mails and tasks stay in {chosen.home}.")
    if waiting:
        print(f"{waiting} of its tasks are not done: they go on when it is connected again.")
    return 0


@contextmanager
def opened(chosen: Settings) -> Generator[Store]:
    """Open the store for one command."""
    store = Store.open(chosen.store_url, vault=open_vault(chosen))
    try:
        yield store
    finally:
        store.close()


def addresses(chosen: Settings) -> oauth.Addresses:
    """Return where grants are given, exchanged and given back."""
    return oauth.Addresses(
        auth_uri=chosen.oauth_auth_uri,
        token_uri=chosen.oauth_token_uri,
        revoke_uri=chosen.oauth_revoke_uri,
    )


def _client(chosen: Settings, store: Store, named: str | None) -> oauth.Client:
    """Return the client of the file that is named, else that of a mailbox connected before."""
    path = Path(named) if named else chosen.client_secrets
    if path is not None:
        return oauth.Client.read(path.expanduser())
    for account in store.accounts.granted():
        grant = load_grant(store, account)
        if grant is not None:
            return oauth.Client(client_id=grant.client_id, client_secret=grant.client_secret)
    raise SettingsError(
        "no OAuth client is known.", fix=f"Give its file: --client-secrets FILE. How: {GUIDE}"
    )


def checked(chosen: Settings, store: Store, account: AccountId) -> None:
    """Read a connected mailbox's profile with its stored grant.

    Raises:
        SamparkError: the mailbox cannot be read; the fix says what to do.
    """
    _profile(chosen, account, lambda: load_grant(store, account))


def _owner(chosen: Settings, grant: Grant, meant: str) -> tuple[AccountId, str]:
    """Return whose mailbox was granted, and its newest history id; only the one meant will do."""
    account, cursor = _profile(chosen, AccountId(meant), lambda: grant)
    if meant and account != meant:
        raise SettingsError(
            f"{account} was chosen in the browser, but {meant} was meant.",
            fix="Type sampark connect again and choose it.",
        )
    return account, cursor


def _profile(
    chosen: Settings, account: AccountId, load: Callable[[], Grant | None]
) -> tuple[AccountId, str]:
    """Return a mailbox's address and its newest history id, or raise why it cannot be read."""
    credentials = StoredCredentials(load, token_uri=chosen.oauth_token_uri)
    gmail = Gmail(account, endpoint=chosen.gmail_endpoint or GOOGLE, credentials=credentials)
    try:
        return gmail.profile()
    except ReconnectNeeded as error:
        raise ReconnectNeeded(f"{account}: {error.problem}", fix=error.fix) from error
    except MailboxError as error:
        raise _explained(error) from error
    finally:
        gmail.close()


def _explained(error: MailboxError) -> SamparkError:
    if "accessNotConfigured" not in error.problem and "SERVICE_DISABLED" not in error.problem:
        return error
    return SettingsError(
        "the Gmail API is not switched on in the client's project.",
        fix=f"Type: gcloud services enable gmail.googleapis.com. See {GUIDE}",
    )


def _give_back(store: Store, account: AccountId, revoke_uri: str) -> None:
    grant = load_grant(store, account)
    try:
        if grant is not None:
            oauth.revoke(grant.refresh_token, revoke_uri)
    except MailboxError as error:
        raise MailboxError(
            f"{account}: {error.problem}",
            fix="Try again, or end the access at https://myaccount.google.com/permissions and "
            "type: sampark disconnect --forget-only",
        ) from error


def _print_only(url: str) -> None:
    print(f"Open this address in a browser on this machine:\n\n{url}\n", flush=True)


def _print_and_open(url: str) -> None:
    print(f"A browser opens. If it does not, open this address:\n\n{url}\n", flush=True)
    webbrowser.open(url)
