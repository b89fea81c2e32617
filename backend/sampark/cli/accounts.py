"""`sampark accounts`: the mailboxes, and how each of them stands."""

import argparse
import json
from datetime import datetime

from rich.console import Console
from rich.table import Table

from sampark import settings
from sampark.cli.connect import opened
from sampark.domain.ports import SystemClock
from sampark.mailbox.oauth import allowed
from sampark.storage.rows import AccountRow
from sampark.storage.store import Store

_NONE = "No mailbox is connected yet: sampark connect --client-secrets FILE"


def listing(arguments: argparse.Namespace) -> int:
    """List every mailbox that has or had a grant, or was answered from the sandbox."""
    chosen = settings.load(home=arguments.home)
    now = SystemClock().now()
    with opened(chosen) as store:
        rows = [_row(store, row, now) for row in store.accounts.all()]
    if arguments.json:
        print(json.dumps(rows, indent=2))
    elif rows:
        _show(rows, now)
    else:
        print(_NONE)
    return 0


def _row(store: Store, row: AccountRow, now: datetime) -> dict[str, object]:
    last = store.mails.last_internal_date(row.account)
    return {
        "address": row.account,
        "state": row.state if row.scopes or row.state != "connected" else "sandbox",
        "scopes": list(row.scopes),
        "connected_at": _text(row.connected_at),
        "cursor": row.cursor,
        "cursor_age_seconds": None if row.read_at is None else _seconds(row.read_at, now),
        "watch_expires_at": _text(row.watch_expires_at),
        "last_mail_at": _text(last),
    }


def _show(rows: list[dict[str, object]], now: datetime) -> None:
    table = Table("address", "state", "may", "read", "watch until", "last mail", box=None)
    for row in rows:
        age = row["cursor_age_seconds"]
        table.add_row(
            str(row["address"]),
            _STATES.get(str(row["state"]), str(row["state"])),
            allowed([str(scope) for scope in _list(row["scopes"])]) or "-",
            "never" if age is None else f"{_span(float(str(age)))} ago",
            _moment(row["watch_expires_at"]),
            _ago(row["last_mail_at"], now),
        )
    Console().print(table)


_STATES = {
    "connected": "[green]connected[/]",
    "reconnect needed": "[red]reconnect needed: sampark connect[/]",
}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _seconds(moment: datetime, now: datetime) -> int:
    return max(0, round((now - moment).total_seconds()))


def _moment(text: object) -> str:
    if text is None:
        return "-"
    return datetime.fromisoformat(str(text)).astimezone().strftime("%Y-%m-%d %H:%M")


def _ago(text: object, now: datetime) -> str:
    if text is None:
        return "-"
    return f"{_span(_seconds(datetime.fromisoformat(str(text)), now))} ago"


def _span(seconds: float) -> str:
    """Return a span of time in the unit that a person would use."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
