"""Lists that show themselves as a table."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar, overload

from sampark.lab.markup import View, rendered
from sampark.reply.figures import count

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Listing(View, Sequence[T], Generic[T]):
    """A list. Index it, loop over it, or look at it.

    Attributes:
        noun: what one item is called.
        columns: the heads of the table.
        items: the items themselves.
        row: the cells of one item.
    """

    noun: str
    columns: tuple[str, ...]
    items: tuple[T, ...]
    row: Callable[[T], tuple[str, ...]] = field(repr=False)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[T, ...]: ...

    def __getitem__(self, index: int | slice) -> T | tuple[T, ...]:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def text(self) -> str:
        """Return the number of items, then a line for each."""
        lines = [f"- {' · '.join(filter(None, self.row(item)))}" for item in self.items]
        return "\n".join([count(len(self.items), self.noun), *lines])

    def html(self) -> str:
        """Return the items as a table."""
        rows = [(str(place), *self.row(item)) for place, item in enumerate(self.items)]
        return rendered("listing", columns=("", *self.columns), rows=rows, noun=self.noun)
