"""Whether words tell what to do: a question about how things are changes nothing, and neither does a refusal."""

import re
from collections.abc import Iterator

from sampark.understanding.reading import mask, own, sentences

_DOING = (
    r"(?:make|move|put|push|set|shift|change|postpone|delay|snooze|have|get|do|add|invite|use|send|convert|give"
    r"|take|call|name|rename|start|place|go|show|try|split|swap|reverse|say|bring|also|just|then|instead)"
)
_LEAD = (
    r"(?:(?:hi|hello|hey|dear)\b[^,!\n]{0,40}[,!\s]+)?"
    r"(?:(?:and|or|but|so|ok(?:ay)?|oh|oops|well|then|also|now|sorry|actually|please|no)\b[\s,.;:!-]*)*"
)
_ABOUT = r"(?:what|how)\s+about\b"
_BIDDING = (
    rf"(?:(?:can|could|would|may|might)\s+(?:you|we|i)\s+(?:please\s+)?{_DOING}\b"
    rf"|(?:would|is)\s+it\s+(?:be\s+)?(?:possible|ok(?:ay)?)\s+(?:to|for\s+you\s+to|if\s+(?:you|we))\s+{_DOING}\b"
    rf"|would\s+you\s+mind\b|(?:why\s+don't\s+(?:you|we)|shall\s+we|let's)\s+{_DOING}\b)"
)
_WISH = re.compile(
    rf"\s*{_LEAD}(?:{_ABOUT}|{_BIDDING}|what\s+i\s+(?:meant?|want|need)\b|do\s+you\s+think\s+(?:you|we)\s+(?:can|could)\b"
    r"|i\s+(?:was\s+)?wonder(?:ing)?\s+(?:if|whether)\s+(?:you|we)\s+(?:can|could|would)\b)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:and|or)\b", re.IGNORECASE)
_BE = r"(?:is|was|are|were|am|do|does|did|has|have|had|will|would|could|can|might|should|shall|must)(?:n't)?"
_ASKING = re.compile(
    rf"\s*{_LEAD}(?:(?:{_BE}|won't|can't|may(?!\s+\d)|why|who|whom|whose|which|what|how)\b|(?:when|where)(?:'s|\s+{_BE})\b"
    r"|(?:tell\s+me|let\s+me\s+know)\b|i(?:'m|\s+am|\s+was)?\s+wonder(?:ing)?\b)",
    re.IGNORECASE,
)
_TELLING = re.compile(
    rf"\s*{_LEAD}(?:(?:do|have)\s+(?!(?:you|we|i|they)\b)"
    r"|(?:should|must)\s+(?!(?:you|we|i|they|he|she|it|the|there|this|that)\b))",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    rf"[,;:-]\s*(?:{_BE}|won't|can't)\s+(?:it|he|she|they|that|this|there|the)\b", re.IGNORECASE
)
_QUOTED = re.compile(r'"[^"\n]*"')
_AMENDS = re.compile(
    r"\bno\b(?=\s*(?:[,.;:!-]|\Z|(?:i\s+meant?|sorry|wait|make|please)\b|(?:problem|worries|rush|hurry)\b))"
    r"|\broom\s+no\.?\s*\d+|\bwhy\s+don't\s+(?:you|we)\b|\bdon't\s+(?:worry|mind)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:no|not|cannot|never|none|nothing|nobody|neither|nor|dont|doesnt|wont|cant|cancel\w*|delete\w*|forget|stop"
    r"|nicht|kein\w*|nie|niemals|pas|jamais|aucune?|nunca|ning[uú]n\w*|impossible|too\s+(?:late|early|soon|long|short))\b"
    r"|n't\b|\bno\b",
    re.IGNORECASE,
)
_LESS = re.compile(
    r"\b(?:without|except|leave\s+out|drop|remove|skip|ohne|sans|sin)\b", re.IGNORECASE
)
_INSTEAD_OF = re.compile(r"\b(?:instead\s+of|rather\s+than|statt)\b[^,;.!?\n]*", re.IGNORECASE)


def asks(said: str, *, briefly: bool = False) -> bool:
    """Return whether a sentence asks how things are, and wishes for nothing.

    'What about 16:00?' and 'could you make it 16:00?' wish; 'is it at 16:00?' asks. `briefly`: a
    question mark alone makes no question of a few words ('by product?').
    """
    questioned = said.rstrip(" \"')").endswith("?")
    if _CLAUSE.search(said):
        return True
    if _WISH.match(said):
        return False
    if _ASKING.match(said):
        return questioned or not _TELLING.match(said)
    return questioned and not briefly


def joins(said: str) -> bool:
    """Return whether a sentence goes on from another: 'and at 16:00?'."""
    return _JOINED.match(said) is not None


def refuses(said: str) -> bool:
    """Return whether a sentence says what is not to be; the 'no' that leads to a correction does not."""
    left = _AMENDS.sub(" ", _QUOTED.sub(" ", said))
    return _REFUSED.search(left) is not None


def told(words: str) -> str:
    """Return the plain words with what only asks, refuses or leaves out blanked, every position kept."""
    text = own(words)
    return mask(text, _untold(text))


def _untold(text: str) -> Iterator[tuple[int, int]]:
    for part in sentences(text):
        if asks(part.text) or refuses(part.text) or _LESS.search(part.text):
            yield part.start, part.end
    for match in _INSTEAD_OF.finditer(text):
        yield match.span()
