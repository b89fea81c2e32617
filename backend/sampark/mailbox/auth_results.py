"""The Authentication-Results header (RFC 8601), read strictly: what is unclear proves nothing."""

from dataclasses import dataclass

_SPECIAL = frozenset(";=()")
_NEXT = ";"


@dataclass(frozen=True)
class Result:
    """One method's outcome, such as `dmarc=pass header.from=example.com`, all in lower case."""

    method: str
    outcome: str
    properties: dict[str, str]


@dataclass(frozen=True)
class AuthResults:
    """Who speaks, and what it found. `authserv_id` is as written."""

    authserv_id: str
    results: tuple[Result, ...]

    def of(self, method: str) -> tuple[Result, ...]:
        """Return all results of one method."""
        return tuple(result for result in self.results if result.method == method)


class Unreadable(ValueError):
    """The header does not follow its grammar, or says something twice."""


def read(text: str) -> AuthResults:
    """Read a header's text. Comments and quoted strings are respected; a version token is allowed.

    Raises:
        Unreadable: an unclosed comment or quote, a result that is no `name=value`, a property given
            twice. The gate takes that as no proof.
    """
    sections = _sections(_tokens(text))
    head = sections[0]
    if not head or len(head) > 2 or (len(head) == 2 and not head[1].isdecimal()):
        raise Unreadable("the header names no server")
    results = [_result(section) for section in sections[1:] if section and section != ["none"]]
    return AuthResults(head[0], tuple(results))


def _result(section: list[str]) -> Result:
    pairs = _pairs(section)
    method, outcome = pairs[0]
    properties: dict[str, str] = {}
    for name, value in pairs[1:]:
        # A second value of one property could be the sender's: mail servers quote his words here.
        if name in properties:
            raise Unreadable("a property stands twice")
        properties[name] = value
    return Result(method.partition("/")[0], outcome, properties)


def _pairs(section: list[str]) -> list[tuple[str, str]]:
    """Read `name = value` triples; a value may be empty only at the end of a pair."""
    pairs: list[tuple[str, str]] = []
    at = 0
    while at < len(section):
        if at + 1 >= len(section) or section[at] == "=" or section[at + 1] != "=":
            raise Unreadable("a result is no name with a value")
        value = section[at + 2] if at + 2 < len(section) else ""
        # `smtp.mailfrom= smtp.helo=x`: the value was left empty.
        if value == "=" or (at + 3 < len(section) and section[at + 3] == "="):
            pairs.append((section[at].lower(), ""))
            at += 2
        else:
            pairs.append((section[at].lower(), value.lower()))
            at += 3
    return pairs


def _sections(tokens: list[str]) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for token in tokens:
        if token == _NEXT:
            sections.append([])
        else:
            sections[-1].append(token)
    return sections


def _tokens(text: str) -> list[str]:
    """Cut into words, `;` and `=`. A quoted string is one word, quotes removed; comments go."""
    found: list[str] = []
    at = 0
    while at < len(text):
        ch = text[at]
        if ch.isspace():
            at += 1
        elif ch == "(":
            at = _after_comment(text, at)
        elif ch == '"':
            word, at = _quoted(text, at)
            found.append(word)
        elif ch in ";=":
            found.append(ch)
            at += 1
        else:
            word, at = _word(text, at)
            found.append(word)
    return found


def _word(text: str, at: int) -> tuple[str, int]:
    end = at
    while end < len(text) and text[end] not in _SPECIAL and not text[end].isspace():
        # A quote inside a word is read in two ways by two programs, so it is read in none.
        if text[end] == '"':
            raise Unreadable("a quote stands inside a word")
        end += 1
    if end == at:
        raise Unreadable("a comment is closed that was not opened")
    return text[at:end], end


def _after_comment(text: str, at: int) -> int:
    depth = 0
    while at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 2 if text[at] == "\\" else 1
        if depth == 0:
            return at
    raise Unreadable("a comment is not closed")


def _quoted(text: str, at: int) -> tuple[str, int]:
    word: list[str] = []
    at += 1
    while at < len(text):
        if text[at] == '"':
            return f'"{"".join(word)}"', at + 1
        at += 1 if text[at] == "\\" else 0
        word.append(text[at : at + 1])
        at += 1
    raise Unreadable("a quote is not closed")
