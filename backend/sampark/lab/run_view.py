"""What came of a plan that ran: how each step stands, its values, the files it delivers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from markupsafe import Markup
from pydantic import JsonValue, TypeAdapter, ValidationError

from sampark.domain.base import StepKey
from sampark.domain.plan import Ref
from sampark.domain.run import StepStatus
from sampark.domain.value import File, Table, Text, Value
from sampark.errors import PlanRefused
from sampark.lab.bench import TrialBench
from sampark.lab.drafting import reference
from sampark.lab.file_view import FileView, by_name
from sampark.lab.markup import View, markdown, rendered
from sampark.lab.plan_view import PlanView
from sampark.lab.program import named
from sampark.lab.standing import tally
from sampark.lab.table_view import TableView, of_table

Output = FileView | TableView | str | JsonValue | list["FileView | TableView | str | JsonValue"]
_STORED: TypeAdapter[File | Table | Text] = TypeAdapter(File | Table | Text)


@dataclass(frozen=True, repr=False)
class RunView(View):
    """A run. True in a condition when every step was done.

    Attributes:
        plan: the plan, with how its steps stand.
        values: what each finished step gave, by key.
        bench: where the content of files and tables lies.
    """

    plan: PlanView
    values: Mapping[StepKey, Value]
    bench: TrialBench = field(repr=False)

    def __bool__(self) -> bool:
        return self.ok

    @property
    def ok(self) -> bool:
        """Whether every step was done."""
        return all(run.status is StepStatus.DONE for run in self.plan.runs.values())

    @property
    def statuses(self) -> dict[str, str]:
        """How each step stands, in one word, by key."""
        return {key: self.plan.status(key) for key in self.plan.keys}

    @property
    def errors(self) -> dict[str, str]:
        """Why steps are not done, in words for the requester, by key."""
        runs = self.plan.runs.items()
        return {key: run.error.message for key, run in runs if run.error is not None}

    @property
    def files(self) -> dict[str, FileView]:
        """The files that the plan delivers, by name; a name that is taken gets a number."""
        outputs = (each for _, output in self._delivered() for each in _flat(output))
        return by_name(each for each in outputs if isinstance(each, FileView))

    @property
    def words(self) -> str:
        """The words that the plan delivers, as Markdown."""
        outputs = (each for _, output in self._delivered() for each in _flat(output))
        return "\n\n".join(each for each in outputs if isinstance(each, str))

    def value(self, name: Ref | str) -> Output:
        """Return an output: a FileView, a TableView, words, plain JSON, or a list of them.

        Args:
            name: the output, as `"read.table"` or `read.table`.

        Raises:
            PlanRefused: The step did not give it.
        """
        ref = reference(name)
        given = self.values.get(ref.step)
        if given is None or ref.field not in given.data:
            there = ", ".join(
                f"{key}.{one}" for key, each in self.values.items() for one in each.data
            )
            raise PlanRefused(f"There is no {named(ref)}.", fix=f"There is: {there or 'nothing'}.")
        return self._shown(given.data[ref.field])

    def origins(self, key: str) -> list[str]:
        """Return who could have shaped what a step gave: `["attachment:att1", "requester"]`.

        Raises:
            PlanRefused: There is no such step.
        """
        given = self.values.get(self.plan.step(key).key)
        return [] if given is None else sorted(str(origin) for origin in given.origins)

    def text(self) -> str:
        """Return how the steps stand, and a line for each that is not done."""
        lines = [f"Run({tally(self.plan.plan, self.plan.runs)})"]
        return "\n".join([*lines, *(f"- {key}: {why}" for key, why in self.errors.items())])

    def html(self) -> str:
        """Return the picture, the steps, and what is delivered."""
        return rendered(
            "run",
            ok=self.ok,
            headline=tally(self.plan.plan, self.plan.runs),
            plan=self.plan.body(),
            outputs=[
                (name, [_body(each) for each in _flat(output)])
                for name, output in self._delivered()
            ],
        )

    def _delivered(self) -> Iterator[tuple[str, Output]]:
        for ref in self.plan.plan.deliverables:
            if ref.step in self.values and ref.field in self.values[ref.step].data:
                yield named(ref), self.value(ref)

    def _shown(self, data: JsonValue) -> Output:
        if isinstance(data, list):
            return [_one(self._shown(item)) for item in data]
        try:
            found = _STORED.validate_python(data)
        except ValidationError:
            return data
        match found:
            case Text(markdown=words):
                return words
            case File():
                return FileView(name=found.name, content=self.bench.read(found))
            case Table():
                return of_table(found, self.bench)


def _one(output: Output) -> FileView | TableView | str | JsonValue:
    return str(output) if isinstance(output, list) else output


def _flat(output: Output) -> list[FileView | TableView | str | JsonValue]:
    return [*output] if isinstance(output, list) else [output]


def _body(output: FileView | TableView | str | JsonValue) -> Markup:
    if isinstance(output, FileView | TableView):
        return output.body()
    if isinstance(output, str):
        return markdown(output)
    return rendered("json", value=output)
