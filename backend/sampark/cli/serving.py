"""The dashboard of a running system, until Ctrl-C."""

import logging
import secrets
import signal
import threading
from types import FrameType

from rich.console import Console

from sampark.cli.connect import opened
from sampark.desk.people import People
from sampark.domain.base import AccountId
from sampark.errors import SettingsError
from sampark.server import Server, build_app, surfaces
from sampark.settings import Settings
from sampark.wiring import GOOGLE, System
from sampark.world import World

FIRST = "operator"
"""The user that is made where there is none yet, with a password that nobody knows."""


def beside_sandbox(chosen: Settings, console: Console) -> None:
    """Run Sampark and a Gmail sandbox on this machine until Ctrl-C."""
    world = World(chosen.home, settings=chosen, listen=True)
    with console.status("Starting"):
        world.start()
    try:
        keep_serving(world, console, link=False)
    finally:
        world.stop()


def beside_gmail(chosen: Settings, console: Console) -> None:
    """Run Sampark on the connected mailboxes until Ctrl-C.

    Raises:
        SettingsError: no mailbox is connected.
    """
    accounts = connected(chosen)
    if not accounts:
        raise SettingsError(
            "no mailbox is connected.",
            fix="Type sampark connect, or leave SAMPARK_GMAIL_ENDPOINT empty to use the embedded "
            "sandbox.",
        )
    with System(chosen, endpoint=chosen.gmail_endpoint or GOOGLE) as system:
        say(console, "Mailboxes", ", ".join(accounts))
        serve_until_told(system, console)


def connected(chosen: Settings) -> list[AccountId]:
    """Return the mailboxes that have a grant."""
    with opened(chosen) as store:
        return store.accounts.granted()


def keep_serving(world: World, console: Console, *, link: bool = True) -> None:
    """Serve a running world and its sandbox until Ctrl-C; print addresses and a sign-in link.

    Args:
        world: It stays running; who started it stops it.
        console: Where the addresses are printed.
        link: Print a link that signs in once, not only where there was no user before.

    Raises:
        SettingsError: the dashboard's port is in use.
    """
    say(console, "Mailbox", f"{world.sandbox.endpoint} (sampark mail send, sampark mail read)")
    serve_until_told(world, console, link=link)


def serve_until_told(running: System | World, console: Console, *, link: bool = False) -> None:
    """Serve every surface of a running system until Ctrl-C or SIGTERM.

    Args:
        running: What is served.
        console: Where the address is printed.
        link: Print a link that signs in once, not only where there was no user before.

    Raises:
        SettingsError: the dashboard's port is in use.
    """
    # a browser that leaves in the midst of an answer is no news: asyncio would warn of each
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    desk = surfaces(running)
    settings = running.settings
    with Server(build_app(desk), host=settings.host, port=settings.port) as server:
        made = _first_user(desk.people)
        say(console, "Dashboard", server.address)
        if link or made:
            token = desk.people.link(desk.people.everyone()[0].name)
            say(console, "Sign in", f"{server.address}/link/{token} (once, within 15 minutes)")
        else:
            name, port = desk.people.everyone()[0].name, server.address.rpartition(":")[2]
            link_of = f"sampark users link {name} --port {port}"
            say(console, "Sign in", f"with your password, or: {link_of}")
        say(console, "Stop", "Ctrl-C")
        wait_until_told()
        console.print("Stopping.", style="dim")


def say(console: Console, what: str, words: str) -> None:
    """Print one line of where things are; it is never wrapped, so that it can be copied."""
    console.print(f"[bold]{what:<10}[/] {words}", soft_wrap=True, highlight=False)


def wait_until_told() -> None:
    """Block until Ctrl-C or SIGTERM."""
    told = threading.Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        told.set()

    before = {number: signal.signal(number, tell) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        told.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _first_user(people: People) -> bool:
    """Make the first user where there is none; return whether one was made."""
    if people.everyone():
        return False
    people.add(FIRST, secrets.token_urlsafe(24), "operator")
    return True
