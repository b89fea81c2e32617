"""The check on understanding, whoever understood: every claim must stand in the requester's own words."""

from collections.abc import Iterator

from sampark.domain.task import Claim, Task


def check(task: Task) -> list[str]:
    """Return what is wrong with a task's claims, one sentence each; an empty list is a pass.

    A claim's quote must not be empty and must stand at its position in `task.words`. An address must
    also occur in its quote letter by letter, because a mail may be sent to it.
    """
    return [problem for claim in task.claims for problem in _problems(claim, task.words)]


def _problems(claim: Claim, words: str) -> Iterator[str]:
    if not claim.quote:
        yield f"The claim {claim.name!r} quotes nothing."
    elif claim.start < 0 or words[claim.start : claim.start + len(claim.quote)] != claim.quote:
        yield f"The claim {claim.name!r} does not stand at position {claim.start} of the words."
    if claim.name == "attendees" and isinstance(claim.value, list):
        for address in claim.value:
            if str(address) not in claim.quote:
                yield "An address of the claim 'attendees' is not in the words it quotes."
