"""Fill the holes of a playbook: files, parameters and questions in, a plan out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from sampark.domain.base import StepKey
from sampark.domain.plan import Arg, Plan, PlanOrigin, Ref, Step
from sampark.domain.task import Task, TaskInput
from sampark.planning.playbooks.book import Each, Playbook, StepHole
from sampark.planning.playbooks.moment_words import moment, told, zone_reason

Values = Mapping[str, JsonValue]

MOST_ASKED = 4
"""Questions about a sheet that one mail may ask."""

TITLE_LIMIT = 200
_HOLE = re.compile(r"\{([a-z_.]+)\}")
_RANKINGS = frozenset({"top", "bottom"})


@dataclass(frozen=True)
class Filling:
    """What goes into the holes: the files, a value per parameter, and what is left out, in words."""

    files: tuple[TaskInput, ...]
    values: Values
    left_out: str = ""


@dataclass(frozen=True)
class _Rows:
    """What steps are repeated over: a row of values per file and per question."""

    shared: Values
    rows: Mapping[str, Sequence[Values]] = field(default_factory=dict[str, Sequence[Values]])

    def known(self, each: Each, row: int) -> Values:
        """Return the values in sight of a step."""
        if not each:
            first = [rows[0] for rows in self.rows.values() if rows]
            return {
                name: value for values in (*first, self.shared) for name, value in values.items()
            }
        return {**self.known("", 0), **self.rows[each][row]}

    def count(self, each: Each) -> int:
        """Return how often a step is repeated."""
        return len(self.rows[each]) if each else 1


def fill(book: Playbook, task: Task, filling: Filling) -> Plan:
    """Return the playbook as a plan for these files and values."""
    questions = _questions(task, filling.values)
    rows = _Rows(
        {**filling.values, **_told(task, filling.values)},
        {"file": [_file_row(item) for item in filling.files], "question": questions[:MOST_ASKED]},
    )
    steps = [step for hole in book.steps for step in _steps(hole, book, rows)]
    kept = {step.key for step in steps}
    refs = [ref for name in book.deliverables for ref in _refs(name, book, rows)]
    return Plan(
        goal=task.goal or book.title,
        steps=tuple(steps),
        deliverables=tuple(ref for ref in refs if ref.step in kept),
        inputs=filling.files,
        assumptions=tuple(_assumptions(book, task, rows.known("", 0), filling)),
        origin=PlanOrigin(kind="playbook", name=book.name, version=book.version),
    )


def _assumptions(book: Playbook, task: Task, known: Values, filling: Filling) -> Iterator[str]:
    said = {claim.name for claim in task.claims if claim.value is not None}
    for item in book.assume:
        if (not item.when or item.when in said) and (not item.unless or item.unless not in said):
            yield _worded(item.text, known)
    if filling.left_out:
        yield f"{filling.left_out}."
    asked = len(_questions(task, filling.values))
    if asked > MOST_ASKED:
        yield f"You ask {asked} questions: the first {MOST_ASKED} are answered."


def _told(task: Task, values: Values) -> Values:
    """Return the moments among the values as `{when.read}`: how its words were read, and by whose clock."""
    holes: dict[str, JsonValue] = {}
    for name, value in values.items():
        when = moment(value)
        if when is not None:
            claim = task.claim(name) or task.claim("day")
            # a choice ('2') or consent ('ok') says nothing that could be read otherwise
            said = claim.quote if claim and len(claim.quote) > len("okay") else ""
            lead = f"“{said}” is read as" if said else "The time is"
            holes[f"{name}.read"] = f"{lead} {told(when)}, {zone_reason(task)}"
    return holes


def _file_row(item: TaskInput) -> Values:
    return {"handle": item.handle, "file": item.name}


def _questions(task: Task, values: Values) -> list[Values]:
    """Return a row per question about a sheet: the claims' own, then each `also`."""
    if "measure" not in values:
        return []
    others = [claim.value for claim in task.claims if claim.name == "also"]
    rows = [dict(values), *({**_NOTHING, **other} for other in others if isinstance(other, dict))]
    return [{**row, **_outlook(row)} for row in rows]


_NOTHING: Values = {"column": "", "by": "", "n": 10, "where": []}


def _outlook(row: Values) -> Values:
    """Return what an answer looks like: whether it has a chart and a table, and what is asked."""
    ranked = row["measure"] in _RANKINGS and row["n"] != 1
    grouped = bool(row["by"]) and row["measure"] not in _RANKINGS
    return {
        "charted": grouped or ranked,
        "listed": grouped or ranked or row["measure"] == "list",
        "asked": _asked(row),
    }


def _asked(row: Values) -> str:
    """Return a question about a sheet in few words: 'sum of amount by region'."""
    measure, column, by = str(row["measure"]), str(row["column"]), str(row["by"])
    if measure in _RANKINGS:
        what = " ".join(word for word in (measure, str(row["n"]), by or column) if word)
        return f"{what} by {column}" if by and column else what
    what = f"{measure} of {column or 'rows'}" if column or measure in {"count", "list"} else measure
    return f"{what} by {by}" if by else what


def _steps(hole: StepHole, book: Playbook, rows: _Rows) -> Iterator[Step]:
    for row in range(rows.count(hole.each)):
        known = rows.known(hole.each, row)
        if hole.when and not known.get(hole.when):
            continue
        args = {name: _arg(raw, known, book, rows, row) for name, raw in hole.args.items()}
        yield Step(
            key=_key(hole, row, rows),
            title=_worded(hole.title, known),
            tool=hole.tool,
            args=args,
            after=tuple(_ref(key, book, rows, row).step for key in hole.after),
            timeout=hole.timeout,
        )


def _arg(raw: JsonValue, known: Values, book: Playbook, rows: _Rows, row: int) -> Arg:
    match raw:
        case str() if raw.startswith("$"):
            return known[raw[1:]]
        case str():
            return _worded(raw, known)
        case {"from": str(name)}:
            return _ref(name, book, rows, row)
        case [{"every": str(name)}]:
            return tuple(_refs(name, book, rows))
        case list():
            return tuple(_arg(item, known, book, rows, row) for item in raw)
        case _:
            return raw


def _refs(name: str, book: Playbook, rows: _Rows) -> list[Ref]:
    """Return the references that `step.field` stands for: one, or one per repetition."""
    key = name.partition(".")[0]
    hole = next(hole for hole in book.steps if hole.key == key)
    return [_ref(name, book, rows, row) for row in range(rows.count(hole.each))]


def _ref(name: str, book: Playbook, rows: _Rows, row: int) -> Ref:
    key, _, named = name.partition(".")
    hole = next(hole for hole in book.steps if hole.key == key)
    return Ref(step=_key(hole, row, rows), field=named)


def _key(hole: StepHole, row: int, rows: _Rows) -> StepKey:
    many = rows.count(hole.each) > 1
    return StepKey(f"{hole.key}-{row + 1}" if many else hole.key)


def _worded(template: str, known: Values) -> str:
    """Put values into words in one pass: what people wrote is never read as a template itself."""

    def value(match: re.Match[str]) -> str:
        found = known.get(match[1], match[0])
        return "; ".join(map(str, found)) if isinstance(found, list) else str(found)

    return _HOLE.sub(value, template)[:TITLE_LIMIT]
