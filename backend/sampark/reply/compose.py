"""From the facts of a task to the mail about it: one function per kind of mail.

Every function is pure and returns the same mail for the same facts. Subjects, goals, file names,
step titles, messages and answer texts may hold anything: `headers`, `inert` and `sanitise` make
them harmless.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sampark.domain.plan import Estimate, Plan
from sampark.domain.run import LeftOut, Outgoing, RunRecord
from sampark.domain.task import Question, Task, TaskStatus
from sampark.domain.value import File, Text
from sampark.reply import figures, headers, inert, wording
from sampark.reply.inert import Known
from sampark.reply.letters import outgoing, shown
from sampark.reply.receipt import (
    WHY_LIMIT,
    Outcome,
    assumed,
    expected,
    fact,
    outcomes,
    read_as,
    receipt,
    shortened,
    title,
)
from sampark.reply.sanitise import LIMIT, Body, sanitise
from sampark.reply.views import (
    AcknowledgeView,
    AnswerView,
    AskView,
    CannotView,
    FailedView,
    NoticeView,
    Offer,
    ProposeView,
    StatusView,
    StoppedView,
)
from sampark.reply.wording import MOST_STEPS

_MOST_LEFT_OUT = 20


def answer(  # noqa: PLR0913 - every fact of an ending has its name
    record: RunRecord,
    *,
    checked_estimate: Estimate | None,
    picture: bytes | None,
    texts: tuple[Text, ...],
    files: tuple[File, ...],
    left_out: Sequence[LeftOut] = (),
    amended: Sequence[str] | None = None,
    beside: Task | None = None,
    allowed_hosts: Collection[str] = (),
) -> Outgoing:
    """Return the mail with the result: answer texts, files, plan picture, receipt.

    Args:
        record: The task, its plan and the last attempt of every step.
        checked_estimate: What the compiled plan was expected to take; None leaves it out.
        picture: The plan as PNG, at two pixels for one on screen; None for no picture.
        texts: The answer in reading order. Together at most 64 KB are shown, and a cut is told.
        files: What goes along, under cleaned names.
        left_out: What does not, and why; the mail says so and where it can be had.
        amended: Where the requester wrote again: the titles of steps that are new since.
        beside: The task of the same thread that goes on, if this one was asked for meanwhile.
        allowed_hosts: Hosts whose https links stay links.
    """
    known = Known.of(record.task, frozenset(allowed_hosts))
    named = headers.attachable(files)
    view = AnswerView(
        subject=headers.subject(record.task.subject),
        known=known,
        headline=wording.headline(record, named),
        bodies=_bodies(texts, known),
        shortfall=wording.shortfall(record),
        amended=wording.amended(amended, record.task) or wording.beside(beside),
        files=tuple(map(fact, named)),
        left_out=_left_out(left_out),
        picture=shown(picture, wording.plan_words(outcomes(record))),
        receipt=receipt(record, estimate=checked_estimate, files=named),
    )
    return outgoing(view, named, picture)


def failed(  # noqa: PLR0913 - every fact of an ending has its name
    record: RunRecord,
    *,
    checked_estimate: Estimate | None = None,
    picture: bytes | None = None,
    texts: tuple[Text, ...] = (),
    files: tuple[File, ...] = (),
    left_out: Sequence[LeftOut] = (),
    amended: Sequence[str] | None = None,
    beside: Task | None = None,
    reason: str = "",
    advice: str = "",
    allowed_hosts: Collection[str] = (),
) -> Outgoing:
    """Return the mail that says why the work did not come to its end, with all that was made.

    Args:
        record: The task, its plan and the last attempt of every step.
        checked_estimate: As for `answer`.
        picture: As for `answer`.
        texts: As for `answer`; shown after the reason.
        files: As for `answer`.
        left_out: As for `answer`.
        amended: As for `answer`.
        beside: As for `answer`.
        reason: What went wrong, for the requester; empty takes the first failed step's message.
        advice: What the requester can do; empty asks for a reply with what should change.
        allowed_hosts: As for `answer`.
    """
    known = Known.of(record.task, frozenset(allowed_hosts))
    named = headers.attachable(files)
    view = FailedView(
        subject=headers.subject(record.task.subject),
        known=known,
        reason=inert.line(reason, WHY_LIMIT) or wording.first_failure(record),
        advice=inert.line(advice, WHY_LIMIT),
        amended=wording.amended(amended, record.task) or wording.beside(beside),
        bodies=_bodies(texts, known),
        files=tuple(map(fact, named)),
        left_out=_left_out(left_out),
        picture=shown(picture, wording.plan_words(outcomes(record))),
        receipt=receipt(record, estimate=checked_estimate, files=named),
    )
    return outgoing(view, named, picture)


def acknowledge(
    task: Task,
    plan: Plan,
    estimate: Estimate,
    wait_until: datetime | None = None,
    picture: bytes | None = None,
) -> Outgoing:
    """Return the mail that says what will happen and when the result comes.

    Args:
        task: Whose words were read.
        plan: What will be done.
        estimate: How long the work may take, in seconds.
        wait_until: The moment the plan sleeps until, if it does; told on the requester's clock.
        picture: As for `answer`.
    """
    view = AcknowledgeView(
        subject=headers.subject(task.subject),
        known=Known.of(task),
        promise=wording.promise(task, estimate, wait_until),
        read_as=read_as(task),
        assumed=assumed(plan),
        steps=shortened(tuple(map(title, plan.steps)), MOST_STEPS),
        picture=shown(picture, wording.plan_length(plan)),
    )
    return outgoing(view, (), picture)


def ask(
    task: Task, questions: Sequence[Question], deadline_words: str, *, last: bool = False
) -> Outgoing:
    """Return the mail with the questions, their choices, and what happens without an answer.

    `last`: the same was asked before, and is not asked again. `deadline_words` follow the word
    "by", such as "Thu 14 May 2026, 14:00 (UTC+05:30)"; empty for none. If every question has a
    default, the defaults are said to be taken without an answer.
    """
    view = AskView(
        subject=headers.subject(task.subject),
        known=Known.of(task),
        opening=wording.opening(questions),
        questions=wording.asked(questions),
        manner=wording.manner(questions, last=last),
        silence=wording.silence(questions, inert.line(deadline_words, WHY_LIMIT)),
        read_as=read_as(task),
    )
    return outgoing(view)


def propose(  # noqa: PLR0913 - all but the task and the plan have their names
    task: Task,
    plan: Plan,
    reasons: Sequence[str],
    deadline_words: str,
    *,
    estimate: Estimate | None = None,
    picture: bytes | None = None,
    word: str = "go",
) -> Outgoing:
    """Return the mail that shows a plan and asks for the word that starts it.

    Args:
        task: Whose words were read.
        plan: What waits for approval.
        reasons: Why it waits, a sentence each.
        deadline_words: As for `ask`.
        estimate: How long the work may take; None leaves it out.
        picture: As for `answer`.
        word: What the requester replies to start it, such as "go" or "go 7K3MPQ2X".
    """
    view = ProposeView(
        subject=headers.subject(task.subject),
        known=Known.of(task),
        word=word,
        reasons=tuple(inert.line(it, WHY_LIMIT) for it in (*reasons, *wording.no_consent(task))),
        read_as=read_as(task),
        assumed=assumed(plan),
        steps=shortened(tuple(map(title, plan.steps)), MOST_STEPS),
        duration="" if estimate is None else expected(estimate),
        picture=shown(picture, wording.plan_length(plan)),
        silence=wording.refusal(inert.line(deadline_words, WHY_LIMIT)),
    )
    return outgoing(view, (), picture)


def cannot(
    task: Task, playbooks: Sequence[Offer], reason: str = "", *, asked: bool = False
) -> Outgoing:
    """Return the polite no: why, and what can be asked for, with an example each.

    `asked`: the requester asked just that, so that there is nothing to be sorry for.
    """
    view = CannotView(
        subject=headers.subject(task.subject),
        known=Known.of(task),
        reason=inert.line(reason, WHY_LIMIT),
        lead=wording.SORRY if not asked else wording.OFFER,
        invitation=wording.REPLY_WITH if not asked else wording.WRITE,
        offers=tuple(playbooks),
    )
    return outgoing(view)


def unclear(task: Task, questions: Sequence[Question], examples: Sequence[str]) -> Outgoing:
    """Return the mail that ends a task whose questions got no answer that could be read.

    `examples` are words that ask for such work, whole.
    """
    view = CannotView(
        subject=headers.subject(task.subject),
        known=Known.of(task),
        reason="",
        lead=wording.given_up(task),
        invitation=wording.WOULD_WORK,
        offers=wording.would_work(questions, examples),
    )
    return outgoing(view)


def stopped(
    record: RunRecord | Task,
    *,
    files: tuple[File, ...] = (),
    left_out: Sequence[LeftOut] = (),
    reason: str = "",
) -> Outgoing:
    """Return the mail that confirms a stop and says what was done; a task alone has no steps.

    `reason` says why, where the requester did not ask for it.
    """
    task, steps = _parts(record)
    named = headers.attachable(files)
    view = StoppedView(
        subject=headers.subject(task.subject),
        known=Known.of(task),
        lead=inert.line(reason, WHY_LIMIT) or wording.AS_ASKED,
        done=shortened(tuple(step.title for step in steps if step.done)),
        not_done=shortened(tuple(step.title for step in steps if not step.done)),
        files=tuple(map(fact, named)),
        left_out=_left_out(left_out),
        read_as=read_as(task),
    )
    return outgoing(view, named)


def status(
    record: RunRecord | Task,
    status: TaskStatus,
    *,
    picture: bytes | None = None,
    wait_until: datetime | None = None,
) -> Outgoing:
    """Return the mail that says where a task stands.

    Args:
        record: The run as it stands, or the task alone while there is no plan.
        status: The task's status.
        picture: The plan with its steps' states, as for `answer`.
        wait_until: The moment the plan sleeps until, if it does now.
    """
    task, steps = _parts(record)
    view = StatusView(
        subject=headers.subject(task.subject),
        known=Known.of(task),
        standing=wording.standing(task, steps, status, wait_until),
        read_as=read_as(task),
        asked=figures.moment(task.asked_at, task),
        steps=steps[:MOST_STEPS],
        more=f"and {len(steps) - MOST_STEPS} more" if len(steps) > MOST_STEPS else "",
        picture=shown(picture, wording.plan_words(steps)),
    )
    return outgoing(view, (), picture)


def notice(task: Task, problem: str, fix: str) -> Outgoing:
    """Return the mail that tells one problem with what was sent, and the way out."""
    view = NoticeView(
        subject=headers.subject(task.subject),
        known=Known.of(task),
        problem=inert.line(problem, WHY_LIMIT),
        fix=inert.line(fix, WHY_LIMIT),
    )
    return outgoing(view)


def _bodies(texts: Sequence[Text], known: Known) -> tuple[Body, ...]:
    """Return the answer texts made safe, each by itself, together within the sanitiser's limit."""
    bodies: list[Body] = []
    left = LIMIT
    for text in texts:
        body = sanitise(
            text.markdown,
            allowed_hosts=known.hosts,
            allowed_addresses=known.addresses,
            limit=max(0, left),
        )
        bodies.append(body)
        left -= len(text.markdown.encode(errors="ignore"))
        if left < 0:
            break
    return tuple(body for body in bodies if body.text)


def _left_out(left_out: Sequence[LeftOut]) -> tuple[str, ...]:
    return tuple(
        f"{headers.file_name(item.name)} ({figures.size(item.size)}):"
        f" {inert.line(item.reason, WHY_LIMIT)}"
        for item in left_out[:_MOST_LEFT_OUT]
    )


def _parts(record: RunRecord | Task) -> tuple[Task, tuple[Outcome, ...]]:
    return (record, ()) if isinstance(record, Task) else (record.task, outcomes(record))
