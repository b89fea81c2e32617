"""`sampark doctor`: is this installation able to answer mail?"""

import argparse
import importlib
import json
import platform
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from sampark import settings
from sampark.domain.ports import SystemClock
from sampark.errors import SamparkError, SettingsError
from sampark.settings import Settings

TOOL_LIBRARIES = (
    "duckdb",
    "vl_convert",
    "typst",
    "docx",
    "openpyxl",
    "pypdf",
    "resvg_py",
)


@dataclass(frozen=True)
class Finding:
    """One check: `ok`, what was found, and the fix if it is not."""

    name: str
    ok: bool
    found: str
    fix: str = ""


def run(arguments: argparse.Namespace) -> int:
    """Run every check; return 1 if one failed."""
    chosen = settings.load(home=arguments.home)
    findings = [_checked(name, check, chosen) for name, check in CHECKS]
    findings += _alarms(chosen)
    if arguments.json:
        print(json.dumps([vars(finding) for finding in findings], indent=2))
    else:
        _show(findings)
    return 0 if all(finding.ok for finding in findings) else 1


def _python(_: Settings) -> str:
    return platform.python_version()


def _settings(_: Settings) -> str:
    strange = settings.unknown()
    if strange:
        nearest = ", ".join(filter(None, strange.values()))
        raise SettingsError(
            f"no setting is called {', '.join(strange)}.",
            fix=f"Did you mean {nearest}?" if nearest else "Unset it.",
        )
    return "every SAMPARK_ variable is known"


def _home(chosen: Settings) -> str:
    return str(settings.make_home(chosen.home))


def _store(chosen: Settings) -> str:
    from sampark.storage.store import Store
    from sampark.wiring import open_vault

    vault = open_vault(chosen)
    store = Store.open(chosen.store_url, vault=vault)
    tasks = len(store.tasks.rows(limit=1_000))
    store.close()
    return f"opens with the key {vault.key_id}; {tasks} tasks"


def _mailboxes(chosen: Settings) -> str:
    from sampark.cli.connect import checked, opened

    with opened(chosen) as store:
        accounts = store.accounts.granted()
        for account in accounts:
            checked(chosen, store, account)
    if not accounts:
        return "none connected: sampark serve runs the embedded sandbox"
    return f"can be read: {', '.join(accounts)}"


def _libraries(_: Settings) -> str:
    missing = []
    for name in TOOL_LIBRARIES:
        try:
            importlib.import_module(name)
        except ImportError:
            missing.append(name)
    if missing:
        raise SettingsError(f"missing: {', '.join(missing)}.", fix="Install again: poetry install")
    return f"{len(TOOL_LIBRARIES)} tool libraries"


def _models(chosen: Settings) -> str:
    if not chosen.models:
        return "none configured: only predefined plans"
    from sampark.llm.models import from_settings

    from_settings(chosen.models)  # raises for a string that names no model
    return ", ".join(f"{role}: {model}" for role, model in chosen.models.items())


def _port(chosen: Settings) -> str:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as error:
            if _serves(chosen):
                return f"{chosen.host}:{chosen.port} is where sampark serve runs"
            raise SettingsError(
                f"port {chosen.port} is in use.", fix="Set SAMPARK_PORT or give --port."
            ) from error
    return f"{chosen.host}:{chosen.port} is free"


def _serves(chosen: Settings) -> bool:
    """Whether what listens on the dashboard's port is Sampark itself."""
    import httpx

    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    try:
        told = httpx.get(f"http://{host}:{chosen.port}/health", timeout=5, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(told, dict) and {"boot", "version"} <= {*told}


def _answering(_: Settings) -> str:
    from sampark.world import World

    here = settings.load(accounts=("sampark@example.com",), requesters=("you@example.com",))
    with tempfile.TemporaryDirectory() as scratch, World(Path(scratch), settings=here) as world:
        person = world.person("you@example.com")
        sent = person.write("What can you do?", to=world.account, subject="Hello")
        world.settle(seconds=60)
        answers = person.thread(sent.thread_id)[1:]
    if len(answers) != 1:
        raise SettingsError("a test mail in a scratch sandbox was not answered.", fix="Report it.")
    return "a test mail in a scratch sandbox was answered"


CHECKS: tuple[tuple[str, Callable[[Settings], str]], ...] = (
    ("Python", _python),
    ("settings", _settings),
    ("data folder", _home),
    ("store and key", _store),
    ("mailboxes", _mailboxes),
    ("libraries", _libraries),
    ("models", _models),
    ("dashboard port", _port),
    ("answering", _answering),
)


def _checked(name: str, check: Callable[[Settings], str], chosen: Settings) -> Finding:
    try:
        return Finding(name=name, ok=True, found=check(chosen))
    except SamparkError as error:
        return Finding(name=name, ok=False, found=error.problem, fix=error.fix)


def _alarms(chosen: Settings) -> list[Finding]:
    """Return what the dashboard shows as alarms; nothing where the store cannot be opened."""
    from sampark.cli.connect import opened
    from sampark.desk.standing import alarms

    try:
        with opened(chosen) as store:
            found = alarms(store, SystemClock().now())
    except SamparkError:  # the check of the store has told it
        return []
    if not found:
        return [Finding(name="alarms", ok=True, found="none")]
    return [
        Finding(name="alarm", ok=not each.urgent, found=f"{each.title} {each.detail}", fix=each.fix)
        for each in found
    ]


def _show(findings: list[Finding]) -> None:
    table = Table(box=None, show_header=False)
    for finding in findings:
        mark = "[green]ok[/]" if finding.ok else "[red]no[/]"
        table.add_row(mark, f"[bold]{finding.name}[/]", f"{finding.found} [yellow]{finding.fix}[/]")
    Console().print(table)
