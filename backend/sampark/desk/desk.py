"""The desk: the one object that pages and routes are given."""

from collections.abc import Callable
from dataclasses import dataclass

from sampark.desk.commands import Commands
from sampark.desk.mailroom import Mailroom
from sampark.desk.people import People
from sampark.desk.queries import Queries


@dataclass(frozen=True)
class Desk:
    """What may be asked, done, and by whom. `mailroom` is there only beside a sandbox.

    `push` takes a hint of Gmail's, with its Authorization header, where pushes are expected.
    """

    ask: Queries
    do: Commands
    people: People
    mailroom: Mailroom | None = None
    push: Callable[[str, bytes], None] | None = None
