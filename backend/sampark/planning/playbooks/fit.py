"""Which playbook fits a task, what is missing for it, or why none does."""

from collections.abc import Sequence

from pydantic import JsonValue

from sampark.domain.base import Frozen
from sampark.domain.plan import Plan
from sampark.domain.task import Question, Task
from sampark.planning.playbooks.book import Parameter, Playbook
from sampark.planning.playbooks.choose import Chosen, choose, refusal, targets
from sampark.planning.playbooks.file_kinds import kind
from sampark.planning.playbooks.fill import Filling, fill
from sampark.planning.playbooks.parameters import Settled, settle, unread

MOST_QUESTIONS = 3
_FEW_WORDS = 3


class Fitted(Frozen):
    """A playbook fits, and nothing is missing."""

    plan: Plan


class Missing(Frozen):
    """A playbook fits, once these are answered; `playbook` is its name."""

    playbook: str
    questions: tuple[Question, ...]


class Unfit(Frozen):
    """No playbook fits; `reason` is for the requester and may be empty.

    `nearest` names the playbooks that take the files which came along.
    """

    reason: str
    nearest: tuple[str, ...] = ()


Fit = Fitted | Missing | Unfit


def fit(task: Task, playbooks: Sequence[Playbook]) -> Fit:
    """Judge a task by its kind, its claims and its files alone."""
    said = (claim.value for claim in task.claims if claim.name == "verb")
    verbs = list(dict.fromkeys(str(verb) for verb in said if verb is not None))
    books = [book for verb in verbs or [task.kind] for book in playbooks if book.verb == verb]
    if not books:
        return _nothing(task, playbooks)
    if len(books) > 1:
        return _which(books, task)
    (book,) = books
    chosen = choose(book, task)
    if chosen.refusal:
        return Unfit(reason=chosen.refusal, nearest=_taking(task, playbooks))
    return _settled(book, task, chosen)


def _settled(book: Playbook, task: Task, chosen: Chosen) -> Fit:
    settled = {
        each.name: settle(each, task, _choices(book, each, chosen)) for each in book.parameters
    }
    impossible = _impossible(book, task, chosen, settled)
    if impossible:
        return Unfit(reason=impossible)
    questions = [chosen.question] if chosen.question else []
    questions += [each.question for each in settled.values() if each.question]
    if questions:
        return Missing(playbook=book.name, questions=tuple(questions[:MOST_QUESTIONS]))
    values = {name: each.value for name, each in settled.items()}
    return Fitted(plan=fill(book, task, Filling(chosen.files, values, chosen.left_out)))


def _choices(book: Playbook, parameter: Parameter, chosen: Chosen) -> tuple[str, ...]:
    """Return the choices of a parameter; formats only as far as the files can become them."""
    possible = targets(book, chosen.files) if parameter.claim == "target_format" else ()
    return tuple(name for name in parameter.choices if not possible or name in possible)


def _impossible(book: Playbook, task: Task, chosen: Chosen, settled: dict[str, Settled]) -> str:
    for parameter in book.parameters:
        value: JsonValue = settled[parameter.name].value
        if parameter.type == "choice" and value is not None and value not in parameter.choices:
            if chosen.files and parameter.claim == "target_format":
                return refusal(book, chosen.files[0], task)
            return f"I cannot do “{value}” here. I can do {', '.join(parameter.choices)}."
    return ""


def _which(books: Sequence[Playbook], task: Task) -> Missing:
    verbs = tuple(book.verb for book in books)
    text = f"I read {len(books)} jobs in your mail and do one at a time. Which shall I do first?"
    text = unread(task, "verb") + text
    question = Question(about="verb", text=text, choices=verbs, default=verbs[0])
    return Missing(playbook=books[0].name, questions=(question,))


def _nothing(task: Task, playbooks: Sequence[Playbook]) -> Fit:
    nearest = _taking(task, playbooks)
    body = task.words.removeprefix(" ".join(task.subject.split()))
    if nearest and len(body.split()) <= _FEW_WORDS:
        books = [book for book in playbooks if book.name in nearest]
        names = ", ".join(item.name for item in task.inputs[:3])
        text = f"What shall I do with {names}?"
        question = Question(about="verb", text=text, choices=tuple(book.verb for book in books))
        return Missing(playbook=books[0].name, questions=(question,))
    return Unfit(reason="", nearest=nearest)


def _taking(task: Task, playbooks: Sequence[Playbook]) -> tuple[str, ...]:
    kinds = [kind(item) for item in task.inputs]
    return tuple(
        book.name
        for book in playbooks
        if book.files and sum(each in book.files.kinds for each in kinds) >= book.files.least
    )
