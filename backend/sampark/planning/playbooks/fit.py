"""Which playbook fits a task, what is missing for it, or why none does."""

from collections.abc import Sequence

from pydantic import JsonValue

from sampark.domain.base import Frozen
from sampark.domain.plan import Plan
from sampark.domain.task import Claim, Question, Task, TaskInput
from sampark.planning.playbooks.book import Parameter, Playbook
from sampark.planning.playbooks.fill import fill

MOST_QUESTIONS = 3
CONSENT = {"ok", "okay", "yes", "fine", "default", "defaults", "ja", "oui", "si", "sí"}
FILE = "file"


class Fitted(Frozen):
    """A playbook fits, and nothing is missing."""

    plan: Plan


class Missing(Frozen):
    """A playbook fits, once these are answered."""

    playbook: str
    questions: tuple[Question, ...]


class Unfit(Frozen):
    """No playbook fits; `reason` is for the requester and may be empty."""

    reason: str
    nearest: str = ""


Fit = Fitted | Missing | Unfit


def fit(task: Task, playbooks: Sequence[Playbook]) -> Fit:
    """Judge a task by its claims and files alone."""
    verbs = list(dict.fromkeys(str(claim.value) for claim in task.claims if claim.name == "verb"))
    if len(verbs) > 1:
        return Unfit(
            reason=f"I read {len(verbs)} jobs in it ({', '.join(verbs)}). One mail, one job."
        )
    book = next((item for item in playbooks if verbs == [item.verb]), None)
    if book is None:
        return Unfit(reason="")
    chosen = _files(book, task)
    if isinstance(chosen, Unfit):
        return chosen
    questions = (*_file_questions(book, chosen), *_open(book, task))
    if questions:
        return Missing(playbook=book.name, questions=questions[:MOST_QUESTIONS])
    values: dict[str, JsonValue] = {
        parameter.name: _value(parameter, task) for parameter in book.parameters
    }
    return Fitted(plan=fill(book, task, chosen, values))


def answer(task: Task, questions: Sequence[Question], words: str) -> Task:
    """Return the task with what a reply says to its open questions, the reply's words appended.

    One line answers one question, in their order; a single question takes the whole reply. A number
    names a choice; a word of consent takes the default.
    """
    lines = [line.strip() for line in words.strip().splitlines() if line.strip()]
    start = len(task.words) + 2
    text = f"{task.words}\n\n{words.strip()}"
    open_now = [question for question in questions if question.about != FILE]
    claims = list(task.claims)
    for question, line in zip(open_now, lines, strict=False):
        value = _chosen(question, line)
        if value is not None:
            at = text.index(line, start)
            claims.append(Claim(name=question.about, value=value, quote=line, start=at))
    return task.model_copy(update={"words": text, "claims": tuple(claims)})


def _chosen(question: Question, line: str) -> str | None:
    bare = line.strip(" .!()").lower()
    if bare in CONSENT:
        return question.default or None
    if question.choices:
        if bare.isdigit() and 1 <= int(bare) <= len(question.choices):
            return question.choices[int(bare) - 1]
        said = [choice for choice in question.choices if choice.lower() in bare.split()]
        return said[0] if len(said) == 1 else None
    return line


def _value(parameter: Parameter, task: Task) -> JsonValue:
    claim = task.claim(parameter.claim)
    return parameter.default if claim is None or claim.value is None else claim.value


def _open(book: Playbook, task: Task) -> tuple[Question, ...]:
    """Return what must be asked: required and unknown, or claimed in more than one way."""
    asked: list[Question] = []
    for parameter in book.parameters:
        values = [
            str(item.value) for item in task.claims if item.name == parameter.claim and item.value
        ]
        unclear = parameter.claim == "when" and len(values) > 1
        if (parameter.required and not values) or unclear:
            choices = tuple(values) if unclear else parameter.choices
            default = str(parameter.default) if parameter.default else ""
            asked.append(
                Question(
                    about=parameter.claim,
                    text=parameter.question,
                    choices=choices,
                    default=default,
                )
            )
    return tuple(asked)


def _files(book: Playbook, task: Task) -> tuple[TaskInput, ...] | Unfit:
    if book.files is None:
        return ()
    named = task.claim("files")
    handles = named.value if named is not None and isinstance(named.value, list) else None
    wanted = [item for item in task.inputs if handles is None or item.handle in handles]
    usable = [item for item in wanted if book.files.take(item.media_type)]
    if wanted and not usable:
        return Unfit(
            reason=f"{wanted[0].name} is of a kind ({wanted[0].media_type}) that I cannot use for this.",
            nearest=book.name,
        )
    return tuple(usable[: book.files.most])


def _file_questions(book: Playbook, chosen: Sequence[TaskInput]) -> tuple[Question, ...]:
    if book.files is None or len(chosen) >= book.files.least:
        return ()
    return (Question(about=FILE, text=book.files.ask),)
