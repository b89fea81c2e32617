"""The mailboxes that are connected at the moment, as many threads see them."""

import threading
from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from datetime import datetime

from sampark.domain.base import AccountId
from sampark.errors import ReconnectNeeded
from sampark.mailbox.gmail import Gmail


class Mailboxes(Mapping[AccountId, Gmail]):
    """Connected mailboxes by address. Safe for several threads: what is iterated does not change.

    Args:
        opened: Returns the client of an account; nothing is sent yet.
    """

    def __init__(self, opened: Callable[[AccountId], Gmail]) -> None:
        self._opened = opened
        self._changing = threading.Lock()
        self._grants: Mapping[AccountId, datetime] = {}
        # Never changed, only replaced: readers need no lock.
        self._now: Mapping[AccountId, Gmail] = {}

    def __getitem__(self, account: AccountId) -> Gmail:
        return self._now[account]

    def __iter__(self) -> Iterator[AccountId]:
        return iter(self._now)

    def __len__(self) -> int:
        return len(self._now)

    def items(self) -> ItemsView[AccountId, Gmail]:
        """Return addresses and clients, as they are together at this moment."""
        return self._now.items()

    def values(self) -> ValuesView[Gmail]:
        """Return the clients of this moment."""
        return self._now.values()

    def follow(self, grants: Mapping[AccountId, datetime]) -> frozenset[AccountId]:
        """Open the mailboxes that came, leave those that went; return which those were.

        One whose grant is another than before is opened anew, with the new grant. From one that went
        no request is sent any more, by whoever still holds it.

        Args:
            grants: The mailboxes that have a grant, and since when they have had this one.
        """
        with self._changing:
            before = self._grants
            changed = {each for each in {*before, *grants} if before.get(each) != grants.get(each)}
            gone = [self._now[each] for each in changed - {*grants} if each in self._now]
            stay = {each: gmail for each, gmail in self._now.items() if each not in changed}
            came = {each: self._opened(each) for each in sorted(changed & {*grants})}
            self._now, self._grants = stay | came, dict(grants)
        for gmail in gone:
            gmail.retire()
        return frozenset(changed)

    def add(self, account: AccountId) -> None:
        """Open a mailbox that stays for good."""
        with self._changing:
            self._now = {**self._now, account: self._opened(account)}

    def close(self) -> None:
        """Close all connections."""
        for gmail in self._now.values():
            gmail.close()


def not_connected(account: AccountId) -> ReconnectNeeded:
    """Return the error for a mailbox that is not, or no longer, connected."""
    return ReconnectNeeded(f"The mailbox {account} is not connected.", fix="Type: sampark connect.")
