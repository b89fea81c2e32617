"""The names under which requesters write: a stranger who bears one of them is worth a word."""

import threading

from sampark.storage.store import Store


class RequesterNames:
    """Display names of those whose tasks were taken in, by any worker. Safe for several threads.

    The store is read once, and then only for what is new in it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._place = 0

    def known(self) -> frozenset[str]:
        """Return the names known by now."""
        with self._lock:
            fresh, self._place = self._store.tasks.requesters(after=self._place)
            self._names.update(each.name for each in fresh if each.name)
            return frozenset(self._names)
