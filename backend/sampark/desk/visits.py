"""Who is visiting: the signed-in person of the request at hand, and the owner of each open page.

The gate in front of every route notes both; pages and routes read them here, never from a header
or a cookie that the visitor could have written.
"""

from contextvars import ContextVar
from dataclasses import dataclass, field

from sampark.desk.views import Person


@dataclass(frozen=True)
class Visitor:
    """A signed-in person. `sid` is the session, `token` what its forms must bring back.

    `dark` is whether the browser remembers a wish for dark pages; None if it remembers nothing.
    """

    person: Person
    sid: str = field(repr=False)
    token: str = field(repr=False)
    dark: bool | None = None


visitor: ContextVar[Visitor | None] = ContextVar("visitor", default=None)
"""Set by the gate for each request; a page copies it when it is made."""


class Visits:
    """Open pages by their document's id. A page's socket belongs to whom the page was made for."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def claim(self, document: str, owner: Visitor) -> None:
        """Note whose page this is."""
        self._owners[document] = owner.person.name

    def release(self, document: str) -> None:
        """Forget a page that is gone; an unknown one is nothing to forget."""
        self._owners.pop(document, None)

    def owns(self, document: str, asker: Visitor) -> bool:
        """Whether the page was made for the asker. A page that is not known is nobody's."""
        return self._owners.get(document) == asker.person.name

    def __len__(self) -> int:
        """How many pages are open."""
        return len(self._owners)
