"""What nobody sees: the ways in which HTML hides text from the reader and not from a machine."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_DECLARATION = re.compile(r"([a-zA-Z-]{1,40})[ \t\r\n]*+:([^;]{0,2000})")
_RULE = re.compile(r"([^{}]{1,400}+)\{([^{}]{0,4000}+)\}")
_SIMPLE = re.compile(r"(?:^|[\s>+~])[a-zA-Z0-9]{0,20}([.#])([\w-]{1,80})$")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NUMBER = re.compile(r"(-?\d{0,6}(?:\.\d{1,6})?)\s*(px|pt|em|rem|ex|%|in|cm|mm|vh|vw|)$")
_RGB = re.compile(
    r"rgba?\(\s*(\d{1,3})%?[\s,]+(\d{1,3})%?[\s,]+(\d{1,3})%?(?:[\s,/]+([\d.]{1,8})%?)?\s*\)"
)
_HEX = re.compile(r"#?([0-9a-f]{3,8})$")
_NAMED_COLOURS = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ghostwhite": (248, 248, 255),
    "ivory": (255, 255, 240),
    "floralwhite": (255, 250, 240),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
}
_NO_FONT = re.compile(r"(?:[a-z]{2,10} ){0,4}0(?:\.0{1,4})?(?:px|pt|r?em|%)?[/ ]")
_NOTHING = {
    "transform": re.compile(r"scale[xy]?\(\s*0?\.?0{1,4}\s*[,)]"),
    "clip-path": re.compile(r"inset\(\s*(?:50|100)%|circle\(\s*0|polygon\(\s*0[^1-9]{0,80}\)"),
    "filter": re.compile(r"opacity\(\s*0?\.?0{0,4}%?\s*\)"),
}
_MOST_RULES = 2000
_MOST_SELECTORS = 50
_SHEET_LENGTH = 100_000

Colour = tuple[int, int, int]


class Look(NamedTuple):
    """How text looks at a place: hidden or not, its colour and what is behind it (None: not known).

    `unseen` is whether it cannot be seen: hidden, or in the colour of what is behind it.
    """

    hidden: bool = False
    ink: Colour = (0, 0, 0)
    paper: Colour | None = (255, 255, 255)
    unseen: bool = False


class Sheet:
    """What a mail's style sheets say of classes and ids, on every screen."""

    def __init__(self) -> None:
        self._rules: dict[str, dict[str, str]] = {}

    def add(self, source: str) -> None:
        """Read the class and id rules from the first 100,000 characters of a style sheet.

        Of a selector that names elements inside others, the innermost counts.
        """
        for selectors, body in _RULE.findall(_outermost(_COMMENT.sub("", source[:_SHEET_LENGTH]))):
            said = declarations(body)
            for selector in selectors.split(",")[:_MOST_SELECTORS]:
                match = _SIMPLE.search(selector.strip())
                if match and len(self._rules) < _MOST_RULES:
                    self._rules.setdefault(match[1] + match[2], {}).update(said)

    def declared(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """Return what the sheets say of an element by its classes and its id."""
        found: dict[str, str] = {}
        if self._rules:
            names = [f".{name}" for name in attributes.get("class", "").split()[:50]]
            for name in (*names, f"#{attributes.get('id', '')}"):
                found.update(self._rules.get(name, {}))
        return found


def declarations(style: str) -> dict[str, str]:
    """Return the properties of a style attribute, in lower case; the last of equal names wins."""
    return {
        name.lower(): value.replace("!important", "").strip().lower()
        for name, value in _DECLARATION.findall(style)
    }


def look_of(tag: str, attributes: Mapping[str, str], around: Look, sheet: Sheet) -> Look:
    """Return how text inside an element looks, from what is around it and what the element says."""
    if not attributes:
        return around
    declared = sheet.declared(attributes)
    style = declared | (declarations(attributes["style"]) if "style" in attributes else {})
    # A sheet may insist, so that what it hides stays hidden whatever the element says.
    hidden = around.hidden or "hidden" in attributes or _hides(declared) or _hides(style)
    ink, paper = around.ink, around.paper
    colour = style.get("-webkit-text-fill-color") or style.get("color")
    colour = colour or (attributes.get("color") if tag == "font" else None)
    if colour:
        hidden = hidden or colour == "transparent" or _is_clear(colour)
        ink = read_colour(colour) or ink
    behind = style.get("background-color") or style.get("background") or attributes.get("bgcolor")
    if behind and behind not in {"transparent", "inherit", "initial", "none"}:
        paper = read_colour(behind.split()[0] if not behind.startswith("rgb") else behind)
    # Behind a picture any colour may be readable: nothing is called hidden there.
    if "background" in attributes or "background-image" in style:
        paper = None
    return Look(hidden, ink, paper, hidden or _blends(ink, paper))


def _blends(ink: Colour, paper: Colour | None) -> bool:
    """Whether ink cannot be told from the paper: less than a tenth of one channel apart."""
    return paper is not None and sum(abs(a - b) for a, b in zip(ink, paper, strict=True)) <= 24


def read_colour(text: str) -> Colour | None:
    """Return red, green and blue (0 to 255) of a CSS colour, None if it is not understood."""
    text = text.strip().lower()
    if text in _NAMED_COLOURS:
        return _NAMED_COLOURS[text]
    match = _RGB.match(text)
    if match:
        return (int(match[1]), int(match[2]), int(match[3]))
    match = _HEX.match(text)
    if match is None or len(match[1]) not in {3, 4, 6, 8}:
        return None
    digits = match[1]
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16))


def _is_clear(colour: str) -> bool:
    match = _RGB.match(colour)
    return match is not None and match[4] is not None and match[4].strip("0.") == ""


def _hides(style: Mapping[str, str]) -> bool:
    if style.get("display") == "none" or style.get("visibility") in {"hidden", "collapse"}:
        return True
    if style.get("mso-hide") == "all" or _is_nothing(style.get("font-size"), 1.5):
        return True
    if _is_nothing(style.get("opacity"), 0.05) or _is_shrunk(style):
        return True
    clipped = (
        "hidden" in style.get("overflow", "") or "overflow-x" in style or "overflow-y" in style
    )
    flat = any(
        _is_nothing(style.get(side), 1.5) for side in ("height", "max-height", "width", "max-width")
    )
    if clipped and flat:
        return True
    if (
        style.get("position") in {"absolute", "fixed"}
        and "clip" in style
        and "rect(" in style["clip"]
    ):
        return True
    return _is_far_out(style)


def _is_shrunk(style: Mapping[str, str]) -> bool:
    """Drawn at no size, cut away or made clear by a newer property."""
    return (
        style.get("content-visibility") == "hidden"
        or _NO_FONT.match(style.get("font", "")) is not None
        or any(word.search(style.get(name, "")) for name, word in _NOTHING.items())
    )


def _is_far_out(style: Mapping[str, str]) -> bool:
    """Moved off the page."""
    moved = ["text-indent"]
    if style.get("position") in {"absolute", "fixed", "relative"}:
        moved += ["left", "top", "right", "bottom"]
    else:
        moved += ["margin-left", "margin-top"]
    return any((size := _size(style.get(side))) is not None and abs(size) >= 900 for side in moved)


def _is_nothing(value: str | None, below: float) -> bool:
    """Whether a length is so small that nothing shows. Relative units count ten times as much."""
    # 1 em is the size of a letter, 1 px is a dot.
    size = _size(value)
    if size is None or value is None:
        return False
    return 0 <= size * (10 if value.endswith(("em", "%", "in", "cm")) else 1) < below


def _size(value: str | None) -> float | None:
    match = _NUMBER.match(value.strip()) if value else None
    return float(match[1]) if match and match[1] not in {"", "-"} else None


def _outermost(sheet: str) -> str:
    """Drop blocks such as `@media {...}`: their rules hold for some screens only."""
    out: list[str] = []
    depth = skipped = start = 0
    for match in re.finditer(r"[{}]", sheet):
        if match[0] == "{":
            if depth == 0 and "@" in sheet[start : match.start()]:
                skipped = 1
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                if not skipped:
                    out.append(sheet[start : match.end()])
                start, skipped = match.end(), 0
    return "".join(out)
