"""A mail that goes on from a task which has ended: a correction, a missing file, 'again', one more thing.

It is read with what the requester said and sent before in the thread. Words that ask for work of their
own need only the earlier files; words that do not are taken for a correction of what failed.
"""

import re
from collections.abc import Sequence

from sampark.domain.task import UNREAD, Claim, Question, Task
from sampark.understanding import amending, changing, control, replies
from sampark.understanding.choices import chosen, core
from sampark.understanding.reading import own

REDO = "redo"
"""The name of the claim that an ended task is to be done once more."""

_AGAIN = re.compile(
    r"(?:(?:please|and|now|so)\s+)*(?:(?:try|do|run|start|send)\s+)?(?:(?:it|this|that|(?:the\s+)?same)\s+)?"
    r"(?:again|retry|redo|once\s+more|one\s+more\s+time|nochmals?|noch\s+einmal|encore(?:\s+une\s+fois)?|otra\s+vez"
    r"|de\s+nuevo)(?:\s+(?:please|with\s+(?:this|that|it)(?:\s+\w+)?))*\Z",
    re.IGNORECASE,
)
_SAME = re.compile(
    r"\b(?:same|likewise|again|ditto|this\s+one|that\s+one|this\s+file|too|as\s+well|also|genauso)\b",
    re.IGNORECASE,
)
_CERTAIN = frozenset({"verb", "files", "also", "measure", "n"})
_TIMED = frozenset({"event", "remind"})
_NAMES = frozenset({"column", "by", "sheet"})
_QUOTED = re.compile(r"“([^”]+)”")


def again(task: Task, earlier: Task) -> Task:
    """Return the earlier task as the one to be done, by the word of control that asks for it.

    What is typed below that word amends it, or is kept as not understood.
    """
    return _once_more(task, earlier, *control.parted(task.words))


def is_only_redone(task: Task) -> bool:
    """Return whether a word of control asked for the earlier task once more, and nothing was said since."""
    redone = [claim for claim in task.claims if claim.name == REDO]
    return bool(redone) and not task.words[redone[-1].start + len(redone[-1].quote) :].strip()


def _once_more(task: Task, earlier: Task, said: str, more: str) -> Task:
    joined = _joined(task, earlier, f"{earlier.words}\n\n{said}")
    word = Claim(name=REDO, value=True, quote=said, start=len(earlier.words) + 2)
    joined = joined.model_copy(update={"claims": (*joined.claims, word)})
    read = amending.amend(joined, more, at=task.asked_at)
    if all(claim in joined.claims or claim.name == UNREAD for claim in read.claims):
        return read
    return read.model_copy(update={"goal": f"{earlier.goal} Now: {more}"})


def follow(
    task: Task, earlier: Task, problem: str | None, questions: Sequence[Question] = ()
) -> Task:
    """Return a mail's task with what it takes from the earlier one of its thread.

    Args:
        task: the mail as read by itself, with its own files.
        earlier: the task that has ended, with every file sent for it.
        problem: why the earlier one was not finished, as the requester was told; None if it was.
        questions: what the earlier one was asked and ended without an answer to.
    """
    if task.kind == earlier.kind and task.kind in _TIMED:
        return _changed(task, earlier) or _own_work(task, earlier)
    if task.kind:
        return _own_work(task, earlier)
    if earlier.kind and (more := _said_with_again(task)):
        return _once_more(task, earlier, task.words[: -len(more)].rstrip(), more)
    if earlier.kind and _repeats(task, problem):
        return _joined(task, earlier, f"{earlier.words}\n\n{task.words}")
    if problem is not None and earlier.kind:
        task = _answered(task, earlier, questions) or _corrected(task, earlier, problem)
    return task if task.kind else _changed(task, earlier) or task


def _changed(task: Task, earlier: Task) -> Task | None:
    """Return the earlier work with the one thing that a few words change about it."""
    said = f"{earlier.words}\n\n{task.words}"
    start, context = len(earlier.words) + 2, replies.in_context(earlier, task.asked_at)
    read = changing.changed(earlier, said, start, context)
    if read is None or task.inputs:
        return None
    joined = _joined(task, read, said)
    return joined.model_copy(update={"goal": f"{earlier.goal} Now: {task.goal}"})


def _answered(task: Task, earlier: Task, questions: Sequence[Question]) -> Task | None:
    """Return the earlier work with the late answer to its questions, None if it answers none."""
    answered = replies.answer(
        _joined(task, earlier, earlier.words), questions, task.words, at=task.asked_at
    )
    said = {claim.name for claim in answered.claims if claim.start > len(earlier.words)}
    unread = {it.name for it in answered.claims if it.value is None and it.name in said}
    return answered if said - unread else None


def _own_work(task: Task, earlier: Task) -> Task:
    if task.kind == "ask" == earlier.kind and not task.inputs and _is_elliptic(task):
        said = {claim.name for claim in task.claims}
        taken = tuple(it for it in earlier.claims if it.name not in said | {"also", "n"})
        words = f"{earlier.words}\n\n{task.words}"
        claims = (*taken, *(_moved(claim, len(earlier.words) + 2) for claim in task.claims))
        update = {"words": words, "claims": claims, "inputs": earlier.inputs}
        return task.model_copy(update=update)
    named = task.claim("files")
    if named is None and task.inputs:
        return task
    wanted = named.value if named and isinstance(named.value, list) else []
    inputs = (*earlier.inputs, *task.inputs)
    kept = tuple(item for item in inputs if not wanted or item.handle in wanted)
    return task.model_copy(update={"inputs": kept})


def _is_elliptic(task: Task) -> bool:
    """Whether a question names what to work out and nothing of what: 'and the average?'."""
    measure = task.claim("measure")
    told = {claim.name for claim in task.claims} - {"verb", "measure"}
    return measure is not None and measure.value not in {"count", "list"} and not told


def _moved(claim: Claim, by: int) -> Claim:
    return claim.model_copy(update={"start": claim.start + by})


def _said_with_again(task: Task) -> str:
    """Return what is said behind a sentence that asks for the same again, without the leave."""
    said = own(task.words)
    begin, end = core(said)
    if task.inputs or not _AGAIN.match(said[begin:end]):
        return ""
    behind = next((at for at, _ in changing.sayings(said, end) if at > end), None)
    return "" if behind is None else task.words[behind:].strip()


def _repeats(task: Task, problem: str | None) -> bool:
    said = own(task.words)
    begin, end = core(said)
    if _AGAIN.match(said[begin:end]):
        return True
    return bool(task.inputs) and (problem is not None or bool(_SAME.search(said)))


def _corrected(task: Task, earlier: Task, problem: str) -> Task:
    doubt = _doubted(earlier, problem)
    if doubt is None:
        return task
    said = own(task.words)
    if chosen(doubt.choices, said[slice(*core(said))]) is None:
        # what the problem offers is no limit: any name may be the right one
        doubt = doubt.model_copy(update={"choices": ()})
    return replies.answer(_joined(task, earlier, earlier.words), (doubt,), task.words)


def _doubted(earlier: Task, problem: str) -> Question | None:
    """Return a question about what the problem is about, with the names it offers instead.

    That is the claim it speaks of first, else the column that a question to a sheet lacks.
    """
    places = [
        (at, claim.name, value)
        for claim in earlier.claims
        if claim.name not in _CERTAIN
        for value in _values(claim)
        if (at := _place(problem, value)) >= 0
    ]
    _, about, spoken = min(places, default=(0, "", ""))
    offers = tuple(name for name in _QUOTED.findall(problem) if name != spoken)
    if not about and (earlier.kind != "ask" or earlier.claim("column") or not offers):
        return None
    choices = offers if about in {"", *_NAMES} else ()
    return Question(about=about or "column", text=problem, choices=choices)


def _values(claim: Claim) -> list[str]:
    values = claim.value if isinstance(claim.value, list) else [claim.value]
    return [str(value) for value in values if value]


def _place(problem: str, value: str) -> int:
    found = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", problem, re.IGNORECASE)
    return found.start() if found else -1


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
