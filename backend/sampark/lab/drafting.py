"""Steps by hand, with the outputs of others named as `read.table` or `"read.table"`."""

from collections.abc import Collection, Mapping, Sequence

from sampark.domain.base import StepKey
from sampark.domain.plan import OnFailure, Ref, Step, read_arg
from sampark.errors import PlanRefused


class Drafted(Step):
    """A step whose outputs can be named: `read.table` is the output `table` of the step `read`.

    Any name is taken; whether the tool has such an output, `Lab.check` says.
    """

    def __getattr__(self, name: str) -> Ref:
        if name.startswith("_"):
            return getattr(super(), name)
        return Ref(step=self.key, field=name)


def step(
    key: str,
    tool: str = "",
    title: str = "",
    /,
    *,
    after: Sequence[str] = (),
    on_failure: OnFailure = "stop",
    **args: object,
) -> Drafted:
    """Return one step: a call of `tool` with these arguments.

    Args:
        key: the step's own name, by which others refer to it.
        tool: the tool's name, as in `Lab.tools()`; none to speak of a step that is elsewhere:
            `step("read").table`.
        title: what it does, in words for a person; made from the key where none is given.
        after: the keys of steps that must be done before, though no data flows from them.
        on_failure: what follows when it fails: `stop`, `skip` or `replan`.
        args: the tool's arguments: values, outputs of other steps, or lists of them. A text like
            `"read.table"` names an output if the plan has a step of that key.

    Raises:
        PlanRefused: An argument is neither a value that JSON knows nor an output.
    """
    return Drafted.model_validate(
        {
            "key": key,
            "tool": tool,
            "title": title or key.replace("_", " ").capitalize(),
            "args": {name: _argument(key, name, value) for name, value in args.items()},
            "after": tuple(after),
            "on_failure": on_failure,
        }
    )


def reference(name: Ref | str) -> Ref:
    """Return `"read.table"` as a reference; raises PlanRefused on any other form."""
    if isinstance(name, Ref):
        return name
    key, dot, field = name.partition(".")
    if not (key and dot and field):
        raise PlanRefused(f"{name!r} names no output.", fix='Write it as "step.output".')
    return Ref(step=StepKey(key), field=field)


def resolved(one: Step, keys: Collection[str]) -> Step:
    """Return a drafted step as a plain one, with texts that name outputs of these steps as such.

    A step that is no draft stays as it is: in it a text is a text, whatever it looks like.
    """
    if not isinstance(one, Drafted):
        return one
    args = {name: _resolved(arg, keys) for name, arg in one.args.items()}
    return Step.model_validate(
        {**{name: getattr(one, name) for name in Step.model_fields}, "args": args}
    )


def drafted_args(key: str, args: Mapping[str, object], keys: Collection[str]) -> dict[str, object]:
    """Return arguments for the step of that key, given as to `step`; raises PlanRefused."""
    return {name: _resolved(_argument(key, name, arg), keys) for name, arg in args.items()}


def _argument(key: str, name: str, value: object) -> object:
    if isinstance(value, list | tuple):
        items: list[object] = [*value]
        return tuple(_argument(key, name, item) for item in items)
    try:
        return read_arg(value)
    except ValueError as error:
        raise PlanRefused(
            f"The argument {name!r} of step {key!r} cannot be written down: {error}.",
            fix="Give a text, a number, true or false, a list, or an output of a step.",
        ) from error


def _resolved(arg: object, keys: Collection[str]) -> object:
    match arg:
        case tuple() | list():
            items: list[object] = [*arg]
            return tuple(_resolved(item, keys) for item in items)
        case str() if "." in arg:
            key, _, field = arg.partition(".")
            named = key in keys and field.isidentifier()
            return Ref(step=StepKey(key), field=field) if named else arg
        case _:
            return arg
