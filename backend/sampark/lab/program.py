"""A plan as a short program, the way a person would type it: one line for each step."""

import json

from sampark.domain.plan import Plan, Ref, Step, read_arg, write_arg

_MOST = 40


def program(plan: Plan) -> str:
    """Return the plan as text: `key = tool(arg=..., ...)`, then what it delivers."""
    width = max((len(step.key) for step in plan.steps), default=0)
    lines = [f"{step.key:<{width}} = {call(step)}" for step in plan.steps]
    if plan.deliverables:
        lines.append(f"deliver {', '.join(named(ref) for ref in plan.deliverables)}")
    return "\n".join(lines)


def call(step: Step) -> str:
    """Return what the step calls: `table.read(file=open.file)`, and what it comes after."""
    args = ", ".join(f"{name}={spelled(arg)}" for name, arg in step.args.items())
    after = f" after {', '.join(step.after)}" if step.after else ""
    return f"{step.tool}({args}){after}"


def named(ref: Ref) -> str:
    """Return a reference as it is typed: `read.table`."""
    return f"{ref.step}.{ref.field}"


def spelled(arg: object) -> str:
    """Return an argument as it is typed; a long text is cut."""
    match arg:
        case Ref():
            return named(arg)
        case tuple() | list():
            items: list[object] = [*arg]
            return f"[{', '.join(map(spelled, items))}]"
        case str() if len(arg) > _MOST:
            return json.dumps(f"{arg[: _MOST - 1]}…", ensure_ascii=False)
        case _:
            return json.dumps(write_arg(read_arg(arg)), ensure_ascii=False)
