"""How steps stand: one word and one tone each, without times."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sampark.domain.base import StepKey
from sampark.domain.plan import Plan
from sampark.domain.run import StepRun, StepStatus
from sampark.planning.boxes import standing
from sampark.planning.look import LOOKS
from sampark.reply.figures import count

_TONES = {
    "done": "good",
    "failed": "bad",
    "running": "busy",
    "waiting": "warn",
    "needs approval": "warn",
}


@dataclass(frozen=True)
class Standing:
    """Where a step stands: the word, and the tone that it is marked with."""

    word: str

    @property
    def tone(self) -> str:
        """The style class of the word."""
        return _TONES.get(self.word, "idle")


def standings(plan: Plan, runs: Mapping[StepKey, StepRun]) -> dict[StepKey, Standing]:
    """Return where each step stands; all are planned as long as nothing has begun."""
    by_name: Mapping[str, StepRun] = {str(key): run for key, run in runs.items()}
    return {step.key: Standing(LOOKS[standing(step.key, by_name)].word) for step in plan.steps}


def tally(plan: Plan, runs: Mapping[StepKey, StepRun]) -> str:
    """Return the figures in one line: "6 steps", "6 steps: 5 done, 1 failed"."""
    steps = count(len(plan.steps), "step")
    if not runs:
        return steps
    words = Counter(one.word for one in standings(plan, runs).values())
    return f"{steps}: {', '.join(f'{words[word]} {word}' for word in _order(words))}"


def timeless(runs: Mapping[StepKey, StepRun]) -> dict[StepKey, StepRun]:
    """Return the runs without times and costs, so that a picture of them does not change."""
    nothing = {"started_at": None, "finished_at": None, "usd": 0.0, "tokens": 0}
    return {key: run.model_copy(update=nothing) for key, run in runs.items()}


def latest(runs: Iterable[StepRun]) -> dict[StepKey, StepRun]:
    """Return the last attempt at each step."""
    return {run.key: run for run in sorted(runs, key=lambda run: run.attempt)}


def settled(runs: Mapping[StepKey, StepRun]) -> bool:
    """Whether every step came to its end well."""
    return all(run.status is StepStatus.DONE for run in runs.values())


def _order(words: Iterable[str]) -> list[str]:
    known = [look.word for look in LOOKS.values()]
    return sorted(words, key=known.index)
