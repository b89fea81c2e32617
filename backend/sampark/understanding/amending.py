"""What a requester writes while his task is under way: a correction, a forgotten file, one more question."""

from datetime import UTC, datetime

from sampark.domain.task import Task
from sampark.understanding import replies, words
from sampark.understanding.claims import Frame
from sampark.understanding.moments import Now
from sampark.understanding.reading import own

_TIMED = frozenset({"event", "remind"})


def belongs(kind: str, said: str, *, at: datetime) -> bool:
    """Return whether words belong to a task of that kind that is under way.

    Words that name other work, one more event or one more reminder ask for a task of their own: one
    task does one job.
    """
    now = Now(at=at, zone=at.tzinfo or UTC)
    asks = words.read(own(said), 0, Frame(inputs=(), now=now)).kind
    return not asks or not kind or (asks == kind and kind not in _TIMED)


def amend(task: Task, said: str, *, at: datetime) -> Task:
    """Return the task with more words, which are read together with those before.

    Args:
        task: what is asked so far; files sent with the words belong to its inputs already.
        said: the new words.
        at: when they were written, with the requester's offset.
    """
    if not said.strip():
        return task
    text = f"{task.words}\n\n{said.strip()}"
    start = len(task.words) + 2
    context = replies.in_context(task, at)
    other = words.read(own(said.strip()), 0, context.frame)
    if other.kind == "ask" == task.kind:
        return _asked_too(task, text, context.now)
    if other.kind:
        return replies.restated(task, text, other, start)
    return replies.corrected(task, text, start, context)


def _asked_too(task: Task, text: str, now: Now) -> Task:
    """Return a question to a sheet with the questions that came after it."""
    frame = Frame(inputs=task.inputs, now=now, own=(task.account,))
    whole = words.read(own(text), 0, frame)
    fresh = task.model_copy(update={"claims": ()})
    return replies.restated(fresh, text, whole, 0)
