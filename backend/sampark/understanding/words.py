"""From a mail to a task without a model: the requester's own words, and what they claim.

**Whose words.** `task.words` are the new words of the body. A subject that the requester typed
stands before them, parted by a blank line: it is typed when the mail is neither reply nor forward.
The subject of a reply was written by whoever began the thread, so it never counts.

**Which words count.** The job is read from the body; only a body that names none, and does not just
say thanks, takes it from the subject. What the job still lacks is filled from the subject.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sampark.domain.base import TaskId
from sampark.domain.mail import Address, Arrival, Message
from sampark.domain.task import Task, TaskInput
from sampark.understanding import asked, claims, deadlines, files, jobs, kinds, moments, zones
from sampark.understanding.claims import Frame, Request
from sampark.understanding.courtesy import is_only_thanks, request_start
from sampark.understanding.deadlines import Deadline
from sampark.understanding.jobs import Job
from sampark.understanding.language import language
from sampark.understanding.moments import Now
from sampark.understanding.reading import (
    BLANK,
    Found,
    Sentence,
    mask,
    own,
    plain,
    sentences,
    to_claim,
)  # fmt: skip

READ_LIMIT = 20_000
"""Characters that are read for claims. A request is shorter; what is longer is a document."""

GOAL_LIMIT = 200
NOBODY = Address(email="nobody@invalid.invalid")
_TIMED = frozenset({"event", "remind"})
_WHEN = frozenset({"when", "day", "zone"})
_GAPS: Mapping[str, frozenset[str]] = {
    "convert": frozenset({"target_format"}),
    "split": frozenset({"pages"}),
    "event": _WHEN | {"minutes", "place", "title"},
    "remind": _WHEN | {"title"},
}
"""What a job may take from the other region: never files, people or conditions."""

_REPLY = re.compile(r"^\s*(re|aw|sv|antw|fwd?|wg|tr|rv|vs)\s*(\[\d+\])?\s*:", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """What words say: the kind of work, the findings, and by when it is wanted."""

    kind: str = ""
    found: tuple[Found, ...] = ()
    deadline: datetime | None = None


def understand(  # noqa: PLR0913 - what stands around a mail has that many parts
    message: Message,
    *,
    task_id: TaskId,
    arrival: Arrival,
    asked_at: datetime,
    timezone: str,
    earlier: Task | None = None,
    sent: int = 0,
) -> Task:
    """Return the mail as a task: words, files, claims with evidence.

    `asked_at` carries the requester's offset; `timezone` is an IANA name, or empty if unknown. The
    files of an `earlier` task in the thread may be named too; the mail's own are numbered behind the
    `sent` ones.

    Raises:
        SettingsError: The time zone database does not know the name.
    """
    words, body = own_words(message)
    before = earlier.inputs if earlier is not None else ()
    inputs = _inputs(message, sent)
    now = Now(at=asked_at, zone=zones.own(asked_at, timezone))
    frame = Frame(inputs=(*before, *inputs), now=now, own=(arrival.ref.account,))
    addressed = tuple(item.email for item in (*message.to, *message.cc))
    reading = read(words, body, frame, addressed)
    return Task(
        id=task_id,
        account=arrival.ref.account,
        thread_id=arrival.thread_id,
        gmail_id=arrival.ref.gmail_id,
        requester=message.sender or NOBODY,
        goal=_goal(words[body:] or words),
        words=words,
        subject=message.subject,
        kind=reading.kind,
        claims=tuple(to_claim(item, words) for item in reading.found),
        inputs=inputs,
        deadline=reading.deadline,
        language=language(words),
        asked_at=asked_at,
        timezone=timezone,
        follows=earlier.id if earlier is not None else None,
    )


def _inputs(message: Message, sent: int) -> tuple[TaskInput, ...]:
    files = [item for item in message.attachments if not item.inline]
    return tuple(
        TaskInput(handle=f"att{n}", name=it.name, media_type=it.media_type, size=it.size)
        for n, it in enumerate(files, start=sent + 1)
    )


def own_words(message: Message) -> tuple[str, int]:
    """Return the requester's words and where the body begins in them."""
    body = message.segments.typed
    typed = not (
        _REPLY.match(message.subject)
        or message.in_reply_to
        or message.references
        or message.segments.forwarded
    )
    subject = " ".join(message.subject.split()) if typed else ""
    return (f"{subject}\n\n{body}", len(subject) + 2) if subject else (body, 0)


def read(words: str, body: int, frame: Frame, addressed: Sequence[str] = ()) -> Reading:
    """Return what the words say; `body` is where the body begins in them.

    A plus-alias among the addresses (`sampark+profile@...`) names the kind of work where the words
    do not: it makes a kind, but no claim, since no word stands for it.
    """
    text = own(words[:READ_LIMIT])
    body = min(body, len(text))
    named = files.files(text, frame.inputs)
    due = deadlines.read(files.veil(text, frame.inputs), frame.now)
    regions = _regions(text, body)
    for region, other in regions:
        found = _jobs(region, frame, due, sheet=claims.speaks_of_sheets(text, frame.inputs))
        if found:
            said = tuple(item for job in found for item in _claims(job, region, other, frame))
            at = due.at if due is not None and not _TIMED & {job.kind for job in found} else None
            return Reading(found[0].kind, (*said, *named), at)
    kind = kinds.alias(tuple(addressed)) if text.strip() or frame.inputs else ""
    if not kind:
        return Reading(found=named)
    hinted = Job(Found("verb", kind, body, body), Sentence(text[body:], body))
    return Reading(kind, (*_claims(hinted, *regions[0], frame)[1:], *named))


def _regions(text: str, body: int) -> tuple[tuple[str, str], ...]:
    """Return the regions that may name the job, best first, each with the one that fills its gaps."""
    in_body, in_subject = mask(text, [(0, body)]), mask(text, [(body, len(text))])
    first = (in_body, in_subject)
    alone = not body or is_only_thanks(text[body:])
    return (first,) if alone else (first, (in_subject, in_body))


def _jobs(region: str, frame: Frame, due: Deadline | None, *, sheet: bool) -> tuple[Job, ...]:
    text = files.veil(region, frame.inputs)
    if due is not None:
        text = mask(text, [(due.start, due.end)])
    return jobs.find(text, frame.now.today, sheet=sheet)


def _claims(job: Job, region: str, other: str, frame: Frame) -> tuple[Found, ...]:
    found = claims.read(job.kind, _request(job, region, frame))
    have = {item.name for item in found}
    lacking = _GAPS.get(job.kind, frozenset()) - have - (_WHEN if have & _WHEN else frozenset())
    filling: tuple[Found, ...] = ()
    if lacking and other.strip(f"{BLANK} \n"):
        start = len(other) - len(other.lstrip(f"{BLANK} \n"))
        whole = Sentence(other[start:].rstrip(f"{BLANK} \n"), start)
        stand_in = Job(Found("verb", job.kind, start, start), whole)
        filling = claims.read(job.kind, _request(stand_in, other, frame))
    return (
        job.verb,
        *found,
        *asked.claims(job.questions),
        *(item for item in filling if item.name in lacking),
    )


def _request(job: Job, region: str, frame: Frame) -> Request:
    veiled = files.veil(region, frame.inputs)
    return Request(
        text=veiled,
        clear=region,
        frame=frame,
        verb=job.verb,
        at=job.at,
        parts=sentences(veiled),
        moments=moments.read(veiled, frame.now),
    )


def _goal(words: str) -> str:
    """Return the first sentence that says something, shortened for a title."""
    parts = sentences(plain(words[:READ_LIMIT]))
    asking = [part for part in parts if part.text[request_start(part.text) :].strip(" .!,")]
    lines = [part.text.strip() for part in asking or parts]
    said = next((line for line in lines if len(line) > 12), lines[0] if lines else "")
    return said if len(said) <= GOAL_LIMIT else f"{said[: GOAL_LIMIT - 1].rstrip()}…"
