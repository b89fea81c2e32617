"""Evidence marked in the words, whatever overlaps whatever."""

from hypothesis import given
from hypothesis import strategies as st

from sampark.domain.task import Claim
from sampark.lab.evidence import pieces


def claim(words, quote, name="n"):
    return Claim(name=name, value=1, quote=quote, start=words.index(quote))


def test_overlapping_evidence_is_cut_at_every_edge():
    words = "convert this to PDF please"
    found = pieces(words, [claim(words, "convert this"), claim(words, "this to PDF")])
    assert [(each.words, each.claims, each.ends) for each in found] == [
        ("convert ", (1,), ()),
        ("this", (1, 2), (1,)),
        (" to PDF", (2,), (2,)),
        (" please", (), ()),
    ]


def test_a_quote_that_does_not_stand_there_marks_nothing():
    wrong = Claim(name="n", value=1, quote="PDF", start=0)
    empty = Claim(name="n", value=1, quote="", start=3)
    assert [each.words for each in pieces("to pdf", [wrong, empty])] == ["to pdf"]


def test_no_words_have_no_pieces():
    assert pieces("", []) == []


@given(st.text(min_size=1), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20))))
def test_the_pieces_joined_are_the_words(words, spans):
    claims = [
        Claim(name="n", value=1, quote=words[begin : begin + size], start=begin)
        for begin, size in spans
    ]
    assert "".join(piece.words for piece in pieces(words, claims)) == words
