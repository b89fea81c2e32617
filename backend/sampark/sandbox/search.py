"""Gmail's search language, read into a tree.

Terms side by side must all hold; OR (or |) joins its two neighbours and binds tighter; braces join
all they hold; a minus negates the term after it; an operator may stand before a group; AROUND and a
number join two words. The operators are those of Google's help page "Refine searches in Gmail".
Nothing is a syntax error: what cannot be read as an operator is a word, as in Gmail.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sampark.sandbox.problems import invalid

_DEEPEST = 10
_MOST_TERMS = 400
_TOKEN = re.compile(
    r"""
    (?P<open>[({]) | (?P<close>[)}])
    | (?P<minus>-(?=\S))
    | (?P<field>[A-Za-z][A-Za-z0-9_]*):(?=\S)
    | "(?P<phrase>[^"]*)"?
    | (?P<word>[^\s(){}"]+)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Term:
    """One condition: a word or phrase (`field` is ""), or an operator with its value."""

    field: str
    value: str


@dataclass(frozen=True)
class Near:
    """Two words or phrases with at most `within` words between them."""

    left: str
    right: str
    within: int


@dataclass(frozen=True)
class Not:
    """The negation of a condition."""

    inner: "Query"


@dataclass(frozen=True)
class And:
    """All conditions hold; none at all holds always."""

    inner: tuple["Query", ...]


@dataclass(frozen=True)
class Or:
    """At least one condition holds."""

    inner: tuple["Query", ...]


Query = Term | Near | Not | And | Or


def read_query(text: str) -> Query:
    """Read a search; 400 for one of more than 400 terms."""
    tokens = [found for found in _TOKEN.finditer(text) if found.lastgroup]
    if len(tokens) > _MOST_TERMS:
        raise invalid("Invalid q: too many terms.")
    return _Reader(tokens).all_of("", depth=0)


def terms(query: Query) -> Iterator[Term]:
    """Yield each condition that is not negated."""
    match query:
        case Term():
            yield query
        case And(inner) | Or(inner):
            for part in inner:
                yield from terms(part)
        case Near() | Not():
            return


class _Reader:
    """Walks the tokens once; `field` is the operator before the group being read."""

    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self.tokens = tokens
        self.position = 0

    def all_of(self, field: str, *, depth: int) -> Query:
        """Read terms up to the closing bracket or the end: all must hold."""
        parts: list[Query] = []
        while (part := self._either(field, depth)) is not None:
            parts.append(part)
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _either(self, field: str, depth: int) -> Query | None:
        part = self._one(field, depth)
        parts: list[Query] = [] if part is None else [part]
        while parts and self._word_is("OR", "|"):
            self.position += 1
            follower = self._one(field, depth)
            parts += [] if follower is None else [follower]
        if not parts:
            return None
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _one(self, field: str, depth: int) -> Query | None:
        while self._word_is("AND", "OR", "|"):
            self.position += 1
        token = self._take()
        if token is None:
            return None
        match token.lastgroup:
            case "close":
                return self._one(field, depth) if depth == 0 else None
            case "minus":
                inner = self._one(field, depth)
                return inner.inner if isinstance(inner, Not) else inner and Not(inner)
            case "field":
                return self._one(token["field"].lower(), depth)
            case "open":
                return self._group(token["open"], field, depth)
            case _:
                term = Term(field, token[token.lastgroup or 0])
                return term if field else self._near(term)

    def _near(self, left: Term) -> Query:
        """Read on where AROUND, a number and a word follow a word."""
        found = self.tokens[self.position : self.position + 3]
        groups = [token.lastgroup for token in found]
        if groups[:2] != ["word", "word"] or groups[2:] not in (["word"], ["phrase"]):
            return left
        name, number, right = (str(token[token.lastgroup or 0]) for token in found)
        if name != "AROUND" or not re.fullmatch(r"[0-9]{1,3}", number):
            return left
        self.position += 3
        return Near(left.value, right, int(number))

    def _group(self, bracket: str, field: str, depth: int) -> Query | None:
        if depth >= _DEEPEST:
            return self._one(field, depth)
        group = self.all_of(field, depth=depth + 1)
        if bracket == "{" and isinstance(group, And):
            return Or(group.inner) if group.inner else group
        return group

    def _take(self) -> re.Match[str] | None:
        if self.position >= len(self.tokens):
            return None
        self.position += 1
        return self.tokens[self.position - 1]

    def _word_is(self, *words: str) -> bool:
        if self.position >= len(self.tokens):
            return False
        return self.tokens[self.position]["word"] in words
