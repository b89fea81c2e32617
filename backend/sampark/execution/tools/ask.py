"""Questions to a table: sums, averages, counts, extremes, groups, lists; answered in a sentence."""

from pydantic import Field

from sampark.domain.base import Frozen
from sampark.domain.ports import Bench
from sampark.domain.tool import Prior, Tool
from sampark.domain.value import Table, Text
from sampark.execution.tables.answers import answer, title
from sampark.execution.tables.measures import Measure, find_question
from sampark.execution.tables.results import result_query
from sampark.execution.tables.store import keep_query, opened


class AskTable(Frozen):
    """A question. Columns and conditions are in the requester's words, matched to the headers.

    `n` counts for top, bottom and list. `where` holds conditions such as `region is North`,
    `amount over 100`, `date in 2024`; all must hold.
    """

    table: Table
    measure: Measure
    column: str = ""
    by: str = ""
    n: int = Field(default=10, ge=1, le=1000)
    where: list[str] = Field(default=[], max_length=10)


class TableAnswer(Frozen):
    """One or two sentences with a small table, the whole result as a table, and its title."""

    answer: Text
    table: Table
    title: str


def ask_table(given: AskTable, bench: Bench) -> TableAnswer:
    """Answer a question about a table.

    Text is compared and grouped without case and outer spaces. `min` and `max` also take dates.

    Raises:
        StepFailed: A column or a condition does not fit the table; the message names the nearest.
    """
    with opened(bench, given.table) as engine:
        question = find_question(
            engine,
            given.table,
            given.measure,
            column=given.column,
            by=given.by,
            where=given.where,
            n=given.n,
        )
        words = answer(engine, given.table, question)
        query = result_query(given.table, question)
        result = keep_query(bench, engine, "Answer", *query.parts, values=query.values)
    return TableAnswer(answer=Text(markdown=words), table=result, title=title(question))


TABLE_ASK = Tool(
    name="table.ask",
    summary="Answer a question about a table: sum, average, count, top n, by group, conditions.",
    input=AskTable,
    output=TableAnswer,
    run=ask_table,
    prior=Prior(p50=0.1, p90=2.0),
)
