import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.reply.references import remote_references
from sampark.reply.sample_test import Eye, linkable
from sampark.reply.sanitise import HTML_LIMIT, LIMIT, TAGS, sanitise

PIECES = [
    "https://evil.com/p.gif?d=1",
    "<img src=https://evil.com/x>",
    "<!--",
    "-->",
    "<style>@import 'x'",
    "![p](",
    "[a](",
    ")",
    "(//evil.com)",
    "\n",
    "\n\n",
    "| a | b |\n|---|--:|\n|",
    "> ",
    "- ",
    "1. ",
    "`",
    "```\n",
    "**",
    "~~",
    "&#46;",
    "&lt;",
    "evil",
    ".",
    "com",
    "<https://evil.com>",
    "\\",
    "# ",
    "[r]: https://evil.com 't'\n\n",
    "[r]",
    "javascript:alert(1)",
    "<a href='",
    "'>",
    "\u200b",
    "\U000e0041",
    "</td></table><table background=//evil.com>",
    '" onload=x',
    "data:text/html,x",
    "\x00",
]


@settings(max_examples=400, deadline=None, database=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=30).map("".join))
def test_no_body_ever_reaches_out(markdown: str):
    body = sanitise(markdown)
    seen = Eye(body.html)
    assert seen.reached == []
    assert linkable(body.text) == []
    assert linkable(seen.text) == []
    assert remote_references(body.html) == ()


def test_plain_markdown_in_both_bodies():
    body = sanitise(
        "# Result\n\nThe **sum** is `42`.\nSecond line\n\n- one\n- two\n  1. deep\n\n"
        "> said\n\n---\n\n```python\nx = 1\n```"
    )
    assert body.text == (
        "Result\n\nThe sum is 42.\nSecond line\n\n- one\n- two\n  1. deep\n\n"
        "    said\n\n* * *\n\n    x = 1"
    )
    assert '<h3 style="' in body.html
    assert "<strong>sum</strong>" in body.html
    assert "</code>.<br>\nSecond line" in body.html
    assert "language" not in body.html


def test_a_table_is_aligned_in_both_bodies():
    body = sanitise(
        "| Region | Sum |\n|---|---:|\n| North | 12.50 |\n| South\\|East | 7 |\n| ~~x~~ |"
    )
    assert body.text == (
        "Region     |   Sum\n"
        "-----------+------\n"
        "North      | 12.50\n"
        "South|East |     7\n"
        "x          |"
    )
    assert body.html.count('align="right"') == 4
    assert 'align="left">Region</th>' in body.html


def test_a_table_wider_than_a_window_is_not_padded():
    cells = " | ".join(["x" * 30] * 4)
    body = sanitise(f"| a | b | c | d |\n|---|---|---|---|\n| {cells} |")
    assert body.text == f"a | b | c | d\n{cells}"


def test_a_known_link_lives_and_every_other_shows_where_it_leads():
    markdown = (
        "[guide](https://docs.example.com/a) [gift](https://evil.com/?d=1 'title') ![p](//evil.com)"
    )
    body = sanitise(markdown, allowed_hosts=["docs.example.com"])
    shown = "gift (hxxps[:]//evil[.]com/?d=1) !p (//evil[.]com)"
    assert body.text == f"guide (https://docs.example.com/a) {shown}"
    assert (
        'href="https://docs.example.com/a" rel="noopener noreferrer nofollow">guide</a>'
        in body.html
    )
    assert shown in body.html
    assert Eye(body.html).reached == ["a href=https://docs.example.com/a"]
    assert remote_references(body.html, allowed_hosts=["docs.example.com"]) == ()


def test_a_host_spread_over_markup_is_read_as_a_whole():
    body = sanitise("*ht*tps://x *evil*.com e**vil.c**om")
    assert body.text == "hxxps[:]//x evil[.]com evil[.]com"
    assert linkable(Eye(body.html).text) == []
    assert "<em>hx</em>xps[:]//x" in body.html
    assert "e<strong>vil[.]c</strong>om" in body.html


def test_raw_html_is_shown_as_the_words_it_is():
    body = sanitise("<b onclick=x>hi</b>\n\n<div>\n<script>go()</script>\n</div>")
    assert body.text == "<b onclick=x>hi</b>\n\n<div>\n<script>go()</script>\n</div>"
    assert "&lt;script&gt;go()&lt;/script&gt;" in body.html
    assert Eye(body.html).reached == []


def test_hidden_text_does_not_travel():
    body = sanitise("ok\u200b\u202e\U000e0068\U000e0069\u2063\ufe0f done")
    assert body.text == "ok done"


@pytest.mark.parametrize("unit", ["word ", "[", "a|", "> ", "`", "**a", "<", "é", "\U0001f600"])
def test_a_megabyte_is_cut_and_both_bodies_say_so(unit: str):
    body = sanitise(unit * (1_048_576 // len(unit.encode())))
    note = "The text is cut here: it was longer than 64 KB."
    assert body.text.endswith(note)
    assert body.html.endswith(f"{note}</p>")
    assert len(body.text) <= LIMIT + 100


def test_a_table_that_grows_out_of_all_proportion_is_told_as_text():
    body = sanitise("|a" * 200 + "|\n" + "|-" * 200 + "|\n" + "|<x>|\n" * 5000)
    assert body.html.startswith('<pre style="')
    assert "&lt;x&gt; |" in body.html
    assert "<td" not in body.html
    assert len(body.html) < HTML_LIMIT


def test_a_list_keeps_its_numbers():
    body = sanitise("5. five\n6. six\n\n   more of six")
    assert body.text == "5. five\n\n6. six\n\n   more of six"
    assert ' start="5">' in body.html


def test_nothing_gives_nothing():
    assert sanitise("").model_dump() == {"text": "", "html": ""}
    assert sanitise(" \n\u200b").text == ""


def test_the_tag_list_stays_small():
    assert len(TAGS) <= 22
