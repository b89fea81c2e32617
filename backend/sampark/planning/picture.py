"""A plan as a picture, top down, and as a plain list for readers who see no picture.

The same plan and runs give the same bytes. Titles come from people: every word is escaped.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path

import resvg_py

from sampark.domain.base import StepKey
from sampark.domain.plan import Plan, Step
from sampark.domain.run import StepRun
from sampark.planning import fold
from sampark.planning.boxes import boxes, standing, took
from sampark.planning.drawing import drawn
from sampark.planning.graph import Graph
from sampark.planning.layout import Line
from sampark.planning.look import LOOKS
from sampark.planning.text_fit import clean

Runs = Mapping[StepKey, StepRun] | Mapping[str, StepRun] | Sequence[StepRun]

FOLD_ABOVE = 80
LARGEST = 600  # boxes in one picture; beyond, nobody reads it and drawing takes seconds
_MOST_PIXELS = 25_000_000
_SIZE = re.compile(r'<svg [^>]* width="([0-9.]+)" height="([0-9.]+)"')
_FONTS = Path(__file__).with_name("fonts")


def svg(plan: Plan, runs: Runs = (), *, fold_above: int = FOLD_ABOVE) -> str:
    """Return the picture of a plan as SVG.

    Each step is a `<g>` with its key in `data-step` and its full words in a tooltip. Up to four
    steps beside each other are as wide as a mail (600 pixels).

    Args:
        plan: any plan, also one that does not compile.
        runs: the attempts so far, by step or in any order: the last of each step counts.
        fold_above: a plan of more steps has its finished parts folded into single boxes. What is
            still larger than 600 boxes becomes one box with the figures.
    """
    graph = Graph.of(plan)
    latest = _latest(runs)
    many = len(graph.steps) > fold_above
    groups = fold.folded(plan, graph, latest) if many else fold.unfolded(graph)
    if len(groups) > LARGEST:
        groups = [tuple(graph.steps)]
    shown = boxes(plan, graph, groups, latest)
    return drawn(shown, _lines(graph, groups), about=_about(graph, latest))


def png(picture: str, zoom: float = 2.0) -> bytes:
    """Return an SVG of this module as PNG on white, `zoom` times as large.

    Drawn with the fonts of this package, so that it is the same on every machine. A picture of more
    than 25 million pixels is drawn smaller. Raises ValueError on what is no SVG.
    """
    wide, high = size(picture)
    most = sqrt(_MOST_PIXELS / (wide * high))
    return resvg_py.svg_to_bytes(
        svg_string=picture,
        background="white",
        width=max(1, round(wide * min(zoom, most))),
        skip_system_fonts=True,
        font_files=[str(_FONTS / "DejaVuSans.ttf"), str(_FONTS / "DejaVuSans-Bold.ttf")],
        font_family="DejaVu Sans",
        sans_serif_family="DejaVu Sans",
    )


def size(picture: str) -> tuple[float, float]:
    """Return the width and height in pixels at which a picture of this module is to be seen.

    Raises ValueError on what is no SVG of this module.
    """
    found = _SIZE.match(picture)
    if found is None:
        raise ValueError("This is no picture of a plan: it has no width and height.")
    return float(found[1]), float(found[2])


def words(plan: Plan, runs: Runs = ()) -> str:
    """Return the steps as a numbered list of plain text, one a line, with their status in words."""
    graph = Graph.of(plan)
    latest = _latest(runs)
    delivered = {ref.step for ref in plan.deliverables}
    return "\n".join(
        f"{number}. {_line(step, latest, delivers=key in delivered)}"
        for number, (key, step) in enumerate(graph.steps.items(), 1)
    )


def _line(step: Step, runs: Mapping[str, StepRun], *, delivers: bool) -> str:
    run = runs.get(step.key)
    told = [LOOKS[standing(step.key, runs)].word, took(step, run)]
    if run is not None and run.error is not None:
        told.append(clean(run.error.message))
    mark = " (comes with the answer)" if delivers else ""
    title = clean(step.title) or clean(step.key) or "step"
    return f"{title}: {', '.join(part for part in told if part)}{mark}"


def _latest(runs: Runs) -> dict[str, StepRun]:
    tried = runs.values() if isinstance(runs, Mapping) else runs
    return {run.key: run for run in sorted(tried, key=lambda run: run.attempt)}


def _lines(graph: Graph, groups: Sequence[fold.Group]) -> list[Line]:
    box = {key: at for at, group in enumerate(groups) for key in group}
    data: dict[tuple[int, int], bool] = {}
    for key, step in graph.steps.items():
        wired = {ref.step for ref in step.refs()}
        for need in graph.needs[key]:
            edge = (box[need], box[key])
            data[edge] = data.get(edge, False) or need in wired
    return [Line(*edge, dashed=not wired) for edge, wired in data.items() if edge[0] != edge[1]]


def _about(graph: Graph, runs: Mapping[str, StepRun]) -> str:
    counts = Counter(standing(key, runs) for key in graph.steps)
    told = ", ".join(f"{counts[now]} {look.word}" for now, look in LOOKS.items() if counts[now])
    return f"Plan of {len(graph.steps)} steps: {told}." if told else "Plan without steps."
