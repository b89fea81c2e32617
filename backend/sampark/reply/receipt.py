"""The receipt under every result: how it was read, what was done, what was not, at what cost."""

from collections.abc import Iterable, Sequence

from sampark.domain.base import Frozen
from sampark.domain.plan import Estimate, Plan, Step
from sampark.domain.run import RunRecord, StepRun, StepStatus
from sampark.domain.task import UNREAD, Claim, Task
from sampark.domain.value import File, Origin
from sampark.reply import figures, inert

READ_AS_LIMIT = 300
TITLE_LIMIT = 120
WHY_LIMIT = 400
MOST_LINES = 12
HASH_SHOWN = 12
REVISE = "Reply in this thread and say what should be different."

# What these steps take is the calendar's time, not ours.
WAITING_TOOLS = frozenset({"time.wait"})

_STATES = {
    StepStatus.QUEUED: "not started",
    StepStatus.RUNNING: "running",
    StepStatus.WAITING: "waiting",
    StepStatus.APPROVAL: "waiting for approval",
    StepStatus.DONE: "done",
    StepStatus.FAILED: "failed",
    StepStatus.SKIPPED: "skipped",
}
_TONES = {"done": "good", "failed": "bad", "running": "busy"}
_UNDONE = {StepStatus.FAILED, StepStatus.SKIPPED, StepStatus.QUEUED}
_SOURCE_ORDER = ("requester", "attachment", "mail", "web", "model")


class Outcome(Frozen):
    """How one step stands: its title, its state in words, and why it is not done if known."""

    title: str
    state: str
    why: str = ""

    @property
    def done(self) -> bool:
        """Whether the step came to its end."""
        return self.state == _STATES[StepStatus.DONE]

    @property
    def tone(self) -> str:
        """How the state is marked beside its word: `good`, `bad`, `busy` or `idle`."""
        return _TONES.get(self.state, "idle")


class FileFact(Frozen):
    """An attached file: its name, its size in words, the first 12 hex digits of its SHA-256."""

    name: str
    size: str
    sha256: str

    @property
    def kind(self) -> str:
        """The name's ending in capitals, such as `PDF`."""
        stem, _, ending = self.name.rpartition(".")
        return ending.upper() if stem and ending.isalnum() and len(ending) <= 5 else "FILE"

    def __str__(self) -> str:
        return f"{self.name}, {self.size}, SHA-256 {self.sha256}"


class Row(Frozen):
    """One part of the receipt: a label and the lines that stand beside it."""

    label: str
    lines: tuple[str, ...]


class Receipt(Frozen):
    """The facts of one answer, in the requester's words and units."""

    read_as: str
    assumed: tuple[str, ...]
    done: tuple[str, ...]
    not_done: tuple[str, ...]
    not_understood: tuple[str, ...]
    sources: tuple[str, ...]
    files: tuple[FileFact, ...]
    time: str
    cost: str
    revise: str = REVISE

    @property
    def rows(self) -> tuple[Row, ...]:
        """The receipt as both bodies show it; rows without anything to say are left out."""
        told = {
            "Read as": (self.read_as,),
            "Assumed": self.assumed,
            "Done": _running(self.done),
            "Not done": shortened(self.not_done) or ("nothing",),
            "Not understood": shortened(self.not_understood),
            "Sources": _running(self.sources),
            "Files": shortened(tuple(map(str, self.files))),
            "Time": (self.time,),
            "Cost": (self.cost,),
            "To change it": (self.revise,),
        }
        return tuple(Row(label=label, lines=lines) for label, lines in told.items() if lines)


def receipt(record: RunRecord, *, estimate: Estimate | None, files: Sequence[File]) -> Receipt:
    """Return the receipt of a run: what its record proves, nothing else.

    Args:
        record: The task, its plan and the last attempt of every step.
        estimate: What was expected before the run; None leaves it out.
        files: The attached files under the names they are sent with.
    """
    steps = outcomes(record)
    return Receipt(
        read_as=read_as(record.task),
        assumed=assumed(record.plan),
        done=tuple(step.title for step in steps if step.done),
        not_done=_not_done(steps),
        not_understood=unread(record.task),
        sources=sources(record),
        files=tuple(map(fact, files)),
        time=_time(record, estimate),
        cost=_cost(record.steps),
    )


def read_as(task: Task) -> str:
    """Return in one line how the mail was read."""
    return inert.line(task.goal or task.subject or "a task without words", READ_AS_LIMIT)


def unread(task: Task) -> tuple[str, ...]:
    """Return the words of later mails of which nothing could be made, each in quotes."""
    return quoted(claim for claim in task.claims if claim.name == UNREAD)


def quoted(claims: Iterable[Claim]) -> tuple[str, ...]:
    """Return the requester's own words for claims, each once and in quotes."""
    quotes = (inert.line(claim.quote, TITLE_LIMIT) for claim in claims)
    return tuple(f"“{quote}”" for quote in dict.fromkeys(quotes) if quote)


def assumed(plan: Plan) -> tuple[str, ...]:
    """Return what the plan takes for granted, a line each."""
    return tuple(inert.line(it, WHY_LIMIT) for it in plan.assumptions)


def fact(file: File) -> FileFact:
    """Return what the mail tells about a file."""
    return FileFact(name=file.name, size=figures.size(file.size), sha256=file.sha256[:HASH_SHOWN])


def outcomes(record: RunRecord) -> tuple[Outcome, ...]:
    """Return how every step of the plan stands, in the plan's order."""
    return tuple(_outcome(step, record) for step in record.plan.steps)


def sources(record: RunRecord) -> tuple[str, ...]:
    """Return in words whose content went into the finished steps; never empty."""
    values = [run.value for run in _last_runs(record) if run.status == StepStatus.DONE]
    origins = {str(origin): origin for value in values if value for origin in value.origins}
    ordered = sorted(origins.values(), key=lambda it: (_SOURCE_ORDER.index(it.kind), it.ref))
    return tuple(_source(origin, record.task) for origin in ordered) or ("your words",)


def busy_seconds(record: RunRecord, *, waiting_tools: frozenset[str] = WAITING_TOOLS) -> float:
    """Return for how many seconds at least one step was at work; mere waiting does not count."""
    waits = {step.key for step in record.plan.steps if step.tool in waiting_tools}
    spans = sorted(
        (run.started_at, run.finished_at)
        for run in record.steps
        if run.started_at and run.finished_at and run.key not in waits
    )
    total, reached = 0.0, None
    for started, finished in spans:
        begin = started if reached is None else max(started, reached)
        total += max(0.0, (finished - begin).total_seconds())
        reached = finished if reached is None else max(finished, reached)
    return total


def shortened(lines: tuple[str, ...], most: int = MOST_LINES) -> tuple[str, ...]:
    """Return the lines, or the first of them and how many more there are."""
    if len(lines) <= most:
        return lines
    return (*lines[: most - 1], f"and {len(lines) - most + 1} more")


def _last_runs(record: RunRecord) -> Iterable[StepRun]:
    runs = (record.last(step.key) for step in record.plan.steps)
    return (run for run in runs if run is not None)


def _outcome(step: Step, record: RunRecord) -> Outcome:
    run = record.last(step.key)
    status = StepStatus.QUEUED if run is None else run.status
    why = inert.line(run.error.message, WHY_LIMIT) if run and run.error else ""
    if status == StepStatus.SKIPPED and not why:
        why = _missing(step, record)
    return Outcome(title=title(step), state=_STATES[status], why=why if status in _UNDONE else "")


def title(step: Step) -> str:
    """Return a step's title in one line."""
    return inert.line(step.title or step.tool, TITLE_LIMIT)


def _not_done(steps: Iterable[Outcome]) -> tuple[str, ...]:
    """Return a line for each step that has a reason, and one for each state of the others."""
    undone = [step for step in steps if not step.done]
    reasons = [f"{step.title}: {step.why}" for step in undone if step.why]
    others = [step for step in undone if not step.why]
    return (
        *reasons,
        *(_alike(state, others) for state in dict.fromkeys(it.state for it in others)),
    )


def _alike(state: str, steps: Iterable[Outcome]) -> str:
    titles = tuple(step.title for step in steps if step.state == state)
    return f"{state.capitalize()}: {'; '.join(shortened(titles))}"


def _running(words: tuple[str, ...]) -> tuple[str, ...]:
    return ("; ".join(shortened(words)) or "nothing",)


def _missing(step: Step, record: RunRecord) -> str:
    undone = [
        f"“{title(other)}”"
        for other in record.plan.steps
        if other.key in step.needs and not _is_done(record.last(other.key))
    ]
    return f"left out, because it needs {' and '.join(undone)}" if undone else ""


def _is_done(run: StepRun | None) -> bool:
    return run is not None and run.status == StepStatus.DONE


def _source(origin: Origin, task: Task) -> str:
    match origin.kind:
        case "requester":
            return "your words"
        case "attachment":
            names = {item.handle: item.name for item in task.inputs}
            return f"{inert.line(names.get(origin.ref, origin.ref), TITLE_LIMIT)} (attached)"
        case "mail":
            return "quoted or forwarded mail"
        case "web":
            return f"the web page at {inert.line(origin.ref, TITLE_LIMIT)}"
        case "model":
            return "a language model"


def _time(record: RunRecord, estimate: Estimate | None) -> str:
    took = f"took {figures.span(busy_seconds(record))}"
    if estimate is None:
        return took
    return f"estimated {expected(estimate)}, {took}"


def expected(estimate: Estimate) -> str:
    """Return an estimate in words: `3 s`, or `3 s (up to 8 s)` where the bad case differs."""
    usual, bad = figures.span(estimate.p50), figures.span(estimate.p90)
    return usual if estimate.p90 <= estimate.p50 or usual == bad else f"{usual} (up to {bad})"


def _cost(runs: Sequence[StepRun]) -> str:
    usd, tokens = sum(run.usd for run in runs), sum(run.tokens for run in runs)
    if not tokens:
        return figures.money(usd)
    return f"{figures.money(usd)}, {figures.count(tokens, 'token')} of a language model"
