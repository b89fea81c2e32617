"""Progress of a long run in a notebook: one bar that moves, or nothing."""

import sys
from collections.abc import Callable
from typing import Protocol, cast
from uuid import uuid4

from sampark.lab.markup import rendered


class _Shown(Protocol):
    def update(self, obj: object) -> None: ...


class Progress:
    """A bar that is drawn in place while steps end. Outside of a notebook it shows nothing.

    It is off unless it is asked for: an output that is redrawn is not the same from run to run.
    """

    def __init__(self) -> None:
        self._shown: _Shown | None = None

    def __call__(self, ended: int, total: int, title: str) -> None:
        """Show that so many of all steps have ended, the last one with this title."""
        display = _display()
        if display is None:
            return
        bar = _Bar(str(rendered("bar", ended=ended, total=total, title=title)))
        if self._shown is None:
            self._shown = cast("_Shown", display(bar, display_id=uuid4().hex))
        else:
            self._shown.update(bar)


class _Bar:
    def __init__(self, html: str) -> None:
        self._html = html

    def _repr_html_(self) -> str:
        return self._html


def silent(_ended: int, _total: int, _title: str) -> None:
    """Show nothing."""


def _display() -> Callable[..., object] | None:
    """Return IPython's `display` in a kernel; None elsewhere, where it would only print."""
    if "ipykernel" not in sys.modules:
        return None
    shown = sys.modules.get("IPython.display")
    return None if shown is None else cast("Callable[..., object]", shown.display)
