"""How a step looks by its status: a shape, a colour and a dash, so that no one needs the colour."""

from dataclasses import dataclass
from typing import Literal

from sampark.domain.run import StepStatus

# A plan that has not begun shows its steps as planned, by number, rather than as waiting in line.
Standing = StepStatus | Literal["planned"]

INK = "#1d2b36"
SOFT = "#52636f"
LINE = "#8599a6"


@dataclass(frozen=True)
class Look:
    """Colours of a box (`fill`, `stroke`), its dash pattern, line width, and the word for it."""

    word: str
    fill: str
    stroke: str
    dash: str = ""
    thick: float = 1.3


LOOKS: dict[Standing, Look] = {
    StepStatus.DONE: Look("done", "#e9f6ec", "#2e7d32"),
    StepStatus.RUNNING: Look("running", "#e4f1fd", "#1565c0", thick=2.2),
    StepStatus.WAITING: Look("waiting", "#f3eafa", "#7b3fa0", "7 3"),
    StepStatus.APPROVAL: Look("needs approval", "#fff6df", "#a15c00", "9 3 2 3", 2.0),
    StepStatus.FAILED: Look("failed", "#fdeaec", "#c62828", thick=2.2),
    StepStatus.SKIPPED: Look("skipped", "#f4f4f4", "#7d7d7d", "2 3"),
    StepStatus.QUEUED: Look("queued", "#f2f5f7", "#647884", "4 3"),
    "planned": Look("planned", "#f3f6fb", "#50689a"),
}

_GLYPHS: dict[Standing, str] = {
    StepStatus.DONE: '<path d="M-3.6,0.3 -1,2.9 3.8,-2.6" {line}/>',
    StepStatus.RUNNING: '<path d="M-2,-3.6 4,0 -2,3.6Z" fill="#fff"/>',
    StepStatus.WAITING: '<path d="M0,-4.2V0.4L2.8,2.2" {line}/>',
    StepStatus.APPROVAL: '<path d="M-2.2,-1.6A2.3,2.3 0 1 1 0,0.7V1.6M0,3.9V4.1" {line}/>',
    StepStatus.FAILED: '<path d="M-2.8,-2.8 2.8,2.8M2.8,-2.8 -2.8,2.8" {line}/>',
    StepStatus.SKIPPED: '<path d="M-3.4,-3 -0.4,0 -3.4,3M0.6,-3 3.6,0 0.6,3" {line}/>',
}
_LINE = (
    'fill="none" stroke="#fff" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"'
)


def icon(standing: Standing, *, label: str = "") -> str:
    """Return the round icon of a status, 16 pixels wide around the origin, as SVG.

    `label` stands in the ring of a planned step.
    """
    look = LOOKS[standing]
    if standing in _GLYPHS:
        return f'<circle r="8" fill="{look.stroke}"/>{_GLYPHS[standing].format(line=_LINE)}'
    ring = f'<circle r="7.3" fill="#fff" stroke="{look.stroke}" stroke-width="1.4"/>'
    size = 9 if len(label) < 3 else 7
    text = f'y="{size * 0.36:.1f}" text-anchor="middle" font-size="{size}" font-weight="700"'
    return f'{ring}<text {text} fill="{look.stroke}">{label}</text>' if label else ring


def sheet() -> str:
    """Return the mark of a step whose output comes with the answer: a sheet of paper, as SVG."""
    return (
        f'<path d="M-3.5,-5H1L3.5,-2.5V5H-3.5ZM1,-5V-2.5H3.5M-1.6,0H1.6M-1.6,2.3H1.6" '
        f'fill="#fff" stroke="{SOFT}" stroke-width="1" stroke-linejoin="round"/>'
    )
