"""`sampark serve`: answer mail and show the dashboard, in one process."""

import argparse
import json

from google.oauth2.credentials import Credentials
from rich.console import Console

from sampark import settings
from sampark.cli.serving import keep_serving, serve_until_told
from sampark.desk.people import grant
from sampark.domain.base import AccountId
from sampark.errors import SettingsError
from sampark.settings import Settings
from sampark.wiring import System, open_vault
from sampark.world import World

SANDBOX_PORT = 8025


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    chosen = settings.load(
        home=arguments.home, port=arguments.port, sandbox_port=arguments.sandbox_port
    )
    console = Console()
    if chosen.gmail_endpoint:
        _beside_gmail(chosen, console)
        return 0
    if arguments.sandbox_port is None and chosen.sandbox_port == 0:
        chosen = chosen.model_copy(update={"sandbox_port": SANDBOX_PORT})
    with World(chosen.home, settings=chosen, listen=True) as world:
        keep_serving(world, console, link=False)
    return 0


def _beside_gmail(chosen: Settings, console: Console) -> None:
    system = System(
        chosen,
        endpoint=chosen.gmail_endpoint,
        credentials=lambda account: stored_credentials(chosen, account),
    )
    with system:
        serve_until_told(system, console)


def stored_credentials(chosen: Settings, account: AccountId) -> Credentials:
    """Return the credentials that were stored when the account was connected.

    Raises:
        SettingsError: the account is not connected, or what is stored cannot be read.
    """
    stored = grant(chosen.store_url, vault=open_vault(chosen), account=account)
    if stored is None:
        raise SettingsError(
            f"the account {account} is not connected.",
            fix="Connect it, or leave SAMPARK_GMAIL_ENDPOINT empty to use the embedded sandbox.",
        )
    try:
        known = json.loads(stored)
        if "refresh_token" in known:
            return Credentials.from_authorized_user_info(known)
        return Credentials(token=known["token"])
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"the stored credentials of {account} cannot be read.", fix="Connect it again."
        ) from error
