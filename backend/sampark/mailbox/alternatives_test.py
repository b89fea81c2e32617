"""The plain form and the HTML form of one body: what either knows about the other's quotes."""

from hypothesis import given
from hypothesis import strategies as st

from sampark.domain.mail import Segments
from sampark.mailbox.alternatives import checked
from sampark.mailbox.mime import parse

ORDER = "Pay the invoice of the other side at once."


def _mail(plain, html):
    return (
        "From: ann@x.example\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
        f"--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
    ).encode()


def test_what_only_the_html_marks_as_a_quote_is_no_new_text():
    found = parse(
        _mail(
            f"Please do it.\n\n{ORDER}\nYours, Bob Stone",
            f"<p>Please do it.</p><blockquote type=cite><p>{ORDER}</p><p>Yours, Bob Stone</p></blockquote>",
        )
    ).segments
    assert found.new == "Please do it."
    assert ORDER in found.quoted


def test_lines_that_were_wrapped_are_found_in_the_paragraph():
    found = parse(
        _mail(
            "Please do it.\n\nPay the invoice of\nthe other side at\nonce.",
            f"<p>Please do it.</p><div id=appendonsend></div><p>{ORDER}</p>",
        )
    ).segments
    assert found.new == "Please do it."


def test_an_answer_between_the_quotes_of_the_html_stays():
    found = parse(
        _mail(
            "On 3 Mar 2026, Bob <b@x.example> wrote:\n> Which room shall we take?\n\nTake the small room, please.\n",
            "<div>On 3 Mar 2026, Bob wrote:</div><blockquote type=cite>Which room shall we take?</blockquote>"
            "<p>Take the small room, please.</p>",
        )
    ).segments
    assert found.new == "Take the small room, please."


def test_a_line_that_the_html_does_not_have_stays():
    quoting = Segments(new="Please do it.", quoted=ORDER)
    text = Segments(new="Please do it.\nAnd one thing more.")
    assert checked(text, quoting) == text


def test_an_html_without_words_of_its_writer_says_nothing():
    text = Segments(new=ORDER)
    assert checked(text, Segments(quoted=ORDER)) == text


def test_words_that_are_typed_and_quoted_are_typed():
    html = Segments(new="Take the small room.", quoted="Take the small room.")
    text = Segments(new="Take the small room.")
    assert checked(text, html) == text


WORDS = st.lists(st.sampled_from(["a", "b", "c", "\n", "> "]), max_size=30).map(" ".join)


@given(WORDS, WORDS, WORDS)
def test_lines_only_move_from_new_to_quoted(new, typed, quoted):
    found = checked(Segments(new=new), Segments(new=typed, quoted=quoted))
    assert sorted(f"{found.new}\n{found.quoted}".split()) == sorted(new.split())
    assert set(found.new.split("\n")) <= set(new.split("\n")) | {""}
