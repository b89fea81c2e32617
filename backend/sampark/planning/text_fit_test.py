from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from sampark.planning.text_fit import clean, fit, width, wrap

FONTS = Path(__file__).with_name("fonts")
SAMPLES = [
    "Write the report as PDF",
    "Müßiggang — 50 % … é",
    "Жирный текст",
    "αβγ",
    "1 · 2 \N{EN DASH} 3",
]


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("text", SAMPLES)
def test_words_are_never_wider_than_measured(text: str, *, bold: bool) -> None:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    font = ImageFont.truetype(str(FONTS / name), 1000, layout_engine=ImageFont.Layout.BASIC)
    assert width(text, 1000, bold=bold) >= font.getlength(text) - len(text)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  two\n\twords  ", "two words"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("non\u00a0breaking\u2028line", "non breaking line"),
        ("\ufffe\uffff", ""),
        ("<b>&", "<b>&"),
    ],
)
def test_only_visible_characters_stay(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_what_fits_stays_whole() -> None:
    assert fit("short", 100, 12) == "short"


@given(st.text(max_size=80), st.floats(20, 300))
def test_what_does_not_fit_is_cut_to_fit(text: str, room: float) -> None:
    cut = fit(text, room, 12, bold=True)
    assert width(cut, 12, bold=True) <= room


@given(st.text(max_size=200), st.floats(40, 300), st.integers(1, 3))
def test_every_wrapped_line_fits(text: str, room: float, lines: int) -> None:
    wrapped = wrap(clean(text), room, 12, lines=lines)
    assert 1 <= len(wrapped) <= lines
    assert all(width(line, 12) <= room for line in wrapped)


def test_words_are_wrapped_at_spaces() -> None:
    assert wrap("Draw a bar chart of it", 80, 12, lines=2) == ["Draw a bar", "chart of it"]


def test_one_long_word_is_cut() -> None:
    assert wrap("Donaudampfschifffahrt", 60, 12, lines=2) == ["Donaud…"]


def test_nothing_at_all_is_one_empty_line() -> None:
    assert wrap("", 60, 12, lines=2) == [""]


def test_endless_text_is_measured_in_part() -> None:
    assert len(wrap("x " * 100_000, 100, 12, lines=2)) == 2
