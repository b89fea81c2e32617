"""A playbook's parameters: what the claims say, what must be asked, what is taken by default."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from sampark.domain.task import Claim, Question, Task
from sampark.planning.playbooks.book import Parameter
from sampark.planning.playbooks.moment_words import at, day, moment, told, told_day

_EXAMPLE = "Such as: 12 May 14:00."


@dataclass(frozen=True)
class Settled:
    """A parameter's value, or the question whose answer it takes."""

    value: JsonValue = None
    question: Question | None = None


def settle(parameter: Parameter, task: Task, choices: Sequence[str]) -> Settled:
    """Return what a parameter is: its claim, its default, or a question.

    `choices` are those that make sense here. Claims that contradict each other are asked about, and
    so is one that could not be read (its value is None) or is none of the choices.
    """
    claims = [claim for claim in task.claims if claim.name == parameter.claim]
    if parameter.type == "moment":
        return _moment(parameter, task, claims)
    said = list(dict.fromkeys(str(claim.value) for claim in claims if claim.value is not None))
    if parameter.type != "list" and len(said) > 1:
        quotes = " and ".join(f"“{name}”" for name in said)
        text = f"{unread(task, parameter.claim)}I read {quotes}, and can do one. Which?"
        return _asked(parameter, text, said, said[0])
    if claims and not said:
        return _asked(parameter, f"{unread(task, parameter.claim)}{parameter.question}", choices)
    if not claims and parameter.required:
        default = "" if parameter.default is None else str(parameter.default)
        return _asked(parameter, parameter.question, choices, default)
    return Settled(_value(parameter, claims))


def unread(task: Task, name: str) -> str:
    """Return the sentence that owns up to words which could not be read, or nothing."""
    claims = [claim for claim in task.claims if claim.name == name and claim.value is None]
    return f"I cannot read “{claims[-1].quote}” here. " if claims else ""


def _value(parameter: Parameter, claims: Sequence[Claim]) -> JsonValue:
    if not claims:
        return parameter.default
    value = claims[0].value
    if parameter.type == "whole" and isinstance(value, str):
        return int(value) if value.isdecimal() else parameter.default
    return value


def _moment(parameter: Parameter, task: Task, claims: Sequence[Claim]) -> Settled:
    moments = sorted({found for claim in claims if (found := moment(claim.value)) is not None})
    if len(moments) > 1:
        choices = [told(when) for when in moments]
        read = (claim.quote for claim in claims if claim.value is not None)
        quotes = list(dict.fromkeys(read))
        text = f"“{quotes[0]}” can be read in more than one way. Which do you mean?"
        if len(quotes) > 1:
            text = f"You name more than one time: {', '.join(quotes[:3])}. Which do you mean?"
        return _asked(parameter, unread(task, parameter.claim) + text, choices, choices[0])
    if moments:
        return _ahead(parameter, task, moments[0].isoformat(), claims[0].quote)
    if claims:
        text = f"I cannot read “{claims[-1].quote}” as a time. {parameter.question}"
        return _asked(parameter, f"{text} {_EXAMPLE}")
    return _by_day(parameter, task)


def _by_day(parameter: Parameter, task: Task) -> Settled:
    claim = task.claim("day")
    named = day(claim.value) if claim is not None else None
    if claim is None or named is None:
        return _asked(parameter, parameter.question)
    if parameter.day_at:
        when = at(named, parameter.day_at, task)
        return _ahead(parameter, task, when.isoformat(), claim.quote)
    text = f"At what time on {told_day(named)}?"
    return _asked(parameter, text, default=told(at(named, "09:00", task)))


def _ahead(parameter: Parameter, task: Task, value: str, quote: str) -> Settled:
    when = moment(value)
    if when is None or when > task.asked_at:
        return Settled(value)
    text = f"“{quote}” is {told(when)}, and that is over. When do you mean? {_EXAMPLE}"
    return _asked(parameter, text)


def _asked(
    parameter: Parameter, text: str, choices: Sequence[str] = (), default: str = ""
) -> Settled:
    question = Question(
        about=parameter.claim, text=text.strip(), choices=tuple(choices), default=default
    )
    return Settled(question=question)
