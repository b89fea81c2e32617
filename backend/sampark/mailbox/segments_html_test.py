"""HTML bodies as mail programs write them, hidden text, and the promises of `split_html`."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.mailbox.html_text import HIDDEN, read_html
from sampark.mailbox.segments import split_html

CASES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
REPLIES, FORWARDS, TRICKS = CASES["replies"], CASES["forwards"], CASES["tricks"]


@pytest.mark.parametrize("program", REPLIES)
def test_words_of_a_reply(program):
    found = split_html(REPLIES[program])
    assert found.new.split() == ["Please", "do", "it."]
    rest = found.quoted + found.forwarded
    assert ("Secret" in rest) is (program != "hidden words")


@pytest.mark.parametrize("program", FORWARDS)
def test_words_above_a_forward(program):
    found = split_html(FORWARDS[program])
    assert found.new.split() == ["Please", "do", "it."]
    assert "Secret" in found.forwarded + found.quoted


@pytest.mark.parametrize("program", [name for name in FORWARDS if name != "apple"])
def test_forwards_are_known_as_such(program):
    assert "Secret" in split_html(FORWARDS[program]).forwarded


def test_answers_between_quotes_keep_them():
    found = split_html(
        "<div>Hi</div><div class='gmail_quote'><div class='gmail_attr'>Bob, then:</div><blockquote class='gmail_quote'>"
        "Shall we?</blockquote><div>Yes.</div><blockquote class='gmail_quote'>When?</blockquote><div>Monday.</div>"
        "<blockquote class='gmail_quote'>Bob</blockquote></div>"
    )
    assert found.new.split() == ["Hi", ">", "Shall", "we?", "Yes.", ">", "When?", "Monday."]
    assert "Bob, then:" in found.quoted


def test_an_indented_paragraph_is_the_writers():
    found = split_html(
        "<div>Use:</div><blockquote style='margin:0 0 0 40px;border:none;padding:0px'>this title</blockquote>"
    )
    assert found.new.split() == ["Use:", "this", "title"]


@pytest.mark.parametrize("trick", TRICKS["hidden"])
def test_hidden_text_is_in_no_segment(trick):
    found = split_html(f"<p>Shown before.</p>{trick.format('Secret order')}<p>Shown after.</p>")
    assert "Secret" not in found.model_dump_json()
    assert found.new.split() == ["Shown", "before.", "Shown", "after."]


@pytest.mark.parametrize("trick", [trick for trick in TRICKS["hidden"] if "style=" in trick])
def test_hidden_text_is_noted(trick):
    assert HIDDEN in read_html(trick.format("Secret")).notes


@pytest.mark.parametrize("trick", TRICKS["shown"])
def test_shown_text_is_kept(trick):
    assert "Words" in split_html(trick.format("Words")).new


def test_tables_and_links_are_readable():
    text = read_html(
        "<p>See <a href='https://example.com/a?b=1'>the plan</a> or <a href='https://example.com/'>example.com</a>."
        "</p><table><tr><th>Region</th><th>Sum</th></tr><tr><td><p>North</p></td><td>12&nbsp;500</td></tr></table>"
        "<ol><li>one<li>two</ol><ul><li>three</ul>"
    ).text
    assert text.splitlines() == [
        "See the plan (https://example.com/a?b=1) or example.com.",
        "",
        "Region | Sum",
        "North | 12 500",
        "",
        "1. one",
        "2. two",
        "",
        "- three",
    ]


@given(st.text(alphabet="<>/!-=\"' abpdivblockquote&#;x0159\n", max_size=300))
def test_any_html_is_read(source):
    split_html(source)


@given(
    st.lists(
        st.sampled_from(
            [*REPLIES.values(), "</div>", "<div>", "<!--", "-->", "<table>", "<td>", "x"]
        )
    )
)
def test_pieces_of_real_html_in_any_order_are_read(pieces):
    split_html("".join(pieces))
