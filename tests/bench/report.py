"""What a measurement found, as a table for the terminal and for the document."""

import os
import platform
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One figure. `met`: whether it reaches its goal, None where there is no goal."""

    name: str
    value: str
    goal: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """What is to be said about its goal."""
        return {None: "", True: "met", False: "missed"}[self.met]

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The row of a table."""
        return self.name, self.value, self.goal, self.verdict


def at_most(name: str, value: float, goal: float, unit: str) -> Figure:
    """Return a figure that must not exceed its goal; it is judged as it is shown."""
    shown = round(value, 2)
    return Figure(name, f"{shown:.2f}{unit}", f"at most {goal:g}{unit}", shown <= goal)


def line(figure: Figure) -> str:
    """Return the figure as a line for the terminal."""
    return "  {:<52} {:>12}   {:<14} {}".format(*figure.cells).rstrip()


def table(figures: list[Figure]) -> str:
    """Return the figures as a Markdown table."""
    rows = [("", "measured", "goal", ""), ("---", "---:", "---", "---")]
    rows += [figure.cells for figure in figures]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def machine() -> str:
    """Return what was measured on, in one line. It names the kind of machine, not the machine."""
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {_cpu()}, {platform.system()}, Python {platform.python_version()}"


def _cpu() -> str:
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    named = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return " ".join(named.group(1).split()) if named else platform.machine()


def busy() -> str:
    """Return how busy the machine was in the last minute, this program's own work included."""
    return f"{os.getloadavg()[0]:.1f} processes wanted a core"


def block(figures: list[Figure], *, on: date, load: str) -> str:
    """Return the figures for the document, with the day and the machine."""
    about = f"Measured on {on.isoformat()}: {machine()}. In the minute before, {load}."
    return f"{table(figures)}\n\n{about}"


def put(page: str, name: str, text: str) -> str:
    """Return the page with the text between the markers of that name, and nothing else changed.

    Raises:
        ValueError: The page does not have each of the two markers once, in their order.
    """
    first, last = f"<!-- figures: {name} -->", f"<!-- end: {name} -->"
    if page.count(first) != 1 or page.count(last) != 1 or page.index(last) < page.index(first):
        raise ValueError(f"the page has no place for {name}: it needs {first} and {last}")
    before, _, rest = page.partition(first)
    _, _, after = rest.partition(last)
    return f"{before}{first}\n\n{text}\n\n{last}{after}"
