"""A reply to a playbook's questions, as far as it can be taken literally.

A choice by its number, letter or word, consent to a default, or a whole line of words. A date in free
words is not read here: reading is another room's work.
"""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from sampark.domain.task import Claim, Question, Task
from sampark.planning.playbooks.choose import FILE
from sampark.planning.playbooks.moment_words import moment, untold

CONSENT = frozenset({"ok", "okay", "yes", "fine", "default", "defaults", "ja", "oui", "si", "sí"})


def answer(task: Task, questions: Sequence[Question], words: str) -> Task:
    """Return the task with what a reply says to its open questions, the reply's words appended.

    One line answers one question, in their order; a word of consent alone takes every default. A
    claim that was asked about is replaced by its answer.
    """
    start = len(task.words) + 2
    text = f"{task.words}\n\n{words.strip()}"
    found = [claim for claim in _claims(questions, text, start) if claim.value is not None]
    answered = {claim.name for claim in found}
    kept = [claim for claim in task.claims if claim.name not in answered]
    kind = next((str(claim.value) for claim in found if claim.name == "verb"), task.kind)
    return task.model_copy(update={"words": text, "kind": kind, "claims": (*kept, *found)})


def _claims(questions: Sequence[Question], text: str, start: int) -> Iterator[Claim]:
    lines = [line.strip() for line in text[start:].splitlines() if line.strip()]
    asked = [question for question in questions if question.about != FILE]
    if len(lines) == 1 and _bare(lines[0]) in CONSENT:
        lines *= len(asked)
    for question, line in zip(asked, lines, strict=False):
        value = _value(question, line)
        yield Claim(name=question.about, value=value, quote=line, start=text.index(line, start))


def _value(question: Question, line: str) -> JsonValue:
    bare = _bare(line)
    if bare in CONSENT:
        return _meant(question, question.default) if question.default else None
    if not question.choices:
        return _meant(question, line)
    chosen = _chosen(question.choices, bare)
    return None if chosen is None else _meant(question, chosen)


def _chosen(choices: Sequence[str], bare: str) -> str | None:
    place = int(bare) - 1 if bare.isdecimal() else "abcdefgh".find(bare) if len(bare) == 1 else -1
    if 0 <= place < len(choices):
        return choices[place]
    said = [
        choice for choice in choices if choice.lower() in bare.split() or choice.lower() == bare
    ]
    return said[0] if len(said) == 1 else None


def _meant(question: Question, words: str) -> JsonValue:
    if question.about != "when":
        return words
    told = untold(words) or moment(words)
    return told.isoformat() if told else None


def _bare(line: str) -> str:
    return line.strip(" .!()").lower()
