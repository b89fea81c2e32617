"""A mail that goes on from a task which has ended: a correction, a missing file, 'again', one more thing.

It is read with what the requester said and sent before in the thread. Words that ask for work of their
own need only the earlier files; words that do not are taken for a correction of what failed.
"""

import re
from collections.abc import Iterator

from sampark.domain.task import Question, Task
from sampark.understanding import replies
from sampark.understanding.choices import core
from sampark.understanding.reading import own

_AGAIN = re.compile(
    r"(?:(?:please|and|now|so)\s+)*(?:(?:try|do|run|start|send)\s+)?(?:(?:it|this|that|the\s+same)\s+)?"
    r"(?:again|retry|redo|once\s+more|one\s+more\s+time|nochmals?|noch\s+einmal|encore(?:\s+une\s+fois)?|otra\s+vez"
    r"|de\s+nuevo)(?:\s+(?:please|with\s+(?:this|that|it)(?:\s+\w+)?))*\Z",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:same|likewise|again|ditto|this\s+one|that\s+one|this\s+file|too|as\s+well|also|genauso)\b",
    re.IGNORECASE,
)
_CERTAIN = frozenset({"verb", "files", "also", "measure"})
_QUOTED = re.compile(r"“([^”]+)”")


def follow(task: Task, earlier: Task, problem: str | None) -> Task:
    """Return a mail's task with what it takes from the earlier one of its thread.

    Args:
        task: the mail as read by itself, with its own files.
        earlier: the task that has ended, with every file sent for it.
        problem: why the earlier one was not finished, as the requester was told; None if it was.
    """
    if task.kind:
        return _own_work(task, earlier)
    if earlier.kind and _repeats(task, problem):
        return _joined(task, earlier, f"{earlier.words}\n\n{task.words}")
    if problem is not None and earlier.kind:
        return _corrected(task, earlier, problem)
    return task


def _own_work(task: Task, earlier: Task) -> Task:
    named = task.claim("files")
    if named is None and task.inputs:
        return task
    wanted = named.value if named and isinstance(named.value, list) else []
    inputs = (*earlier.inputs, *task.inputs)
    kept = tuple(item for item in inputs if not wanted or item.handle in wanted)
    return task.model_copy(update={"inputs": kept})


def _repeats(task: Task, problem: str | None) -> bool:
    said = own(task.words)
    begin, end = core(said)
    if _AGAIN.match(said[begin:end]):
        return True
    return bool(task.inputs) and (problem is not None or bool(_SAME.search(said)))


def _corrected(task: Task, earlier: Task, problem: str) -> Task:
    doubts = tuple(_doubts(earlier, problem)) or _lacking(earlier, problem)
    if not doubts:
        return task
    return replies.answer(_joined(task, earlier, earlier.words), doubts, task.words)


def _doubts(earlier: Task, problem: str) -> Iterator[Question]:
    """Yield a question about each claim that the problem speaks of, with the names it offers."""
    said = [claim for claim in earlier.claims if claim.name not in _CERTAIN]
    for claim in said:
        values = claim.value if isinstance(claim.value, list) else [claim.value]
        spoken = [str(value) for value in values if value and _speaks_of(problem, str(value))]
        if spoken:
            offers = tuple(name for name in _QUOTED.findall(problem) if name not in spoken)
            yield Question(about=claim.name, text=problem, choices=offers)


def _lacking(earlier: Task, problem: str) -> tuple[Question, ...]:
    """Return the question about the column that a question to a sheet lacks."""
    offers = tuple(_QUOTED.findall(problem))
    if earlier.kind != "ask" or earlier.claim("column") or not offers:
        return ()
    return (Question(about="column", text=problem, choices=offers),)


def _speaks_of(problem: str, value: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", problem, re.IGNORECASE))


def _joined(task: Task, earlier: Task, words: str) -> Task:
    """Return the earlier work as the mail's task: new files take the place of the old ones."""
    renewed = bool(task.inputs)
    update = {
        "words": words,
        "goal": earlier.goal,
        "kind": earlier.kind,
        "language": earlier.language,
        "claims": tuple(it for it in earlier.claims if not (renewed and it.name == "files")),
        "inputs": task.inputs or earlier.inputs,
    }
    return task.model_copy(update=update)
