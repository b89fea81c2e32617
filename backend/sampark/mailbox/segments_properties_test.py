"""What holds for every body: nothing lost, nothing promoted, and work that grows with the length."""

import sys
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.mailbox.segments import split
from sampark.mailbox.segments_cases_test import CASES

BODIES = {case.id: "\n".join(text for _, text in case.values[1]) for case in CASES}
# Only at the very top of a mail is such a line nobody's word.
TOPPED = {name for name in BODIES if "at the start" in name or "Banner" in name}
WORDS = st.text("abc xyz,.", min_size=1, max_size=60).map(lambda text: f"Please {text}x")
LINES = sorted({line for body in BODIES.values() for line in body.splitlines()})


def _signs(text):
    return "".join(text.split()).replace(">", "")


@pytest.mark.parametrize("name", BODIES)
def test_what_a_writer_typed_stays_typed_when_it_is_read_again(name):
    typed = split(BODIES[name]).typed
    assert _signs(split(typed).typed) == _signs(typed)


@settings(max_examples=300)
@given(st.sampled_from(sorted(BODIES.keys() - TOPPED)), WORDS)
def test_words_above_a_body_promote_nothing_in_it(name, words):
    found = split(f"{words}\n\n{BODIES[name]}")
    assert _signs(found.typed) == _signs(words + split(BODIES[name]).typed)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(LINES), max_size=30).map("\n".join))
def test_every_line_stands_in_exactly_one_segment(body):
    found = split(body)
    parts = (found.new, found.quoted, found.forwarded, found.signature)
    assert sorted(chain.from_iterable(map(_signs, parts))) == sorted(_signs(body))


@given(st.text(st.characters(), max_size=400))
def test_any_characters_are_split(body):
    found = split(body)
    assert _signs(found.typed) in _signs(found.new) or not found.typed


def _work(body):
    """How many calls it takes to split a body."""
    calls = 0

    def count(*_):
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        split(body)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "line",
    [
        "> a",
        "On 3 Mar 2026 Bob wrote",
        "From: Bob",
        "a: b",
        "3 Mar 2026 10:12:",
        "--",
        "| a",
        "Regards,",
        "Bob Stone wrote:\n",
        "3/3/2026 10:12 AM",
        "3/3/2026 10:12 AM\nTo: a@b.example",
        "          To: a",
        ": a",
        "> From: Bob",
        f"> {'a' * 70}\n{'b' * 60}",
    ],
)
def test_twice_the_lines_take_twice_the_work(line):
    split(line)
    once, twice = _work(f"{line}\nx\n" * 300), _work(f"{line}\nx\n" * 600)
    assert twice < 2.5 * once
