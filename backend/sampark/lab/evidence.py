"""The requester's words with what was understood marked where it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sampark.domain.task import Claim


@dataclass(frozen=True)
class Piece:
    """A run of words, and the numbers (from 1) of the claims that it is evidence for."""

    words: str
    claims: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    """Those of the claims whose quote ends here: after these words stands their number."""


def pieces(words: str, claims: Sequence[Claim]) -> list[Piece]:
    """Return the words cut wherever the evidence of a claim begins or ends.

    Claims without a quote, or whose quote does not stand at its place, mark nothing. The pieces
    joined are the words.
    """
    spans = {
        number: (claim.start, claim.start + len(claim.quote))
        for number, claim in enumerate(claims, 1)
        if claim.quote and words[claim.start : claim.start + len(claim.quote)] == claim.quote
    }
    return list(_cut(words, spans))


def _cut(words: str, spans: dict[int, tuple[int, int]]) -> Iterator[Piece]:
    edges = {0, len(words), *(edge for span in spans.values() for edge in span)}
    for begin, end in pairwise(sorted(edges)):
        over = tuple(number for number, (a, b) in spans.items() if a <= begin and end <= b)
        ends = tuple(number for number in over if spans[number][1] == end)
        yield Piece(words[begin:end], over, ends)
