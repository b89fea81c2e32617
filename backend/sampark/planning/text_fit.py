"""How wide words are in a picture, so that they fit their box; and which characters may stand.

Widths are those of the fonts the pictures are drawn with (DejaVu Sans and its bold), in thousandths
of the font size. Letters with accents are as wide as those without. What the tables do not hold
counts as wide, so that a title is rather cut early than written over its box.
"""

import unicodedata
from functools import cache
from itertools import accumulate

_REGULAR = """
318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636
636 636 636 337 337 838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863
748 787 603 787 695 635 611 732 684 989 685 611 685 390 337 390 838 500 500 613 635 550 635
615 352 635 634 278 278 579 278 974 634 612 635 635 411 521 392 634 592 818 592 592 525 636
337 636 838
"""
_BOLD = """
348 456 521 838 696 1002 872 306 457 457 523 838 380 415 380 365 696 696 696 696 696 696 696
696 696 696 400 400 838 838 838 580 1000 774 762 734 830 683 683 821 837 372 372 775 637 995
837 850 733 850 770 720 682 812 774 1103 771 724 725 457 365 457 838 500 500 675 716 593 716
678 435 716 712 343 343 665 343 1042 712 687 716 716 493 595 478 712 652 924 645 652 582 712
365 712 838
"""
_OTHER = {"·": 380, "…": 1000, "\N{EN DASH}": 500, "—": 1000, "ß": 719}
_UNKNOWN = 900
_WIDE = 1050
_LONGEST = 500  # characters that are measured at all


def clean(text: str) -> str:
    """Return a text on one line, without characters that XML or a reader's eye cannot take.

    Control, format (also those that turn the direction of writing), private and unassigned
    characters go; white space of any kind becomes one space.
    """
    kept = (char if not _is_hidden(char) else " " if char.isspace() else "" for char in text)
    return " ".join("".join(kept).split())


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line in pixels at that font size."""
    table = _table(_BOLD if bold else _REGULAR)
    letters = unicodedata.normalize("NFD", text)
    return sum(_char_width(char, table) for char in letters) * size / 1000


def fit(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """Return the text, or as much of it as fits into that many pixels, ending in an ellipsis."""
    text = text[:_LONGEST]
    if width(text, size, bold=bold) <= room:
        return text
    end = room - width("…", size, bold=bold)
    ends = accumulate(width(char, size, bold=bold) for char in text)
    kept = sum(1 for reached in ends if reached <= end)
    return text[:kept].rstrip(" ·,;:-") + "…"


def wrap(text: str, room: float, size: float, *, lines: int, bold: bool = False) -> list[str]:
    """Return the text on at most that many lines, broken at spaces; the last one is cut to fit."""
    words = text[:_LONGEST].split(" ")
    wrapped: list[str] = []
    while words and len(wrapped) < lines - 1:
        taken = 1
        while taken < len(words) and _fits(words[: taken + 1], room, size, bold=bold):
            taken += 1
        if not _fits(words[:taken], room, size, bold=bold):
            break
        wrapped.append(" ".join(words[:taken]))
        words = words[taken:]
    return [*wrapped, fit(" ".join(words), room, size, bold=bold)] if words else wrapped


def _fits(words: list[str], room: float, size: float, *, bold: bool) -> bool:
    return width(" ".join(words), size, bold=bold) <= room


@cache
def _table(widths: str) -> tuple[int, ...]:
    return tuple(int(width) for width in widths.split())


def _char_width(char: str, table: tuple[int, ...]) -> int:
    code = ord(char)
    if 32 <= code < 127:
        return table[code - 32]
    if unicodedata.combining(char):
        return 0
    if char in _OTHER:
        return _OTHER[char]
    return _WIDE if unicodedata.east_asian_width(char) in "WF" else _UNKNOWN


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char)[0] == "C" or (char.isspace() and char != " ")
