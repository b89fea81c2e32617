"""`sampark accounts`: the mailboxes, and how each of them stands."""

import argparse
import json
from datetime import UTC, datetime
from typing import cast

from rich.console import Console
from rich.table import Table

from sampark import settings
from sampark.cli.connect import opened
from sampark.desk.standing import mailbox_line, span
from sampark.domain.ports import SystemClock
from sampark.mailbox.oauth import allowed
from sampark.storage.rows import AccountRow, QuotaUse
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
        "state": mailbox_line(row).state,
        "scopes": list(row.scopes),
        "connected_at": _text(row.connected_at),
        "cursor": row.cursor,
        "cursor_age_seconds": None if row.read_at is None else _seconds(row.read_at, now),
        "watch_expires_at": _text(row.watch_expires_at),
        "quota": _quota(row.quota, now),
        "last_mail_at": _text(last),
    }


def _quota(use: QuotaUse | None, now: datetime) -> dict[str, object] | None:
    """Return what was drawn of the quota, in units; peak and sum are of today (UTC)."""
    if use is None:
        return None
    today = use.at.date() == now.astimezone(UTC).date()
    return {
        "last_minute": use.minute,
        "limit_per_minute": use.limit,
        "peak_minute_today": use.peak if today else 0,
        "today": use.today if today else 0,
        "noted_at": _text(use.at),
    }


def _show(rows: list[dict[str, object]], now: datetime) -> None:
    table = Table.grid("", "", padding=(0, 2))
    for row in rows:
        state = str(row["state"])
        table.add_row(f"[bold]{row['address']}[/]", _STATES.get(state, state))
        table.add_row("  may", allowed([str(scope) for scope in _list(row["scopes"])]) or "-")
        table.add_row("  read", f"{_read(row)}{_last(row, now)}")
        table.add_row("  watch until", _moment(row["watch_expires_at"]))
        table.add_row("  quota units", _units(row["quota"], now))
    Console(highlight=False).print(table)


def _read(row: dict[str, object]) -> str:
    age = row["cursor_age_seconds"]
    return "never" if age is None else f"{span(float(str(age)))} ago"


def _last(row: dict[str, object], now: datetime) -> str:
    last = row["last_mail_at"]
    return "" if last is None else f"; its last mail came {_ago(last, now)}"


def _units(quota: object, now: datetime) -> str:
    if not isinstance(quota, dict):
        return "-"
    use = cast("dict[str, object]", quota)
    return (
        f"{use['last_minute']:,} of {use['limit_per_minute']:,} a minute, "
        f"{_ago(use['noted_at'], now)}; most today {use['peak_minute_today']:,}, "
        f"in all {use['today']:,}"
    )


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
    return f"{span(_seconds(datetime.fromisoformat(str(text)), now))} ago"
