"""Fill the holes of a playbook: parameters and files in, a plan out."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from sampark.domain.base import StepKey
from sampark.domain.plan import Arg, Plan, PlanOrigin, Ref, Step
from sampark.domain.task import Task, TaskInput
from sampark.planning.playbooks.book import Playbook, StepHole

Values = Mapping[str, JsonValue]


def fill(book: Playbook, task: Task, chosen: Sequence[TaskInput], values: Values) -> Plan:
    """Return the playbook as a plan for these files and values."""
    filled = {**values, "zone": zone_words(task)}
    steps: list[Step] = []
    for hole in book.steps:
        if hole.when and not values.get(hole.when):
            continue
        rows = range(len(chosen)) if hole.each else (None,)
        steps += [_step(hole, book, chosen, filled, row) for row in rows]
    kept = {step.key for step in steps}
    return Plan(
        goal=task.goal or book.title,
        steps=tuple(steps),
        deliverables=tuple(
            ref
            for name in book.deliverables
            for ref in _refs(name, book, chosen)
            if ref.step in kept
        ),
        inputs=tuple(chosen),
        assumptions=tuple(
            _said(item.text, filled, None)
            for item in book.assume
            if not item.unless or task.claim(item.unless) is None
        ),
        origin=PlanOrigin(kind="playbook", name=book.name, version=book.version),
    )


def zone_words(task: Task) -> str:
    """Say which clock the times were read on, and why."""
    if zone := task.claim("zone"):
        return f"Times were read in {zone.value}, as you wrote."
    if task.timezone:
        return f"Times were read in {task.timezone}, from the settings."
    offset = f"{task.asked_at:%z}"
    return f"Times were read as UTC{offset[:3]}:{offset[3:]}, the offset of your mail."


def _step(
    hole: StepHole,
    book: Playbook,
    chosen: Sequence[TaskInput],
    values: Values,
    row: int | None,
) -> Step:
    file = chosen[row or 0] if chosen else None
    known = {**values, **({"handle": file.handle, "file": file.name} if file else {})}
    many = len(chosen)
    return Step(
        key=_key(hole.key, row, many),
        title=_said(hole.title, known, file),
        tool=hole.tool,
        args={name: _arg(arg, known, book, row, chosen) for name, arg in hole.args.items()},
        after=tuple(_key(key, row, many) for key in hole.after),
        timeout=hole.timeout,
    )


def _arg(
    raw: JsonValue, known: Values, book: Playbook, row: int | None, chosen: Sequence[TaskInput]
) -> Arg:
    match raw:
        case str() if raw.startswith("$"):
            return known[raw[1:]]
        case str():
            return _said(raw, known, None)
        case {"from": str(name)}:
            return _refs(name, book, chosen, row)[0]
        case [{"every": str(name)}]:
            return tuple(_refs(name, book, chosen))
        case list():
            return tuple(_arg(item, known, book, row, chosen) for item in raw)
        case _:
            return raw


def _refs(
    name: str, book: Playbook, chosen: Sequence[TaskInput], row: int | None = None
) -> list[Ref]:
    """Return the references that `step.field` stands for: one, or one per file."""
    key, _, field = name.partition(".")
    each = any(hole.key == key and hole.each for hole in book.steps)
    rows = ([row] if row is not None else list(range(len(chosen)))) if each else [None]
    return [Ref(step=_key(key, item, len(chosen)), field=field) for item in rows]


def _key(key: str, row: int | None, many: int) -> StepKey:
    return StepKey(key if row is None or many == 1 else f"{key}-{row + 1}")


def _said(template: str, known: Values, file: TaskInput | None) -> str:
    """Put names into a title; what people wrote is never read as a template itself."""
    words = template
    for name, value in {**known, **({"file": file.name} if file else {})}.items():
        if isinstance(value, str | int):
            words = words.replace("{" + name + "}", str(value).replace("{", "(").replace("}", ")"))
    return words[:200]
