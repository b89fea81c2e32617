"""Boxes and lines as SVG text. Everything that a person wrote is escaped here."""

from collections.abc import Iterator, Sequence
from math import ceil
from xml.sax.saxutils import escape, quoteattr

from sampark.planning.boxes import Box
from sampark.planning.layout import HEAD, Layout, Line, Spot, Stroke, busiest_row, lay_out
from sampark.planning.look import INK, LINE, LOOKS, SOFT, icon, sheet
from sampark.planning.routes import number
from sampark.planning.text_fit import clean, fit, width, wrap

_FAMILY = "'DejaVu Sans',Verdana,sans-serif"
_TITLE, _SMALL = 12.0, 10.0
_TEXT_AT = 29.0  # from the left edge of a box to its words, past the icon
_AFTER = 8.0  # from the words to the right edge
_MARK = 14.0  # what the mark of a deliverable takes of the first line
_NARROW = 164.0
_FEW = 6
_ROOMY = 16  # pictures with more boxes than this have narrow ones
_MAIL = 584.0  # what a mail of 600 pixels shows of a row without shrinking it
_LEGEND = 22.0


def drawn(boxes: Sequence[Box], lines: Sequence[Line], *, about: str) -> str:
    """Return a whole picture; `about` is what a screen reader says of it."""
    roomy = len(boxes) <= _ROOMY
    widest = 3 if roomy else 6 if len(boxes) <= 60 else 9
    room = _box_width(boxes, busiest_row(len(boxes), lines, widest))
    titles = [_title(box, room, lines=2 if roomy else 1) for box in boxes]
    sizes = [(room, 38.0 if len(title) < 2 else 53.0) for title in titles]
    layout = lay_out(sizes, lines, widest=widest)
    legend, right, below = _legend(boxes, layout)
    plan = (
        *_strokes(layout),
        *(_box(*each) for each in zip(boxes, titles, layout.spots, strict=True)),
    )
    marks = "".join((*_moved(plan, (right - layout.width) / 2), *legend))
    wide, high = number(right), number(below)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sampark-plan mathjax_ignore" role="img"'
        f' aria-label={quoteattr(about)} width="{wide}" height="{high}"'
        f' viewBox="0 0 {wide} {high}" font-family="{_FAMILY}" font-size="{number(_SMALL)}">'
        f"{marks}</svg>"
    )


def _moved(marks: Sequence[str], right: float) -> Sequence[str]:
    """Return the marks that many pixels further right: in the middle above a wider legend."""
    if right <= 0:
        return marks
    return (f'<g transform="translate({number(right)},0)">', *marks, "</g>")


def _box_width(boxes: Sequence[Box], beside: int) -> float:
    """Return the width of all boxes: as wide as the words want, as narrow as the mail wants."""
    shared = (_MAIL - 16 * (beside - 1)) / beside
    most = min(272.0, shared) if len(boxes) <= _FEW else _NARROW
    wanted = max((_wanted(box) for box in boxes), default=0.0)
    return float(ceil(max(120.0, min(most, wanted))))


def _wanted(box: Box) -> float:
    title = width(box.title, _TITLE, bold=True) + (_MARK if box.delivers else 0)
    return _TEXT_AT + max(title, width(" · ".join(box.parts), _SMALL)) + _AFTER


def _title(box: Box, room: float, *, lines: int) -> list[str]:
    left = room - _TEXT_AT - _AFTER - (_MARK if box.delivers else 0)
    return wrap(box.title, left, _TITLE, lines=lines, bold=True)


def _strokes(layout: Layout) -> Iterator[str]:
    for stroke in layout.strokes:
        yield _stroke(stroke)
    tips = "".join(f"M{number(x)},{number(y)}l-3.6,-{number(HEAD)}h7.2z" for x, y in layout.heads)
    if tips:
        yield f'<path d="{tips}" fill="{LINE}"/>'


def _stroke(stroke: Stroke) -> str:
    dash = ' stroke-dasharray="4 3"' if stroke.dashed else ""
    return f'<path d="{stroke.path}" fill="none" stroke="{LINE}" stroke-width="1.4"{dash}/>'


def _box(box: Box, title: Sequence[str], spot: Spot) -> str:
    look = LOOKS[box.standing]
    dash = f' stroke-dasharray="{look.dash}"' if look.dash else ""
    own = f" data-step={quoteattr(clean(box.keys[0]))}" if len(box.keys) == 1 else ""
    place = f'transform="translate({number(spot.x)},{number(spot.y)})"'
    return (
        f'<g class="step {look.word.replace(" ", "-")}"{own} {place}>'
        f"<title>{escape(box.tip)}</title>"
        f'<rect width="{number(spot.width)}" height="{number(spot.height)}" rx="7"'
        f' fill="{look.fill}" stroke="{look.stroke}" stroke-width="{look.thick}"{dash}/>'
        f'<g transform="translate(15.5,{number(spot.height / 2)})">'
        f"{icon(box.standing, label=box.label)}</g>{''.join(_words(box, title, spot))}</g>"
    )


def _words(box: Box, title: Sequence[str], spot: Spot) -> Iterator[str]:
    below = _second_line(box, spot.width - _TEXT_AT - _AFTER)
    y = 16.0 if below else spot.height / 2 + 4
    for line in title:
        yield (
            f'<text x="{number(_TEXT_AT)}" y="{number(y)}" font-size="{number(_TITLE)}"'
            f' font-weight="700" fill="{INK}">{escape(line)}</text>'
        )
        y += 15
    if below:
        yield (
            f'<text x="{number(_TEXT_AT)}" y="{number(y - 0.5)}" fill="{SOFT}">'
            f"{escape(below)}</text>"
        )
    if box.delivers:
        yield f'<g transform="translate({number(spot.width - 12)},12)">{sheet()}</g>'


def _second_line(box: Box, room: float) -> str:
    """Return the second line with as many parts as fit: the tool gives way first, then the key."""
    for kept in ((0, 1, 2), (0, 2), (0, 1), (2,), (1,)):
        line = " · ".join(box.parts[part] for part in kept if part < len(box.parts))
        if line and width(line, _SMALL) <= room:
            return line
    return fit(box.parts[0], room, _SMALL) if box.parts else ""


def _legend(boxes: Sequence[Box], layout: Layout) -> tuple[list[str], float, float]:
    """Return the explanation of the signs in use, and the width and height of the whole picture."""
    used = [(icon(now), look.word) for now, look in LOOKS.items() if _uses(boxes, now)]
    if any(box.delivers for box in boxes):
        used.append((sheet(), "comes with the answer"))
    x, y, right = 8.0, layout.height + 4, layout.width
    drawn_signs: list[str] = []
    for sign, word in used:
        wide = width(word, _SMALL) + 28
        if x > 8 and x + wide > max(layout.width, 300.0):
            x, y = 8.0, y + _LEGEND
        right = max(right, x + wide)
        drawn_signs.append(
            f'<g transform="translate({number(x)},{number(y)})">'
            f'<rect width="{number(wide - 2)}" height="17" rx="8.5" fill="#fff"/>'
            f'<g transform="translate(8,8.5) scale(0.72)">{sign}</g>'
            f'<text x="17" y="12" fill="{SOFT}">{word}</text></g>'
        )
        x += wide + 4
    return drawn_signs, right, y + _LEGEND if used else layout.height


def _uses(boxes: Sequence[Box], now: str) -> bool:
    return now != "planned" and any(box.standing == now for box in boxes)
