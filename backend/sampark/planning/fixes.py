"""The nearest fix for an argument: what to write instead, as far as the plan and the mail tell."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import AwareDatetime, JsonValue

from sampark.domain.plan import Arg, Ref, Step, write_arg
from sampark.domain.task import TaskInput
from sampark.planning.problems import did_you_mean, listed, nearest, show
from sampark.planning.type_words import choices, words
from sampark.planning.wiring import Wiring, makes, refs_in
from sampark.planning.wiring_types import fits, is_handle, items, literal_problem, members, plain

_WRITTEN = {str, int, float, bool, datetime, AwareDatetime, date}
"""What a plan can write out as it stands."""


def offer(step: Step, kind: object, wiring: Wiring) -> str:
    """Return what to write for an input of that type; empty when the plan offers nothing."""
    if any(is_handle(part) for part in members(kind)):
        return _known_handles(wiring.inputs)
    if ref := wiring.fitting(kind, before=step.key):
        return f"Take {_named(ref)}."
    if (inner := items(kind)) and (ref := wiring.fitting(inner[0], before=step.key)):
        return f"Take a list with {_named(ref)}."
    return ""


def source_of(kind: object, wiring: Wiring) -> str:
    """Return where a value of that type can be had when no step of the plan makes one yet."""
    if any(plain(part) in _WRITTEN or choices(part) for part in members(kind)):
        return f"Write {words(kind)}."
    makers = [name for name, tool in sorted(wiring.tools.items()) if makes(tool, kind)]
    if makers:
        return f"Add a step before it that makes one, with: {listed(makers, most=4)}."
    return f"No tool makes {words(kind)}: leave the step out."


def _named(ref: Ref) -> str:
    return f"the output {show(ref.field)} of {show(ref.step)}"


def explain(step: Step, part: Arg, wanted: object, wiring: Wiring) -> tuple[str, str]:
    """Return why a part of an argument is not of the wanted type, and the nearest fix."""
    if isinstance(part, Ref):
        source = wiring.source(part)
        problem = f"{_named(part)} is {words(source)}"
        return problem, _ref_fix(step, part, wanted, wiring) or source_of(wanted, wiring)
    if isinstance(part, tuple) and any(True for _ in refs_in(part)):
        fix = offer(step, wanted, wiring) or source_of(wanted, wiring)
        return f"it is a list of {len(part)}", fix
    literal = write_arg(part)
    problem = literal_problem(literal, wanted)
    told = f"{_shown(literal)} does not fit: {problem[:1].lower()}{problem[1:]}"
    return told, _literal_fix(step, literal, wanted, wiring)


def _ref_fix(step: Step, ref: Ref, wanted: object, wiring: Wiring) -> str:
    source = wiring.source(ref)
    inner = items(wanted)
    if inner and fits(source, inner[0]):
        return "Put it in a list."
    mine = items(source)
    if mine and all(fits(one, wanted) for one in mine):
        return "It is a list: a step that takes a list is needed here."
    for field in wiring.fields(ref.step):
        other = Ref(step=ref.step, field=field)
        if fits(wiring.source(other), wanted):
            return f"Take {_named(other)}."
    return offer(step, wanted, wiring)


def _literal_fix(step: Step, literal: JsonValue, wanted: object, wiring: Wiring) -> str:
    known = choices(wanted)
    if known and isinstance(literal, str):
        return did_you_mean(literal, known, called="It is one of")
    if any(plain(part) is type(literal) for part in members(wanted)):
        return "Choose another value."
    return offer(step, wanted, wiring) or source_of(wanted, wiring)


def _shown(value: JsonValue) -> str:
    match value:
        case str() if len(value) <= 24:
            return f"the text {show(value)}"
        case str():
            return f"a text of {len(value)} characters"
        case None | bool():
            return {None: "nothing", True: "true", False: "false"}[value]
        case int() | float():
            return f"the number {value}" if abs(value) < 1e18 else "a huge number"
        case _:
            return f"{'a list' if isinstance(value, list) else 'an object'} of {len(value)}"


def nearest_handle(handle: str, inputs: Sequence[TaskInput]) -> str:
    """Return the fix for a handle that the mail does not have; a file name finds its handle."""
    by_name = {item.name: item.handle for item in inputs}
    close = nearest(handle, [item.handle for item in inputs], most=1)
    close += [by_name[name] for name in nearest(handle, list(by_name), most=1)]
    return f"Did you mean {show(close[0])}?" if close else _known_handles(inputs)


def _known_handles(inputs: Sequence[TaskInput]) -> str:
    if not inputs:
        return "The mail has no attachment: ask the requester for the file."
    return f"The attachments are: {listed([item.handle for item in inputs])}."
