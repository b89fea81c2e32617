"""What can be wrong with a plan, by name, and how a problem finds the nearest fix."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Literal, get_args

from sampark.domain.base import Frozen

ErrorKind = Literal[
    "DuplicateKey",
    "TooManySteps",
    "UnknownTool",
    "UnknownArg",
    "MissingArg",
    "DanglingRef",
    "WrongType",
    "Cycle",
    "UnreachableDeliverable",
    "UnusedStep",
    "UngatedEffect",
    "UntrustedArg",
    "OverBudget",
    "PastDeadline",
]
KINDS: tuple[ErrorKind, ...] = get_args(ErrorKind)

_SHOWN = 60
_POOL = 20


class PlanError(Frozen):
    """One reason why a plan does not compile.

    `step` and `arg` are empty where the plan as a whole is meant. `problem` says what is wrong,
    `fix` what to write instead. Neither repeats a literal longer than a few words.
    """

    kind: ErrorKind
    step: str = ""
    arg: str = ""
    problem: str
    fix: str = ""

    def __str__(self) -> str:
        where = f" at {show(self.step)}" if self.step else ""
        return f"{self.kind}{where}: {self.problem}{f' {self.fix}' if self.fix else ''}"


def show(name: str) -> str:
    """Return a name in quotes for a message: escaped, and cut at 60 characters."""
    return repr(name if len(name) <= _SHOWN else name[: _SHOWN - 1] + "…")


def nearest(name: str, names: Sequence[str], *, most: int = 2) -> list[str]:
    """Return the names that look most like this one, the best first; in any case of letters.

    Of many names only those beside it in the alphabet are compared, so that a plan of thousands of
    misspelt steps is still judged in about a second.
    """
    wanted = name[:_SHOWN].casefold()
    by_folded = _by_folded(tuple(names))
    folded = _beside(wanted, list(by_folded))
    return [by_folded[close] for close in get_close_matches(wanted, folded, n=most, cutoff=0.55)]


def did_you_mean(name: str, names: Sequence[str], *, called: str) -> str:
    """Return the fix for a name nobody knows: the nearest ones, or what there is to choose from."""
    if close := nearest(name, names):
        return f"Did you mean {' or '.join(show(known) for known in close)}?"
    return f"{called}: {listed(names)}." if names else f"{called}: none."


@lru_cache(maxsize=64)
def _by_folded(names: tuple[str, ...]) -> Mapping[str, str]:
    by_folded: dict[str, str] = {}
    for known in sorted(names):
        by_folded.setdefault(known[:_SHOWN].casefold(), known)
    return dict(sorted(by_folded.items()))


def listed(names: Sequence[str], *, most: int = 8) -> str:
    """Return names as a list in words, cut after `most`."""
    shown = ", ".join(show(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _beside(wanted: str, names: list[str]) -> list[str]:
    if len(names) <= 8 * _POOL:
        return names
    at = bisect_left(names, wanted)
    return names[max(0, at - _POOL) : at + _POOL]
