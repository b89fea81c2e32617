"""`sampark import`: read what a mailbox held before it was connected, for the lab.

It may run beside `sampark serve`: each batch is a short transaction, and mail that `serve` is still
to act on is left to it.
"""

import argparse
import json
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from google.oauth2.credentials import Credentials
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from sampark import settings
from sampark.cli.connect import opened
from sampark.domain.base import AccountId
from sampark.errors import SettingsError
from sampark.mailbox import past
from sampark.mailbox.gmail import Gmail
from sampark.mailbox.grant import StoredCredentials
from sampark.sandbox.server import Sandbox
from sampark.settings import Settings
from sampark.storage.store import Store
from sampark.wiring import GOOGLE, CredentialsFor, load_grant, quota_of

SHARE = 0.75
"""What import takes of an account's quota: answering mail goes on beside it."""


@dataclass
class Summary:
    """What an import of one mailbox did, in messages; `seconds` is how long it took.

    `stored` were here before; `gone` were deleted meanwhile; `refused` were not handed out.
    """

    account: AccountId
    since: str
    found: int = 0
    stored: int = 0
    imported: int = 0
    gone: int = 0
    refused: int = 0
    seconds: float = 0.0

    @property
    def left(self) -> int:
        """How many were found and not asked for yet."""
        return self.found - self.imported - self.gone - self.refused


def run(arguments: argparse.Namespace) -> int:
    """Import from one mailbox, or from each; 1 if Gmail did not hand out all of it."""
    since = moment(arguments.since)
    chosen = settings.load(home=arguments.home)
    console = Console(stderr=arguments.json)
    summaries: list[Summary] = []
    with opened(chosen) as store, _mailboxes(chosen, store, arguments.account) as mailboxes:
        for gmail in mailboxes:
            summary = Summary(gmail.account, since.isoformat())
            summaries.append(summary)
            _import(gmail, store, summary, since, arguments.limit, console)
    if arguments.json:
        print(json.dumps([asdict(summary) for summary in summaries], indent=2))
    else:
        _tell(summaries, chosen)
    return 1 if any(summary.refused for summary in summaries) else 0


def moment(text: str) -> datetime:
    """Read a date, or a date and a time, where no zone is named on this machine's clock.

    Raises:
        SettingsError: It is none.
    """
    try:
        found = datetime.fromisoformat(text.strip()).astimezone()
        found.astimezone(UTC).timestamp()
    except (ValueError, OverflowError, OSError):
        found = None
    # Gmail takes small numbers for something else than seconds.
    if found is None or found.year < 1990:
        raise SettingsError(
            f"{text!r} is no date.", fix="Write it as 2026-01-31: import --since 2026-01-31"
        )
    return found


def _import(
    gmail: Gmail,
    store: Store,
    summary: Summary,
    since: datetime,
    most: int | None,
    console: Console,
) -> None:
    began = time.monotonic()
    row = store.accounts.get(gmail.account)
    try:
        with console.status(f"Listing {gmail.account}"):
            found = past.find(
                gmail, store.mails, since=since, until=row.added_at, cursor=row.cursor, most=most
            )
        summary.found, summary.stored = found.mails, found.stored
        with _progress(console) as progress:
            bar = progress.add_task(gmail.account, total=found.mails)
            for brought in past.bring_in(gmail, store.mails, found):
                summary.imported += brought.imported
                summary.gone += brought.gone
                summary.refused += brought.refused
                progress.advance(bar, sum(brought))
    finally:
        summary.seconds = round(time.monotonic() - began, 3)
        if summary.left:
            told = (
                f"{summary.imported:,} of {summary.found:,} mails of {gmail.account} are imported"
            )
            sys.stderr.write(f"{told}; the same command goes on from there.\n")


def _progress(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("mails"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )


def _tell(summaries: list[Summary], chosen: Settings) -> None:
    for each in summaries:
        more = [f"{each.stored:,} were here before"] if each.stored else []
        more += [f"{each.gone:,} were deleted meanwhile"] if each.gone else []
        more += [f"{each.refused:,} were refused: try again later"] if each.refused else []
        print("; ".join([f"{each.account}: {each.imported:,} mails imported", *more]) + ".")
    if any(each.imported for each in summaries):
        print(f"Read them in a notebook: Lab.open({str(chosen.home)!r}).imported()")


@contextmanager
def _mailboxes(chosen: Settings, store: Store, named: str | None) -> Generator[list[Gmail]]:
    """Open the mailbox that is named, else every one there is."""
    with ExitStack() as at_last:
        if chosen.gmail_endpoint or store.accounts.granted():
            accounts = _meant(store.accounts.granted(), named)
            at, credentials = chosen.gmail_endpoint or GOOGLE, _granted(chosen, store)
        else:
            accounts = _meant(_embedded(chosen, store), named)
            sandbox = at_last.enter_context(Sandbox(chosen.home / "sandbox.db", accounts=accounts))
            at, credentials = sandbox.endpoint, _of(sandbox)
        opened_here = [
            Gmail(
                account,
                endpoint=at,
                credentials=credentials(account),
                quota=quota_of(chosen, at, share=SHARE),
            )
            for account in accounts
        ]
        for gmail in opened_here:
            at_last.callback(gmail.close)
        yield opened_here


def _embedded(chosen: Settings, store: Store) -> list[AccountId]:
    """Return the accounts that were answered from the embedded sandbox."""
    added = {row.account for row in store.accounts.all()}
    return [AccountId(name) for name in chosen.accounts if name in added]


def _of(sandbox: Sandbox) -> CredentialsFor:
    return lambda account: Credentials(token=sandbox.token(account))


def _granted(chosen: Settings, store: Store) -> CredentialsFor:
    return lambda account: StoredCredentials(
        lambda: load_grant(store, account), token_uri=chosen.oauth_token_uri
    )


def _meant(known: list[AccountId], named: str | None) -> list[AccountId]:
    if not known:
        raise SettingsError(
            "no mailbox is connected.",
            fix="Type sampark connect, or start sampark serve once for the embedded sandbox.",
        )
    if named is None:
        return known
    account = AccountId(named.strip().lower())
    if account not in known:
        raise SettingsError(f"{account} is not connected.", fix=f"Connected: {', '.join(known)}.")
    return [account]
