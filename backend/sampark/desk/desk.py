"""The desk: the one object that pages and routes are given."""

from dataclasses import dataclass

from sampark.desk.commands import Commands
from sampark.desk.mailroom import Mailroom
from sampark.desk.people import People
from sampark.desk.queries import Queries


@dataclass(frozen=True)
class Desk:
    """What may be asked, done, and by whom. `mailroom` is there only beside a sandbox."""

    ask: Queries
    do: Commands
    people: People
    mailroom: Mailroom | None = None
