"""Addresses and links count only as the requester typed them, whole and character by character."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.llm.verbatim import invented, strings

WORDS = """Send it to bob@example.com, (see https://example.org/a?b=1) and <mailto:eve@example.net>.
*ann@example.com* and www.example.org/x."""


@pytest.mark.parametrize(
    "text",
    [
        "bob@example.com",
        "To bob@example.com.",
        "(bob@example.com), [ann@example.com]; <eve@example.net>",
        "https://example.org/a?b=1",
        "eve@example.net",
        "mailto:eve@example.net",
        "ann@example.com",
        "www.example.org/x",
        "Sales data: 2026. Data, mailto: and www. alone",
        "meet @ 5, @team, file.csv, a:b, 10 / 2",
    ],
)
def test_what_was_typed_may_be_written(text: str):
    assert invented([text], WORDS) == ()


@pytest.mark.parametrize(
    "text",
    [
        "ob@example.com",
        "bob@example.co",
        "_bob@example.com",
        "bob@example.com.evil.test",
        "bob@example.com@evil.test",
        "Bob@example.com",
        "a|bob@example.com",
        "to:bob@example.com",
        "'bob@example.com",
        '"a b"@example.com',
        "bob(x)@example.com",
        "bob@[127.0.0.1]",
        "bob＠example.com",
        "bob@exam\u200bple.com",
        "https://example.org/a",
        "https://example.org/a?b=1,c=2",
        "http://example.org/a?b=1",
        "www.example.org",
        "mailto:bob@example.com",
        "javascript:alert(1)",
        "data:text/html,x",
        "data:,x",
        "ftp://example.org/",
        "https:\\\\evil.test",
    ],
)
def test_what_was_not_typed_is_found(text: str):
    assert invented([f"go {text} now"], WORDS) != ()


@pytest.mark.parametrize("run", ["a", "a.", "a@", "@", "www.", "a:", "://", "(", "data:"])
def test_a_megabyte_without_a_space_is_read_at_once(run: str):
    words = run * (1_000_000 // len(run))
    assert invented([words], words) == ()


def test_each_is_named_once_and_sorted():
    assert invented(["b@x.test a@x.test", "b@x.test"], "") == ("a@x.test", "b@x.test")


def test_strings_are_found_at_every_depth_and_in_names():
    value = {"a": ["x", 1, {"b": "y"}], "c@d.test": None, "e": True}
    assert list(strings(value)) == ["a", "x", "b", "y", "c@d.test", "e"]


@given(st.text())
def test_the_words_themselves_are_never_invented(words: str):
    assert invented([words], words) == ()


@settings(max_examples=30)
@given(st.text(), st.emails())
def test_an_address_beside_the_words_is_always_found(words: str, address: str):
    if address not in words:
        assert invented([address], words) != ()
