"""What a requester writes while his task is under way: a correction, a forgotten file, one more question."""

import re
from dataclasses import replace
from datetime import datetime

from sampark.domain.task import UNREAD, Task
from sampark.understanding import changing, moods, replies, words
from sampark.understanding.claims import Frame
from sampark.understanding.moments import Now
from sampark.understanding.reading import Found, own, to_claim

_ONE_EACH = frozenset({"ask", "convert", "split", "remind"})
_MORE = re.compile(
    r"\A\W*(?:and|plus|und|et|y)\b|\b(?:also|too|as\s+well|in\s+addition|auch|aussi|tambi[eé]n)\b",
    re.IGNORECASE,
)
_ADDS = re.compile(r"\b(?:and|plus|also|und|auch|et|aussi|y|tambi[eé]n)\W*\Z", re.IGNORECASE)


def belongs(task: Task, said: str, *, at: datetime) -> bool:
    """Return whether words belong to a task that is under way.

    Words that name other work, one more event, or the same once more in another way ('also as Word
    please') ask for a task of their own: one task does one job.
    """
    reading = words.read(own(said), 0, replies.in_context(task, at).frame)
    if not task.kind or (reading.kind and reading.kind != task.kind):
        return not task.kind
    change, once_more = _change(task, said, at), bool(_MORE.search(own(said)))
    if task.kind == "event":
        if change is not None and _moves(task, change):
            return not once_more and not reading.kind
        return change is not None or not reading.kind
    if task.kind == "remind" and reading.kind:
        return False
    adds = once_more and task.kind in _ONE_EACH and reading.kind != "ask"
    return not adds or (change is None and not reading.kind)


def _change(task: Task, said: str, at: datetime) -> Task | None:
    text = f"{task.words}\n\n{said.strip()}"
    return changing.changed(task, text, len(task.words) + 2, replies.in_context(task, at))


def _moves(task: Task, change: Task) -> bool:
    when = change.claim("when")
    return when is not None and when.start > len(task.words)


def amend(task: Task, said: str, *, at: datetime, brought: bool = False) -> Task:
    """Return the task with more words, which are read together with those before.

    Words of which nothing can be made are kept as such: the answer owns up to them.

    Args:
        task: what is asked so far; files sent with the words belong to its inputs already.
        said: the new words.
        at: when they were written, with the requester's offset.
        brought: whether files came with them: they may be all that the words are about.
    """
    if not said.strip():
        return task
    text = f"{task.words}\n\n{said.strip()}"
    start = len(task.words) + 2
    context = replies.in_context(task, at)
    other = words.read(own(said.strip()), 0, context.frame)
    if other.kind == "ask" == task.kind:
        return _asked_too(task, text, context.now)
    changed = changing.changed(task, text, start, context)
    if changed is not None and other.kind in {"", task.kind}:
        return changed
    if other.kind:
        return replies.restated(task, text, other, start)
    read = replies.corrected(task, text, moods.told(text)[start:], _on_its_day(context))
    return read if brought else _owned_up(read, text, start)


def _on_its_day(context: replies.Context) -> replies.Context:
    """Return the context in which a bare time is one on the day that is known."""
    when = context.task.claim("when")
    if when is None or not isinstance(when.value, str):
        return context
    day = datetime.fromisoformat(when.value).date()
    return replace(context, now=replace(context.now, day=day))


def left_unread(task: Task, said: str, *, whole: bool = False) -> Task:
    """Return the task with words that are not looked into, so that its answer owns up to them.

    `whole`: also to mere courtesies, as one saying.
    """
    if not said.strip():
        return task
    text = f"{task.words}\n\n{said.strip()}"
    if whole:
        span = (len(task.words) + 2, min(len(text), len(task.words) + 2 + replies.QUOTE_LIMIT))
        claim = to_claim(Found(UNREAD, None, *span), text)
        return task.model_copy(update={"words": text, "claims": (*task.claims, claim)})
    return _owned_up(task.model_copy(update={"words": text}), text, len(task.words) + 2)


def added_unread(task: Task) -> Task:
    """Return a question to a sheet that owns up to what was added to it and gave it nothing.

    Of "What is the total by region? And by product?" the second half is half a question: better
    named as not answered than left out without a word.
    """
    if task.kind != "ask":
        return task
    text = own(task.words)
    spans = [span for span in changing.sayings(text, 0) if _ADDS.search(text[: span[0]][-20:])]
    unread = (Found(UNREAD, None, *span) for span in spans if not _gave(task, span))
    claims = (*task.claims, *(to_claim(item, task.words) for item in unread))
    return task.model_copy(update={"claims": claims})


def _gave(task: Task, span: tuple[int, int]) -> bool:
    """Whether a claim rests on words within a span."""
    return any(
        claim.start < span[1] and span[0] < claim.start + len(claim.quote) for claim in task.claims
    )


def _owned_up(task: Task, text: str, start: int) -> Task:
    """Return the task with a claim for each sentence from `start` on that gave it nothing."""
    unread = (
        Found(UNREAD, None, *span)
        for span in changing.sayings(own(text), start)
        if not _gave(task, span)
    )
    claims = (*task.claims, *(to_claim(item, text) for item in unread))
    return task.model_copy(update={"claims": claims})


def _asked_too(task: Task, text: str, now: Now) -> Task:
    """Return a question to a sheet with the questions that came after it."""
    frame = Frame(inputs=task.inputs, now=now, own=(task.account,))
    whole = words.read(own(text), 0, frame)
    fresh = task.model_copy(update={"claims": ()})
    return added_unread(replies.restated(fresh, text, whole, 0))
