from datetime import date

import pytest

from sampark.understanding import jobs
from sampark.understanding.asked import as_json

TODAY = date(2026, 11, 23)


def asked(words, *, sheet=True):
    """Return the questions a text asks, each as its claim."""
    found = jobs.find(words, TODAY, sheet=sheet)
    return [as_json(item) for job in found if job.kind == "ask" for item in job.questions]


def one(measure, column="", by="", n=0, where=()):
    told = {"measure": measure, "column": column, "by": by, "n": n, "where": list(where)}
    return {name: value for name, value in told.items() if value}


@pytest.mark.parametrize(
    "words, expected",
    [
        ("total by customer", one("sum", by="customer")),
        ("What is the total by customer?", one("sum", by="customer")),
        ("Sum of total by customer", one("sum", "total", "customer")),
        ("total of the Total column by customer", one("sum", "Total", "customer")),
        ("average price per region", one("average", "price", "region")),
        ("Average order value by country", one("average", "order value", "country")),
        ("sum(amount) group by region", one("sum", "amount", "region")),
        ("sum amount", one("sum", "amount")),
        ("add up amount per region", one("sum", "amount", "region")),
        ('sum of the column "Net total" per country', one("sum", "Net total", "country")),
        ("median amount", one("median", "amount")),
        ("What is the maximum amount?", one("max", "amount")),
        ("lowest price", one("min", "price")),
        ("highest salary per department", one("max", "salary", "department")),
        ("what are the totals?", one("sum")),
        ("revenue by month", one("sum", "revenue", "month")),
        ("Sales by region please", one("sum", "Sales", "region")),
        ("breakdown by product", one("sum", by="product")),
        ("Can you break down the amount by region?", one("sum", "amount", "region")),
        ("What was our revenue in March 2026?", one("sum", "revenue", where=["March 2026"])),
        ("What is the sum of amonut by reigon?", one("sum", "amonut", "reigon")),
    ],
)
def test_measures(words, expected):
    assert asked(words) == [expected]


@pytest.mark.parametrize(
    "words, expected",
    [
        ("top 5 products by revenue", one("top", "revenue", "product", 5)),
        ("Top five customers", one("top", by="customer", n=5)),
        ("bottom 3 regions by amount", one("bottom", "amount", "region", 3)),
        ("5 largest orders", one("top", by="order", n=5)),
        ("Which product has the highest amount?", one("top", "amount", "product", 1)),
        ("Which region sold the most?", one("top", by="region", n=1)),
        ("which customer spent the most", one("top", by="customer", n=1)),
        ("What's the best selling product?", one("top", by="product", n=1)),
        ("which month had the lowest sales?", one("bottom", "sales", "month", 1)),
    ],
)
def test_rankings(words, expected):
    assert asked(words) == [expected]


@pytest.mark.parametrize(
    "words, expected",
    [
        ("how many orders are from Germany", one("count", where=["Germany"])),
        ("How many orders came from Germany in 2026?", one("count", where=["Germany", "2026"])),
        ("How many rows?", one("count")),
        ("count orders by status", one("count", by="status")),
        ("number of customers per country", one("count", by="country")),
        ("How many open orders are there?", one("count", where=["open"])),
        ("How many different products are there?", one("list", "product")),
        ("sum of amount where status is paid", one("sum", "amount", where=["status is paid"])),
        ("Sum of amount for paid orders", one("sum", "amount", where=["paid"])),
        ("total amount for region North", one("sum", "amount", where=["region North"])),
        (
            "What's the average amount when channel is web and region is North?",
            one("average", "amount", where=["channel is web", "region is North"]),
        ),
        ("list all orders over 500", one("list", where=["over 500"])),
        ("Show all orders from the North", one("list", where=["North"])),
        (
            "show me the rows where amount is over 400",
            one("list", where=["amount is over 400"]),
        ),
    ],
)
def test_rows_are_counted_listed_and_narrowed(words, expected):
    assert asked(words) == [expected]


@pytest.mark.parametrize(
    "words, expected",
    [
        ("Summe von amount pro region", one("sum", "amount", "region")),
        ("Durchschnitt der Menge pro Produkt", one("average", "Menge", "Produkt")),
        ("Wie viele Bestellungen gibt es pro Land?", one("count", by="Land")),
        ("Quelle est la moyenne de amount par region?", one("average", "amount", "region")),
        ("Cuál es el total de amount por region?", one("sum", "amount", "region")),
    ],
)
def test_other_languages(words, expected):
    assert asked(words) == [expected]


def test_several_questions_are_kept_apart():
    assert asked("Average units and total amount per product") == [
        one("average", "units", "product"),
        one("sum", "amount", "product"),
    ]
    assert asked("min and max of amount") == [one("min", "amount"), one("max", "amount")]


@pytest.mark.parametrize(
    "words",
    [
        "The total by region is wrong.",
        "Is the total correct?",
        "Write a poem about the sum of all fears",
        "I need the report by Friday",
        "Please send the file by mail",
        "Order 12 pens by Friday",
        "Fine by me",
        "Stand by for news",
        "FYI: the new price list is attached.",
        "Who is the CEO of Apple?",
        "delete the last column",
        "Can you check the spelling?",
        "I already know the average, thanks.",
        "Best regards",
        "Most of it is done",
        "On average it takes long",
    ],
)
def test_what_asks_a_sheet_nothing(words):
    assert asked(words) == []


@pytest.mark.parametrize(
    "words",
    ["How many people are coming on Friday?", "revenue by month", "list all orders over 500"],
)
def test_without_a_sheet_only_a_full_question_counts(words):
    assert asked(words, sheet=False) == []
