"""A few words that change one thing about known work: 'by product', 'at 15:00', 'as Word please', '3-4 instead'.

They are read by what the work is, and whole or not at all: a word that is neither part of the change
nor a small word around it leaves the work as it was.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from sampark.domain.task import Claim, Task
from sampark.understanding import courtesy, files, moods, pages, shifting, slices
from sampark.understanding.claims import sheet
from sampark.understanding.formats import NOUN, canonical
from sampark.understanding.reading import Found, mask, own, sentences, spans, to_claim, trimmed
from sampark.understanding.replies import Context

Change = Callable[[str, Task, Context], tuple[Found, ...]]

_SMALL = frozenset(
    {
        "a", "about", "actually", "add", "again", "also", "an", "and", "another", "any", "as", "at",
        "be", "but", "by", "call", "can", "change", "could", "day", "do", "entry", "event",
        "for", "format", "from", "get", "give", "go", "have", "i", "i'd", "in", "instead",
        "into", "it", "its", "just", "let's", "like", "make", "maybe", "me", "meant",
        "move", "my", "name", "now", "of", "oh", "on", "once", "one", "only", "or",
        "our", "out", "place", "please", "put", "rather", "reminder", "same", "sorry", "send",
        "set", "shift", "should", "snooze", "some", "start", "starting", "that", "the", "them",
        "then", "there", "these", "this", "those", "time", "title", "to", "too", "use", "want",
        "we", "well", "with", "would", "version", "copy", "file",
        "date", "enough", "pages", "page", "und", "noch", "auch", "bitte", "jetzt", "als", "et",
        "aussi", "y", "también", "invite", "remind",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+")
# What leads to a change, and would be a question or a refusal in any other place.
_LEADS = re.compile(
    r"\A\W*(?:(?:and|but|so|ok(?:ay)?|oh|well)\b\W*)*(?:(?:what|how)\s+about\b|no\b)\W*(?:wait\b)?\W*"
    r"(?:(?:can|could|would)\s+(?:you|we|i)\b)?",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\band\s+\Z", re.IGNORECASE)
_FORMAT = re.compile(NOUN, re.IGNORECASE)
_REJECTED = re.compile(
    rf"\b(?:not|no|instead\s+of|rather\s+than)\s+(?:as\s+|in\s+)?{NOUN}"
    rf"(?:\s+(?:or|nor)\s+(?:as\s+|in\s+)?{NOUN})*",
    re.IGNORECASE,
)
# What a refusal inside a change of that kind says: another format, rows that are left out.
_MAY_REFUSE = {
    "convert": _REJECTED,
    "ask": re.compile(r"\b(?:where|whose|with)\b.*", re.IGNORECASE | re.DOTALL),
}
_SHEETS = re.compile(r"\b(?:work)?(?:sheet|tab)\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:first|front|beginning|start)\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:last|end)\b", re.IGNORECASE)
_LEFT_OUT = re.compile(r"\b(?:without|except|leave\s+out|drop|remove|skip)\b", re.IGNORECASE)
_TURNED = re.compile(
    r"\b(?:(?:the\s+)?other\s+way\s+(?:a?round)|(?:in\s+)?revers\w*(?:\s+order)?|swap(?:ped)?|(?:in\s+)?umgekehrt\w*)\b",
    re.IGNORECASE,
)


def changed(task: Task, text: str, start: int, context: Context) -> Task | None:
    """Return the task with what the words from `start` on change in it; None if they change nothing.

    Args:
        task: the work as it is known.
        text: all its words, the new ones behind them.
        start: where the new words begin.
        context: when and where they were written.
    """
    said = list(sayings(own(text), start))
    read = _CHANGES.get(task.kind)
    if len(said) != 1 or read is None:
        return None
    begin, end = said[0]
    if not _may_change(own(text), start, said[0], task.kind):
        return None
    # 'and units?' adds to what was asked, where 'units?' alone says nothing.
    joined = _JOINED.search(own(text), start, begin)
    begin = joined.start() if joined else begin
    found = tuple(
        Found(item.name, item.value, item.start + begin, item.end + begin)
        for item in read(own(text)[begin:end], task, context)
    )
    return _with(task, text, found) if found else None


def sayings(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield where sentences stand that say more than a courtesy, up to the leave."""
    for part in sentences(text[start:]):
        if courtesy.is_closing(part.text):
            return
        begin, end = trimmed(part.text, courtesy.request_start(part.text), len(part.text))
        if begin < end and not courtesy.says_only_thanks(part.text):
            yield start + part.start + begin, start + part.start + end


def whole(text: str, taken: Iterator[tuple[int, int]]) -> bool:
    """Return whether nothing but small words is left of a text where those spans are taken."""
    left = _LEADS.sub("", mask(text, taken), count=1)
    return all(word in _SMALL for word in _WORD.findall(left.casefold()))


def _may_change(text: str, start: int, said: tuple[int, int], kind: str) -> bool:
    """Return whether a saying is neither a question nor a refusal, looked at with its lead."""
    part = next(it for it in sentences(text[start:]) if said[0] < start + it.end)
    if moods.asks(part.text, briefly=kind == "ask" or moods.joins(part.text)):
        return False
    passed_over = _MAY_REFUSE.get(kind)
    return not moods.refuses(passed_over.sub(" ", part.text) if passed_over else part.text)


def _with(task: Task, text: str, found: tuple[Found, ...]) -> Task:
    """Return the task with those claims in place of its own; the value None takes one away."""
    told = {item.name for item in found}
    gone = told | ({"day", "zone"} if "when" in told else set())
    kept: list[Claim] = [claim for claim in task.claims if claim.name not in gone]
    fresh = (to_claim(item, text) for item in found if item.value is not None)
    return task.model_copy(update={"words": text, "claims": (*kept, *fresh)})


def _format(text: str, task: Task, context: Context) -> tuple[Found, ...]:
    del task, context
    refused = [match.span() for match in _REJECTED.finditer(text)]
    named = [
        Found("target_format", canonical(match[0]), *match.span())
        for match in _FORMAT.finditer(mask(text, refused))
    ]
    taken = iter([*spans(named), *refused])
    return tuple(named) if named and whole(text, taken) else ()


def _pages(text: str, task: Task, context: Context) -> tuple[Found, ...]:
    del task, context
    found = pages.read(text, bare=True)
    readable = bool(found) and found[0].value is not None
    return found if readable and whole(text, spans(found)) else ()


def _order(text: str, task: Task, context: Context) -> tuple[Found, ...]:
    """Return the files in the order, or without those, that the words ask for."""
    del context
    claim = task.claim("files")
    known = claim.value if claim and isinstance(claim.value, list) else []
    now = [str(handle) for handle in known] or [item.handle for item in task.inputs]
    named = files.named(text, task.inputs)
    picked = [str(item.value) for item in named if item.value in now]
    rest = [handle for handle in now if handle not in picked]
    for form, order in (
        (_TURNED, now[::-1] if not picked else None),
        (_LEFT_OUT, rest if picked else None),
        (_FIRST, [*picked, *rest] if picked else None),
        (_LAST, [*rest, *picked] if picked else None),
    ):
        match = form.search(text)
        if match and order and whole(text, iter([*spans(named), match.span()])):
            return (Found("files", [*order], *match.span()),)
    return ()


def _timed(text: str, task: Task, context: Context) -> tuple[Found, ...]:
    found, taken = shifting.read(text, task, context)
    return found if found and whole(text, iter(taken)) else ()


def _question(text: str, task: Task, context: Context) -> tuple[Found, ...]:
    return _sheet(text, task, context) or slices.read(text, task)


def _sheet(text: str, task: Task, context: Context) -> tuple[Found, ...]:
    del task, context
    found = sheet(text)
    return (
        found
        if found
        and whole(mask(text, spans(found)), (match.span() for match in _SHEETS.finditer(text)))
        else ()
    )


_CHANGES: Mapping[str, Change] = {
    "ask": _question,
    "convert": _format,
    "split": _pages,
    "merge": _order,
    "profile": _sheet,
    "event": _timed,
    "remind": _timed,
}
