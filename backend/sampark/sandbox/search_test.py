import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.sandbox.problems import ApiProblem
from sampark.sandbox.search import And, Not, Or, Term, read_query, terms


def word(value):
    return Term("", value)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", And(())),
        ("a", word("a")),
        ("a b", And((word("a"), word("b")))),
        ("a OR b c", And((Or((word("a"), word("b"))), word("c")))),
        ("a AND b", And((word("a"), word("b")))),
        ("{a b}", Or((word("a"), word("b")))),
        ("-a", Not(word("a"))),
        ("--a", word("a")),
        ("-(a b)", Not(And((word("a"), word("b"))))),
        ('"a b"', word("a b")),
        ("from:x", Term("from", "x")),
        ('subject:"a b"', Term("subject", "a b")),
        ("subject:(a OR b)", Or((Term("subject", "a"), Term("subject", "b")))),
        ("from:{a b}", Or((Term("from", "a"), Term("from", "b")))),
        ("-from:x", Not(Term("from", "x"))),
        ("foo-bar", word("foo-bar")),
        ("(a", word("a")),
        ("a)", word("a")),
        ("OR a OR", word("a")),
        ('"open', word("open")),
    ],
)
def test_reading(text, query):
    assert read_query(text) == query


@given(st.text('ab:-(){}"| OR', max_size=80))
def test_nothing_is_a_syntax_error(text):
    list(terms(read_query(text)))


def test_negated_terms_are_not_asked_for():
    assert [term.value for term in terms(read_query("a -in:trash {b c}"))] == ["a", "b", "c"]


def test_a_search_of_too_many_terms_is_refused():
    with pytest.raises(ApiProblem, match="too many terms"):
        read_query("a " * 500)
