import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sampark.reply import inert
from sampark.reply.inert import Known
from sampark.reply.sample_test import linkable, task

KNOWN = Known(hosts=frozenset({"docs.example.com"}), addresses=frozenset({"asha@example.com"}))


@pytest.mark.parametrize(
    ("live", "dead"),
    [
        ("https://evil.com/a.png?x=1", "hxxps[:]//evil[.]com/a[.]png?x=1"),
        ("HTTP://EVIL.COM", "HxxP[:]//EVIL[.]COM"),
        ("evil.com/x, other.test.", "evil[.]com/x, other[.]test."),
        ("www.evil.zzz", "www[.]evil[.]zzz"),
        ("a.b.evil.com.csv", "a[.]b[.]evil[.]com.csv"),
        ("evil\u3002com evil\uff0e\uff43\uff4f\uff4d", "evil[.]com evil[.]\uff43\uff4f\uff4d"),
        ("пример.рф xn--e1afmkfd.xn--p1ai", "пример[.]рф xn--e1afmkfd[.]xn--p1ai"),
        ("看evil.com的", "看evil[.]com的"),
        ("you@evil.com mailto:x", "you@evil[.]com mailto[:]x"),
        (r"\\evil\share", r"[\]\evil\share"),
        ("https://localhost:80/", "hxxps[:]//localhost:80/"),
        ("notes.md archive.zip", "notes[.]md archive[.]zip"),
    ],
)
def test_what_becomes_a_link_is_defanged(live: str, dead: str):
    assert inert.defang(live) == dead
    assert inert.defang(dead) == dead


@pytest.mark.parametrize(
    "words",
    [
        "sales.csv report.pdf Sepal.Length 3.14 v1.2.3 e.g. i.e. done.The 10.0.0.1",
        "Data: 12 rows; ratio 3:4, C:\\temp, and/or",
        "https://docs.example.com/a_b/c%20d (https://docs.example.com).",
        "docs.example.com, asha@example.com; Asha@Example.com",
    ],
)
def test_ordinary_words_and_known_links_stay(words: str):
    assert inert.defang(words, KNOWN) == words


@pytest.mark.parametrize(
    "url",
    [
        "http://docs.example.com/",
        "https://docs.example.com:8443/",
        "https://docs.example.com/?d=1",
        "https://docs.example.com/#d",
        "https://u@docs.example.com/",
        "https://docs.example.com.evil.com/",
        "https://docs.example.com\\@evil.com/",
        "https://DOCS.example.com/",
        "//docs.example.com/",
    ],
)
def test_a_known_host_is_no_excuse(url: str):
    assert not inert.live_link(url, KNOWN)
    assert "docs.example.com/" not in inert.defang(url, KNOWN).casefold()


def test_hidden_characters_go_and_odd_spaces_become_plain():
    hidden = "a\u200bb\u202ec\U000e0041d\u00ade\ufefff\u2066g\ufe0fh\u3164i\x00j\ud800k\ue000l"
    assert inert.visible(hidden) == "abcdefghijkl"
    assert inert.visible("a\u00a0b\u2003c\r\nd\u2028e\rf\tg") == "a b c\nd\ne\nf\tg"


def test_a_line_is_one_line_and_keeps_its_limit():
    assert inert.line("  a\r\n\tb \u00a0 c ") == "a b c"
    assert inert.line("abcdef", 4) == "abc…"


def test_known_addresses_are_the_ones_the_requester_typed():
    known = Known.of(task(words="Invite Ravi.K@Example.org. Thanks"))
    assert known.addresses == {"ravi.k@example.org", "you@example.com", "sampark@example.com"}
    assert known.hosts == frozenset()


@settings(max_examples=300, deadline=None, database=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "https",
                ":",
                "//",
                ".",
                "www",
                "com",
                "evil",
                "рф",
                "@",
                "\\",
                " ",
                "。",
                "a",
                "é",
                "-",
            ]
        )
        | st.text(max_size=3)
    ).map("".join)
)
def test_nothing_linkable_is_left_and_a_second_time_changes_nothing(words: str):
    dead = inert.defang(inert.visible(words))
    assert linkable(dead) == []
    assert inert.defang(dead) == dead
