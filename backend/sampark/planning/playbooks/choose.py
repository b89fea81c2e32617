"""Which of the attached files a playbook works on, what is missing, and what is left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sampark.domain.task import Question, Task, TaskInput
from sampark.planning.playbooks.book import Files, Playbook
from sampark.planning.playbooks.file_kinds import called, is_empty, kind
from sampark.planning.playbooks.parameters import unread

FILE = "file"
"""What a question is about that only an attachment can answer."""


@dataclass(frozen=True)
class Chosen:
    """The files a playbook works on; `left_out` says which are not, and why.

    `question` asks for files, `refusal` says why none will do.
    """

    files: tuple[TaskInput, ...] = ()
    left_out: str = ""
    question: Question | None = None
    refusal: str = ""


def choose(book: Playbook, task: Task) -> Chosen:
    """Choose among a task's files.

    Files that the words name are all meant: one that will not do is a refusal. Of files that came
    along unnamed, the fitting ones are taken and the others are named as left out.
    """
    if book.files is None:
        return Chosen()
    named = _named(task)
    wanted = named or task.inputs
    source = None if named else _said(task, "source_format")
    fitting = [item for item in wanted if _fits(book, item, task) and source in {None, kind(item)}]
    unfit = [item for item in wanted if item not in fitting]
    if unfit and (named or not fitting):
        return Chosen(refusal=refusal(book, unfit[0], task))
    return _counted(book.files, task, fitting, unfit)


def targets(book: Playbook, files: Sequence[TaskInput]) -> tuple[str, ...]:
    """Return the formats that every one of these files can become, in the order of the book."""
    if book.files is None or not files:
        return ()
    first, *others = (book.files.kinds.get(kind(item), ()) for item in files)
    return tuple(name for name in first if all(name in other for other in others))


def refusal(book: Playbook, item: TaskInput, task: Task) -> str:
    """Return why a file will not do, with what would."""
    assert book.files is not None
    if is_empty(item):
        return f"“{item.name}” is empty. Please send it again."
    known = book.files.kinds.get(kind(item))
    if known is None:
        kinds = ", ".join(book.files.kinds)
        return f"“{item.name}” is {called(item)}. This takes files of these kinds: {kinds}."
    wanted = _said(task, "target_format")
    if wanted == kind(item):
        return f"“{item.name}” is {called(item)} already. It can become {', '.join(known)}."
    return f"“{item.name}” is {called(item)} and cannot become {wanted}. It can become {', '.join(known)}."


def _counted(files: Files, task: Task, fitting: list[TaskInput], unfit: list[TaskInput]) -> Chosen:
    if len(fitting) < files.least:
        none = "No file came with your reply. " if task.claim(FILE) and not task.inputs else ""
        return Chosen(question=Question(about=FILE, text=f"{none}{files.ask}"))
    if files.most == 1 and len(fitting) > 1:
        names = tuple(item.name for item in fitting)
        text = f"{unread(task, 'files')}Which of these files do you mean?"
        return Chosen(
            files=tuple(fitting[:1]),
            question=Question(about="files", text=text, choices=names, default=names[0]),
        )
    taken, rest = fitting[: files.most], fitting[files.most :]
    return Chosen(files=tuple(taken), left_out="; ".join(_left_out(files, unfit, rest)))


def _left_out(files: Files, unfit: list[TaskInput], rest: list[TaskInput]) -> Iterator[str]:
    yield from (f"{item.name} is left out: it is {called(item)}" for item in unfit)
    if rest:
        names = ", ".join(item.name for item in rest)
        yield f"{names} is left out: I take {files.most} files at once"


def _fits(book: Playbook, item: TaskInput, task: Task) -> bool:
    assert book.files is not None
    known = book.files.kinds.get(kind(item))
    wanted = _said(task, "target_format")
    if known is None or not known or wanted is None or len(_all_said(task)) > 1:
        return known is not None
    return wanted in known


def _named(task: Task) -> tuple[TaskInput, ...]:
    """Return the files that the words name, in their order; by handle, or by name as answered."""
    claim = task.claim("files")
    if claim is None:
        return ()
    said = claim.value if isinstance(claim.value, list) else [claim.value]
    return tuple(
        item for name in said for item in task.inputs if str(name) in {item.handle, item.name}
    )


def _said(task: Task, name: str) -> str | None:
    claim = task.claim(name)
    return str(claim.value) if claim is not None and claim.value else None


def _all_said(task: Task) -> set[str]:
    return {str(claim.value) for claim in task.claims if claim.name == "target_format"}
