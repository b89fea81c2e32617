from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampark.execution.tables.dates import read_dates


def values(*texts: str, **options):
    read = read_dates(texts, **options)
    return None if read is None else [read.values[text] for text in texts]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2024-01-31", "2024/2/1"], [date(2024, 1, 31), date(2024, 2, 1)]),
        (["31.01.2024", "1.2.24"], [date(2024, 1, 31), date(2024, 2, 1)]),
        (["31/01/2024", "03/04/2024"], [date(2024, 1, 31), date(2024, 4, 3)]),
        (["01/31/2024", "03/04/2024"], [date(2024, 1, 31), date(2024, 3, 4)]),
        (["3 Mar 2024", "04-April-24"], [date(2024, 3, 3), date(2024, 4, 4)]),
        (["March 3, 2024", "Sept. 4th, 2023"], [date(2024, 3, 3), date(2023, 9, 4)]),
        (["Mon, 4 March 2024"], [date(2024, 3, 4)]),
        (["1.1.69", "1.1.68"], [date(1969, 1, 1), date(2068, 1, 1)]),
        (["2024-01", "2024-12"], [date(2024, 1, 1), date(2024, 12, 1)]),
        (["Mar 2024"], [date(2024, 3, 1)]),
        (["2024-01-31 14:05", "2024-02-01"], [datetime(2024, 1, 31, 14, 5), datetime(2024, 2, 1)]),
        (["1/31/2024 2:05:09 PM"], [datetime(2024, 1, 31, 14, 5, 9)]),
        (["1/31/2024 12:30 am"], [datetime(2024, 1, 31, 0, 30)]),
        (["2024-01-31T23:30:00.5+02:00"], [datetime(2024, 1, 31, 21, 30, 0, 500000)]),
        (["2024-01-31T23:30:00Z"], [datetime(2024, 1, 31, 23, 30)]),
    ],
)
def test_dates_are_read_as_people_write_them(texts, expected):
    assert values(*texts) == expected


@pytest.mark.parametrize(
    "texts",
    [
        ["31.02.2024"],
        ["13/13/2024"],
        ["13/01/2024", "01/13/2024"],
        ["2024-01-01", "1.1.2024"],
        ["2024-01-01T00:00Z", "2024-01-01T00:00"],
        ["1.5"],
        ["12"],
        ["20240131"],
        ["yesterday"],
        ["1/2-2024"],
        ["2024-01-01 25:00"],
        ["x" * 100],
    ],
)
def test_what_is_no_date_or_mixed_is_left(texts):
    assert values(*texts) is None


def test_the_order_of_day_and_month_is_proved_assumed_or_told():
    assert read_dates(["31/01/2024"]).day_first is True
    assert read_dates(["01/31/2024"]).day_first is False
    unsure = read_dates(["03/04/2024"])
    assert (unsure.day_first, unsure.note) == (
        None,
        "Dates were read as month, day, year: no cell decides which comes first.",
    )
    assert values("03/04/2024", day_first=True) == [date(2024, 4, 3)]
    assert values("03.04.2024") == [date(2024, 4, 3)]
    assert values("20240131", compact=True) == [date(2024, 1, 31)]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_iso_dates_read_back(day):
    assert values(day.isoformat()) == [day]


@given(st.text(max_size=70))
def test_any_text_is_a_date_or_not_but_never_an_error(text):
    read_dates([text], compact=True)
