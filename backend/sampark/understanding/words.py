"""From a mail to a task without a model: the requester's own words, and what they claim.

**Whose words.** `task.words` are the new words of the body. A subject that the requester typed
stands before them, parted by a blank line: it is typed when the mail is neither reply nor forward.
The subject of a reply was written by whoever began the thread, so it never counts. Claims come from
the body first; the subject fills what the body lacks.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from sampark.domain.base import TaskId
from sampark.domain.mail import Address, Arrival, Message
from sampark.domain.task import Task, TaskInput
from sampark.understanding import claims, files, kinds, moments, questions, zones
from sampark.understanding.claims import Frame, Request
from sampark.understanding.language import language
from sampark.understanding.moments import Now
from sampark.understanding.reading import BLANK, Found, Sentence, mask, plain, sentences, to_claim

READ_LIMIT = 20_000
"""Characters that are read for claims. A request is shorter; what is longer is a document."""

GOAL_LIMIT = 200
_REPLY = re.compile(r"^\s*(re|aw|sv|antw|fwd?|wg|tr|rv|vs)\s*(\[\d+\])?\s*:", re.IGNORECASE)
NOBODY = Address(email="nobody@invalid.invalid")


def understand(
    message: Message, *, task_id: TaskId, arrival: Arrival, asked_at: datetime, timezone: str
) -> Task:
    """Return the mail as a task: words, files, claims with evidence.

    `asked_at` carries the requester's offset; `timezone` is an IANA name, or empty if unknown.
    """
    words, body = own_words(message)
    inputs = tuple(
        TaskInput(handle=item.handle, name=item.name, media_type=item.media_type, size=item.size)
        for item in message.attachments
        if not item.inline
    )
    frame = Frame(
        inputs=inputs,
        now=Now(at=asked_at, zone=zones.own(asked_at, timezone)),
        own=(arrival.ref.account,),
    )
    addressed = tuple(item.email for item in (*message.to, *message.cc))
    found = read(words, body, frame, addressed)
    kind = next((str(item.value) for item in found if item.name == "verb"), "")
    return Task(
        id=task_id,
        account=arrival.ref.account,
        thread_id=arrival.thread_id,
        gmail_id=arrival.ref.gmail_id,
        requester=message.sender or NOBODY,
        goal=_goal(words[body:] or words),
        words=words,
        subject=message.subject,
        kind=kind,
        claims=tuple(to_claim(item, words) for item in found),
        inputs=inputs,
        language=language(words[:READ_LIMIT]),
        asked_at=asked_at,
        timezone=timezone,
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


def read(words: str, body: int, frame: Frame, addressed: Sequence[str] = ()) -> tuple[Found, ...]:
    """Return every claim of the words: those of the body, else those of the subject."""
    text = plain(words[:READ_LIMIT])
    named = files.files(text, frame.inputs)
    in_body = mask(text, [(0, body)])
    in_subject = mask(text, [(body, len(text))])
    for region in (in_body, in_subject):
        found = _read_region(region, frame)
        if found:
            return (*found, *named)
    hinted = kinds.alias(tuple(addressed))
    if hinted and text.strip():
        first = next(iter(sentences(in_body)), None) or Sentence(text[:1], 0)
        verb = Found("verb", hinted, first.start, first.start)
        return (*_claims(verb, first, in_body, frame), *named)
    return named


def _read_region(region: str, frame: Frame) -> tuple[Found, ...]:
    veiled = files.veil(region, frame.inputs)
    parts = sentences(veiled)
    if (command := kinds.slash(region.replace(BLANK, " "))) is not None:
        verb, rest = command
        at = next((part for part in parts if part.start <= verb.start < part.end), None)
        if verb.value and at is not None:
            asked = questions.read(Sentence(str(rest.value), rest.start))
            extra = questions.claims(asked) if verb.value == "ask" else ()
            return (*_claims(verb, at, region, frame), *extra)
    for look in (kinds.commands, kinds.hints):
        verbs = [(verb, part) for part in parts for verb in look(part)]
        if look is kinds.hints and (asked := [q for part in parts for q in questions.read(part)]):
            return _asked(asked, parts, region, frame)
        if verbs:
            return _commanded(verbs, parts, region, frame)
    return ()


def _commanded(
    verbs: list[tuple[Found, Sentence]],
    parts: tuple[Sentence, ...],
    region: str,
    frame: Frame,
) -> tuple[Found, ...]:
    verb, at = verbs[0]
    asked = [question for part in parts for question in questions.read(part)]
    extra = questions.claims(tuple(asked)) if verb.value == "ask" else ()
    others = [item for item, _ in verbs[1:] if item.value != verb.value]
    return (*_claims(verb, at, region, frame), *extra, *others)


def _asked(
    asked: list[questions.Question], parts: tuple[Sentence, ...], region: str, frame: Frame
) -> tuple[Found, ...]:
    first = asked[0].measure
    at = next(part for part in parts if part.start <= first.start < part.end)
    verb = Found("verb", "ask", first.start, first.end)
    return (*_claims(verb, at, region, frame), *questions.claims(tuple(asked)))


def _claims(verb: Found, at: Sentence, region: str, frame: Frame) -> tuple[Found, ...]:
    veiled = files.veil(region, frame.inputs)
    request = Request(
        text=veiled,
        clear=region,
        frame=frame,
        verb=verb,
        at=at,
        parts=sentences(veiled),
        moments=moments.read(veiled, frame.now),
    )
    return (verb, *claims.read(str(verb.value), request))


def _goal(words: str) -> str:
    """Return the first sentence that says something, shortened for a title."""
    lines = [part.text.strip() for part in sentences(plain(words[:READ_LIMIT]))]
    said = next((line for line in lines if len(line) > 12), lines[0] if lines else "")
    return said if len(said) <= GOAL_LIMIT else f"{said[: GOAL_LIMIT - 1].rstrip()}…"
