"""Check one step's arguments against its tool: names, references, types, handles of attachments."""

from collections.abc import Iterator, Sequence

from sampark.domain.plan import Arg, Ref, Step, write_arg
from sampark.domain.task import TaskInput
from sampark.domain.tool import AnyTool
from sampark.planning.fixes import explain, nearest_handle, offer
from sampark.planning.problems import PlanError, did_you_mean, show
from sampark.planning.type_words import words
from sampark.planning.wiring import Wiring, handles, places, ref_problem, refs_in
from sampark.planning.wiring_types import (
    annotation,
    fits,
    literal_problem,
    members,
    model_problem,
)


def arg_errors(step: Step, tool: AnyTool, wiring: Wiring) -> list[PlanError]:
    """Return everything that is wrong with the arguments of one step."""
    fields = tool.input.model_fields
    errors = [_unknown(step, name, tool) for name in step.args if name not in fields]
    for name, field in fields.items():
        if name in step.args:
            errors += _type_errors(step, name, step.args[name], annotation(field), wiring)
        elif field.is_required():
            errors.append(_missing(step, name, annotation(field), wiring))
    errors += _handle_errors(step, tool, wiring.inputs)
    if not errors and not any(True for _ in step.refs()):
        errors += _model_errors(step, tool)
    return errors


def ref_errors(step: Step, wiring: Wiring) -> Iterator[PlanError]:
    """Yield the references and orderings of a step that lead nowhere."""
    for name, arg in step.args.items():
        for ref in refs_in(arg):
            if problem := ref_problem(ref, wiring):
                yield PlanError(
                    kind="DanglingRef", step=step.key, arg=name, problem=problem[0], fix=problem[1]
                )
    for key in step.after:
        if key not in wiring.steps:
            fix = did_you_mean(key, wiring.keys, called="The steps are")
            problem_words = f"It comes after {show(key)}, which is no step of the plan."
            yield PlanError(kind="DanglingRef", step=step.key, problem=problem_words, fix=fix)


def _unknown(step: Step, name: str, tool: AnyTool) -> PlanError:
    return PlanError(
        kind="UnknownArg",
        step=step.key,
        arg=name,
        problem=f"{tool.name} takes no argument {show(name)}.",
        fix=did_you_mean(name, list(tool.input.model_fields), called="It takes"),
    )


def _missing(step: Step, name: str, kind: object, wiring: Wiring) -> PlanError:
    return PlanError(
        kind="MissingArg",
        step=step.key,
        arg=name,
        problem=f"{step.tool} needs {show(name)}: {words(kind)}.",
        fix=offer(step, kind, wiring) or f"Add {show(name)}.",
    )


def _type_errors(
    step: Step, name: str, arg: Arg, kind: object, wiring: Wiring
) -> Iterator[PlanError]:
    for where, part, wanted in _mismatches(name, arg, kind, wiring):
        problem, fix = explain(step, part, wanted, wiring)
        yield PlanError(
            kind="WrongType",
            step=step.key,
            arg=name,
            problem=f"{where} of {step.tool} should be {words(wanted)}, but {problem}.",
            fix=fix,
        )


def _mismatches(
    where: str, arg: Arg, kind: object, wiring: Wiring
) -> Iterator[tuple[str, Arg, object]]:
    """Yield each part of an argument that is not of its type: where, the part, the wanted type."""
    where = where if where.startswith("Item") else show(where)
    if isinstance(arg, Ref):
        source = wiring.source(arg)
        if source is not None and not fits(source, kind):
            yield where, arg, kind
    elif isinstance(arg, tuple | list) and any(True for _ in refs_in(arg)):
        yield from _list_mismatches(where, tuple(arg), kind, wiring)
    elif literal_problem(write_arg(arg), kind):
        yield where, arg, kind


def _list_mismatches(
    where: str, arg: tuple[Arg, ...], kind: object, wiring: Wiring
) -> Iterator[tuple[str, Arg, object]]:
    lists = [inner for part in members(kind) if (inner := places(part, len(arg))) is not None]
    if not lists:
        yield where, arg, kind
        return
    tries = [
        [
            wrong
            for place, (part, wanted) in enumerate(zip(arg, inner, strict=True), 1)
            for wrong in _mismatches(f"Item {place} of {where}", part, wanted, wiring)
        ]
        for inner in lists
    ]
    yield from min(tries, key=len)


def _handle_errors(step: Step, tool: AnyTool, inputs: Sequence[TaskInput]) -> Iterator[PlanError]:
    known = {item.handle for item in inputs}
    for name, handle in handles(step, tool):
        if handle not in known:
            yield PlanError(
                kind="DanglingRef",
                step=step.key,
                arg=name,
                problem=f"{show(handle)} is no attachment of this mail.",
                fix=nearest_handle(handle, inputs),
            )


def _model_errors(step: Step, tool: AnyTool) -> Iterator[PlanError]:
    args = {name: write_arg(arg) for name, arg in step.args.items()}
    if problem := model_problem(args, tool.input):
        yield PlanError(
            kind="WrongType",
            step=step.key,
            problem=f"The arguments of {tool.name} do not go together: {problem}",
            fix="Change one of them.",
        )
