"""The plan's picture as a widget: a click on a step selects it, here and in the notebook."""

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from sampark.lab.plan_view import PlanView
from sampark.lab.program import call
from sampark.lab.standing import standings


class PlanWidget(anywidget.AnyWidget):
    """A plan to click on. `selected` is the key of the step, empty when none is.

    Observe it: `widget.observe(handler, "selected")`.
    """

    _esm: Any = Path(__file__).with_name("widget.js")
    svg: Any = traitlets.Unicode().tag(sync=True)
    details: Any = traitlets.Dict().tag(sync=True)
    selected: Any = traitlets.Unicode("").tag(sync=True)


def widget(view: PlanView) -> PlanWidget:
    """Return the plan as a widget."""
    stands = standings(view.plan, view.runs)
    details = {
        step.key: {
            "title": step.title,
            "call": call(step),
            "stands": stands[step.key].word,
            "error": _error(view, step.key),
        }
        for step in view.steps
    }
    return PlanWidget(svg=view.svg, details=details)


def _error(view: PlanView, key: str) -> str:
    errors = {run.key: run.error.message for run in view.runs.values() if run.error is not None}
    return next((words for known, words in errors.items() if known == key), "")
