import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.execution.tables.numbers import NotNumbers, Numbers, read_number, read_numbers


def values(*texts: str, hint=None):
    read = read_numbers(texts, hint=hint)
    return [read.values[text] for text in texts] if isinstance(read, Numbers) else read


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1", "-2", "+3"], [1, -2, 3]),
        (["1.5", ".5", "2.", "0.125"], [1.5, 0.5, 2.0, 0.125]),
        (["1,5", "2,25"], [1.5, 2.25]),
        (["1,234.56", "1,234"], [1234.56, 1234]),
        (["1.234,56", "1.234"], [1234.56, 1234]),
        (["1 234,5", "12\u00a0345,5", "1\u202f000"], [1234.5, 12345.5, 1000]),
        (["1'234.50", "2’000"], [1234.5, 2000]),
        (["12,34,567.00", "1,00,000"], [1234567.0, 100000]),
        (["1.234.567"], [1234567]),
        (["(1,200.50)", "3.00"], [-1200.5, 3.0]),
        (["12-", "\u221213", "5"], [-12, -13, 5]),
        (["$5", "-$6.50", "$-7", "8 $"], [5, -6.5, -7, 8]),
        (["€ 1.000,00", "2,50 €"], [1000.0, 2.5]),
        (["USD 12", "USD 1,000"], [12, 1000]),
        (["12%", "7.5 %"], [12, 7.5]),
        (["1e3", "2.5E-2"], [1000.0, 0.025]),
        (["1,234"], [1234]),
        (["1.234"], [1.234]),
        (["0"], [0]),
        (["٣", "१२"], [3, 12]),
    ],
)
def test_numbers_are_read_as_people_write_them(texts, expected):
    assert values(*texts) == expected


@pytest.mark.parametrize(
    "texts",
    [
        ["007"],
        ["0049 170", "1"],
        ["1.2.3"],
        ["192.168.1.1"],
        ["12/5"],
        ["a"],
        ["(5", "6"],
        ["--5"],
        ["$5", "5 €"],
        ["5%", "6"],
        ["1,5", "1.5"],
        ["4111111111111111"],
        ["1,23,4"],
        ["1 2 3"],
        ["1" * 41],
        ["1 " * 5000 + "x"],
    ],
)
def test_labels_versions_and_mixtures_are_not_numbers(texts):
    assert isinstance(values(*texts), NotNumbers)


def test_a_hint_decides_only_what_the_column_cannot():
    assert values("1,234", hint=",") == [1.234]
    assert values("1,234", "1,234,567", hint=",") == [1234, 1234567]
    assert read_numbers(["1.234"]).ambiguous
    assert not read_numbers(["1.234", "1.5"]).ambiguous


def test_what_does_not_fit_is_named():
    read = read_numbers(["1", "ask", "2"])
    assert read == NotNumbers("not all are numbers", ("ask",), 2)
    assert read_numbers(["$1", "2 €"]).reason == "several currencies ($, €)"


def test_one_number_alone():
    assert (read_number(" 1,000.5 "), read_number("five")) == (1000.5, None)


@given(st.floats(-1e12, 1e12).map(lambda x: round(x, 2)))
def test_what_is_written_with_marks_reads_back(number):
    assert values(f"{number:,.2f}") == [number]
    swapped = f"{number:,.2f}".translate(str.maketrans(",.", ".,"))
    assert values(swapped) == [number]


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_not_but_never_an_error(text):
    assert isinstance(read_numbers([text] if text else []), Numbers | NotNumbers)
