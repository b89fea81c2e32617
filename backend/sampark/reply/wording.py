"""The sentences whose words depend on the facts. What never changes stands in the templates."""

from collections.abc import Sequence
from datetime import datetime

from sampark.domain.plan import Estimate, Plan
from sampark.domain.run import RunRecord
from sampark.domain.task import Question, Task, TaskStatus
from sampark.domain.value import File
from sampark.reply import inert
from sampark.reply.figures import count, moment
from sampark.reply.receipt import (
    WHY_LIMIT,
    Outcome,
    expected,
    outcomes,
    quoted,
    read_as,
    shortened,
    unread,
)
from sampark.reply.views import Asked, Choice, Offer

MOST_STEPS = 20

_STANDING = {
    TaskStatus.NEW: "Your mail has arrived, and the work on it starts soon.",
    TaskStatus.UNDERSTOOD: "Your mail is understood. The plan comes next.",
    TaskStatus.ASKING: "The work waits for your answer to the question in this thread.",
    TaskStatus.PLANNING: "Your mail is understood, and the plan is being made.",
    TaskStatus.APPROVING: "The plan is ready and waits for approval.",
    TaskStatus.RUNNING: "The work is under way.",
    TaskStatus.REPLYING: "The work is finished, and the answer is on its way.",
    TaskStatus.DONE: "This is done. The answer is in this thread.",
    TaskStatus.FAILED: "This could not be finished. The reason is in this thread.",
    TaskStatus.STOPPED: "This was stopped, as you asked.",
}


SORRY = "Sorry, it asks for something that cannot be done here."
REPLY_WITH = "These can be done. Reply with words like those in the examples:"
AS_ASKED = "Stopped, as you asked."
OFFER = "This is what you can ask for."
WRITE = "Write words like those in the examples:"
WOULD_WORK = "This would work. Write it in this thread, at any time; files that you sent are kept:"


def headline(record: RunRecord, files: Sequence[File]) -> str:
    """Return the first line of an answer whose plan made no text."""
    start = "Done" if all(step.done for step in outcomes(record)) else "A part of this is done"
    if not files:
        return f"{start}: {read_as(record.task)}"
    attached = "Your file is" if len(files) == 1 else f"Your {len(files)} files are"
    return f"{start}. {attached} attached."


def shortfall(record: RunRecord) -> str:
    """Return the sentence that owns up to what is missing; empty if nothing is."""
    steps = outcomes(record)
    undone = sum(not step.done for step in steps)
    if not undone:
        return ""
    were = "was" if undone == 1 else "were"
    return f"{undone} of {count(len(steps), 'step')} {were} not done; the receipt below says why."


def first_failure(record: RunRecord) -> str:
    """Return why the first undone step is not done; empty if no step gave a reason."""
    return next((step.why for step in outcomes(record) if step.why), "")


def plan_length(plan: Plan) -> str:
    """Return what the picture of a plan shows before it runs."""
    return f"The plan: {count(len(plan.steps), 'step')}"


def given_up(task: Task) -> str:
    """Return that a task ends because its questions got no answer that could be read."""
    words = (
        "This ends here and nothing was done, because the answer to a question is still missing."
    )
    quotes = quoted(claim for claim in task.claims if claim.value is None)
    return f"{words} Not understood: {', '.join(quotes)}." if quotes else words


def would_work(questions: Sequence[Question], examples: Sequence[str]) -> tuple[Offer, ...]:
    """Return what can be written where questions stayed open."""
    return tuple(
        Offer(
            title=inert.line(it.text, WHY_LIMIT),
            summary=inert.line(", ".join(it.choices), WHY_LIMIT) or "In your own words.",
            example=inert.line((*it.choices, *examples, "help")[0], WHY_LIMIT),
        )
        for it in questions
    )


def amended(new: Sequence[str] | None, task: Task) -> str:
    """Return what it meant that the requester wrote again: the titles of the steps that are new."""
    if new is None:
        return ""
    words = "You wrote again while this was under way, and all your mails were read together."
    if unread(task):
        words = f"{words} What of them was not understood stands in the receipt below."
    if not new:
        return words
    titles = "; ".join(shortened(tuple(inert.line(title, WHY_LIMIT) for title in new), MOST_STEPS))
    return f"{words} New in the plan: {titles}."


def beside(other: Task | None) -> str:
    """Return that another task of the thread goes on; empty if none does."""
    if other is None:
        return ""
    return (
        f"This was done as a task of its own. “{read_as(other)}” goes on and is answered by itself."
    )


def plan_words(steps: Sequence[Outcome]) -> str:
    """Return what the picture of a plan shows, for those who do not see it."""
    done = sum(step.done for step in steps)
    return f"The plan: {done} of {count(len(steps), 'step')} done"


def promise(task: Task, estimate: Estimate, wait_until: datetime | None) -> str:
    """Return when the result comes, and which words of later mails were not understood."""
    words = f"This is under way. Expect the result in this thread in {expected(estimate)}."
    if wait_until is not None:
        words = f"This is set for {moment(wait_until, task)}. You need do nothing until then."
    quotes = unread(task)
    return f"{words} Not understood: {', '.join(quotes)}." if quotes else words


def standing(
    task: Task, steps: Sequence[Outcome], status: TaskStatus, wait_until: datetime | None
) -> str:
    """Return in a sentence or two where a task stands."""
    words = _STANDING[status]
    if status == TaskStatus.RUNNING and steps:
        done = sum(step.done for step in steps)
        are = "is" if done == 1 else "are"
        words = f"The work is under way: {done} of {count(len(steps), 'step')} {are} done."
    return words if wait_until is None else f"{words} It goes on {moment(wait_until, task)}."


def opening(questions: Sequence[Question]) -> str:
    """Return how many questions follow."""
    numbers = {1: "One question", 2: "Two questions", 3: "Three questions"}
    return numbers.get(len(questions), count(len(questions), "question"))


def asked(questions: Sequence[Question]) -> tuple[Asked, ...]:
    """Return the questions, numbered where they are several, with their numbered choices."""
    numbered = len(questions) > 1
    preset = _all_preset(questions)
    return tuple(
        _asked(it, f"{number}." if numbered else "", preset=preset)
        for number, it in enumerate(questions, start=1)
    )


def no_consent(task: Task) -> tuple[str, ...]:
    """Return that what was written is neither consent nor a change that was understood."""
    quotes = unread(task)
    return (f"{quotes[-1]} is no consent, and no change that I understand",) if quotes else ()


def manner(questions: Sequence[Question], *, last: bool = False) -> str:
    """Return how to answer; `last` says that this is asked for the last time."""
    if last:
        return f"This is asked for the last time. {_strictly(questions)}"
    choices = any(it.choices for it in questions)
    if len(questions) == 1:
        return (
            "Reply with the number of your choice, or in your own words."
            if choices
            else "Reply in your own words."
        )
    numbers = ": the number of your choice, or your own words" if choices else ""
    return f"Reply with one line for each question, in this order{numbers}."


def _strictly(questions: Sequence[Question]) -> str:
    if not all(it.choices for it in questions):
        return manner(questions)
    what = "the number of your choice" if len(questions) == 1 else "one number for each question"
    return f"Please reply with {what} and nothing else."


def silence(questions: Sequence[Question], deadline_words: str) -> str:
    """Return what happens if no answer comes."""
    if not _all_preset(questions):
        return refusal(deadline_words)
    return f"{_until(deadline_words)}, the work goes on with what is marked above."


def refusal(deadline_words: str) -> str:
    """Return that silence means no."""
    return f"{_until(deadline_words)}, this ends and nothing is done."


def _until(deadline_words: str) -> str:
    return f"Without an answer by {deadline_words}" if deadline_words else "Without an answer"


def _all_preset(questions: Sequence[Question]) -> bool:
    return all(it.default for it in questions)


def _asked(question: Question, number: str, *, preset: bool) -> Asked:
    choices = tuple(
        Choice(
            number=f"{at})",
            words=inert.line(words, WHY_LIMIT),
            preset=preset and words == question.default,
        )
        for at, words in enumerate(question.choices, start=1)
    )
    marked = any(choice.preset for choice in choices)
    words, *details = [line for line in question.text.splitlines() if line.strip()] or [""]
    return Asked(
        number=number,
        words=inert.line(words, WHY_LIMIT),
        details=shortened(tuple(inert.line(it, WHY_LIMIT) for it in details), MOST_STEPS),
        choices=choices,
        preset=inert.line(question.default, WHY_LIMIT) if preset and not marked else "",
    )
