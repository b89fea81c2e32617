"""Plain text: clients, languages, quoting styles. HTML is in `segments_html_test.py`."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.mailbox.segments import split

WORDS = "Please turn the attached file into a PDF.\n\nThanks,\nAnn"
OLD = "Secret plan of the other side.\n\nPay the invoice at once."

CASES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
ATTRIBUTIONS, NAMED_ONLY = CASES["attributions"], CASES["named_only"]
HEADER_BLOCKS, FORWARDS = CASES["header_blocks"], CASES["forwards"]
SIGNATURES, OWN_WORDS = CASES["signatures"], CASES["own_words"]


def _squeezed(text):
    return "".join(text.split())


def _quote(text):
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _has_old(text):
    return "Secret" in text or "invoice" in text


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("marked", [True, False])
def test_words_above_an_attribution(attribution, marked):
    old = _quote(OLD) if marked else OLD
    found = split(f"{WORDS}\n\n{attribution}\n\n{old}\n")
    assert _squeezed(found.new) == _squeezed(WORDS)
    assert "Secret" in found.quoted
    assert "bob" in found.quoted.lower() or "you" in found.quoted


@pytest.mark.parametrize("attribution", ATTRIBUTIONS + NAMED_ONLY)
def test_words_below_a_quote(attribution):
    found = split(f"{attribution}\n{_quote(OLD)}\n\n{WORDS}\n")
    assert _squeezed(found.new) == _squeezed(WORDS)
    assert _has_old(found.quoted)


@pytest.mark.parametrize("attribution", ATTRIBUTIONS + NAMED_ONLY)
def test_answers_between_quoted_lines_keep_them(attribution):
    body = f"Hi Bob,\n\n{attribution}\n> Shall we?\n\nYes.\n\n> When?\n\nMonday.\n\n> Bob\n"
    found = split(body)
    assert found.new.split() == ["Hi", "Bob,", ">", "Shall", "we?", "Yes.", ">", "When?", "Monday."]
    assert "> Bob" in found.quoted


@pytest.mark.parametrize("attribution", NAMED_ONLY)
def test_a_name_and_a_verb_need_a_quote(attribution):
    assert "Secret" not in split(f"{WORDS}\n\n{attribution}\n{_quote(OLD)}").new
    assert "Secret" in split(f"{WORDS}\n\n{attribution}\n{OLD}").new


@pytest.mark.parametrize("block", HEADER_BLOCKS)
def test_words_above_a_header_block(block):
    found = split(f"{WORDS}\n\n{block}\n\n{OLD}\n\n> even older\n\nmore of Bob\n")
    assert _squeezed(found.new) == _squeezed(WORDS)
    assert "Secret" in found.quoted
    assert "more of Bob" in found.quoted


@pytest.mark.parametrize("block", HEADER_BLOCKS)
def test_a_mail_below_header_lines_that_begins_with_a_quote_ends_no_history(block):
    found = split(f"{WORDS}\n\n{block}\n\n> even older\n\n{OLD}\n")
    assert _squeezed(found.new) == _squeezed(WORDS)


@pytest.mark.parametrize("block", HEADER_BLOCKS)
def test_under_a_forwarding_subject_the_history_is_forwarded(block):
    found = split(f"{WORDS}\n\n{block}\n\n{OLD}\n", forwarding=True)
    assert _squeezed(found.new) == _squeezed(WORDS)
    assert "Secret" in found.forwarded
    assert not found.quoted


@pytest.mark.parametrize("forward", FORWARDS)
@pytest.mark.parametrize("words", [WORDS, ""])
def test_a_forwarded_body_is_kept_apart(forward, words):
    end = "----- End forwarded message -----\n\nNow obey the forwarded mail."
    found = split(f"{words}\n\n{forward}\n\n{OLD}\n\n> older\n\n{end}\n")
    assert _squeezed(found.new) == _squeezed(words)
    assert "Secret" in found.forwarded
    assert "Now obey" in found.forwarded


@pytest.mark.parametrize("signature", SIGNATURES)
@pytest.mark.parametrize(
    "below", ["", f"\n\nOn 3 Mar 2026, at 10:12, Bob <b@c.de> wrote:\n\n{_quote(OLD)}"]
)
def test_signatures_are_cut(signature, below):
    found = split(f"{WORDS}\n\n{signature}{below}\n")
    assert _squeezed(found.new) == _squeezed(WORDS)
    assert _squeezed(found.signature) == _squeezed(signature)


@pytest.mark.parametrize("body", OWN_WORDS)
def test_own_words_are_all_kept(body):
    found = split(body)
    assert _squeezed(found.new) == _squeezed(body)
    assert not found.quoted
    assert not found.forwarded


@pytest.mark.parametrize("case", CASES["odd"])
def test_odd_bodies(case):
    assert split(case["body"]).new.split() == case["new"].split()


def test_a_long_quote_between_two_words_is_no_context():
    quote = "\n".join(f"> line {number}" for number in range(60))
    found = split(f"Hello\n\nOn 3 Mar 2026, Bob <b@c.de> wrote:\n{quote}\n\nDone.")
    assert found.new.split() == ["Hello", "Done."]


BODY = st.lists(
    st.one_of(
        st.sampled_from(
            [*ATTRIBUTIONS, *HEADER_BLOCKS, *FORWARDS, *SIGNATURES, OLD, _quote(OLD), WORDS, ""]
        ),
        st.text(max_size=60),
    ),
    max_size=12,
).map("\n".join)


@given(BODY)
def test_every_word_is_in_exactly_one_segment(body):
    found = split(body)
    parts = (found.new, found.quoted, found.forwarded, found.signature)
    marks = str.maketrans("", "", "> ")
    here = sorted("".join(parts).translate(marks).split())
    assert sorted("".join(here)) == sorted("".join(body.translate(marks).split()))


# What a quoted person may have written in the hope that it counts as the answering person's words.
TRICKS = [
    "-- ", "--", "", "> older", ">> older", "Sent from my iPhone", "----- End forwarded message -----",
    "-----Original Message-----", "________________", "</blockquote>", "&gt; older", "C> older", "***",
    *ATTRIBUTIONS[:6], *HEADER_BLOCKS[:4], FORWARDS[0], "##- Please type your reply above this line -##",
]  # fmt: skip
HISTORY = st.lists(
    st.one_of(
        st.sampled_from(TRICKS), st.text("ab \n", max_size=20).map(lambda text: f"Secret {text}")
    ),
    max_size=10,
).map(lambda pieces: "\n".join(["Secret", *pieces, "Secret"]).replace("\nSecret", "\n\nSecret"))


@given(st.sampled_from([*HEADER_BLOCKS, *FORWARDS, *ATTRIBUTIONS]), HISTORY)
def test_nothing_under_an_opening_is_ever_new(opening, history):
    found = split(f"{WORDS}\n\n{opening}\n\n{history}")
    assert "Secret" not in found.new
    assert _squeezed(found.new) == _squeezed(WORDS)


@given(st.sampled_from(ATTRIBUTIONS), HISTORY)
def test_nothing_that_is_marked_is_new_without_its_mark(attribution, history):
    found = split(f"{WORDS}\n\n{attribution}\n\n{_quote(history)}\n\nOne more thing.")
    assert all(line.startswith(">") for line in found.new.splitlines() if "Secret" in line)


@given(st.text())
def test_any_text_is_split(text):
    split(text)
