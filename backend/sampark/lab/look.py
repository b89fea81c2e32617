"""The look of everything shown, as inline styles.

A notebook that nobody has trusted yet loses every `<style>` and every `var(...)`, so that colours
are fixed ones which can be read on a light and on a dark page alike (contrast of about 4 on both).
"""

_GREEN, _RED, _BLUE, _AMBER = "#2b9348", "#d9403a", "#2b7bd6", "#a86e00"
_LINE = "1px solid rgba(128,128,128,.35)"
_CARD = f"border:{_LINE};border-radius:6px;padding:8px 12px;overflow-x:auto;"
_CELL = f"text-align:left;vertical-align:top;padding:3px 14px 3px 0;border-bottom:{_LINE}"
_WORD = "font-weight:600;white-space:nowrap;color:"

LOOK = {
    "page": "line-height:1.5",
    "scroll": "overflow-x:auto",
    "head": "font-weight:600;margin:4px 0",
    "soft": "opacity:.7;font-weight:400",
    "mine": f"{_CARD}border-left:3px solid {_BLUE};margin:6px 28px 6px 0;max-width:760px",
    "ours": f"{_CARD}border-left:3px solid {_GREEN};margin:6px 0 6px 28px;max-width:760px",
    "card": f"{_CARD}margin:6px 0",
    "words": "white-space:pre-wrap;margin:4px 0",
    "table": "border-collapse:collapse;margin:6px 0",
    "cell": _CELL,
    "number": _CELL.replace("left", "right", 1),
    "title": f"{_CELL};min-width:110px",
    "key": "white-space:nowrap",
    "plan": "max-width:100%;height:auto;display:block;margin:8px 0",
    "good": f"{_WORD}{_GREEN}",
    "bad": f"{_WORD}{_RED}",
    "busy": f"{_WORD}{_BLUE}",
    "warn": f"{_WORD}{_AMBER}",
    "idle": "opacity:.7;white-space:nowrap",
    "why": f"color:{_RED}",
    "fold": "cursor:pointer;opacity:.8",
    "line": "margin:4px 0",
}
"""Declarations by the part that they dress."""
