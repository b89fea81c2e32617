"""What a run made, as an answer can carry it: words and files."""

from collections.abc import Iterator
from datetime import datetime

from sampark.domain.plan import Ref
from sampark.domain.run import RunRecord
from sampark.domain.task import Task
from sampark.domain.tool import AnyTool
from sampark.domain.value import File, Table, Text
from sampark.execution.tables.words import escaped
from sampark.execution.tools.tables import WriteTable, write_table
from sampark.reply import figures
from sampark.workflow.bench import TaskBench
from sampark.workflow.services import Services

MOST_ROWS = 1_000_000
"""A longer table becomes a csv file: a sheet of Excel ends at 1,048,576 rows."""


def delivered(here: Services, record: RunRecord) -> list[Text | File]:
    """Return the deliverables that were made, each once, in the order of the plan."""
    bench = TaskBench(record.task, here)
    outputs = (item for ref in record.plan.deliverables for item in _outputs(here, record, ref))
    carried = (_carried(item, record.task, bench) for item in outputs)
    return list(dict.fromkeys(item for item in carried if item is not None))


def _outputs(here: Services, record: RunRecord, ref: Ref) -> Iterator[object]:
    run = record.last(ref.step)
    if run is None or run.value is None:
        return
    tool: AnyTool = here.tools[record.plan.step(ref.step).tool]
    field = getattr(tool.output.model_validate(run.value.data), ref.field)
    yield from field if isinstance(field, list | tuple) else (field,)


def _carried(item: object, task: Task, bench: TaskBench) -> Text | File | None:
    """Return an output as words or as a file; None for nothing, and for what only steps can use."""
    match item:
        case Text() | File():
            return item
        case Table():
            to = "xlsx" if item.rows <= MOST_ROWS else "csv"
            return write_table(WriteTable(table=item, to=to), bench).file
        case datetime():
            return Text(markdown=escaped(figures.moment(item, task)))
        case bool():
            return Text(markdown="Yes." if item else "No.")
        case str() | int() | float():
            return Text(markdown=escaped(str(item)))
        case _:
            return None
