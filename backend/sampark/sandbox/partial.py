"""Partial responses: the `fields` parameter that all Google APIs know.

A mask names the fields to keep: `a,b`, nested as `a/b` or `a(b,c)`, `*` for all (Google API guide,
"Working with partial resources"). It passes through arrays.
"""

import re
from collections.abc import Mapping

from pydantic import JsonValue

from sampark.sandbox.problems import ApiProblem

Mask = Mapping[str, "Mask | None"]
"""Field names with the mask of what is below; None keeps everything below."""

_TOKEN = re.compile(r"[A-Za-z0-9_*]+|[(),/]")
_DEEPEST = 20


def read_mask(text: str) -> Mask:
    """Read a `fields` value; 400 when it is malformed."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", ""):
        raise invalid_mask(text)
    mask = _list(tokens, text, 0)
    if tokens:
        raise invalid_mask(text)
    return mask


def invalid_mask(text: str) -> ApiProblem:
    """Return the refusal of a `fields` value (400)."""
    place = {"location": "fields", "locationType": "parameter"}
    message = f"Invalid field selection {text[:200]}"
    return ApiProblem(400, "invalidParameter", message, entry=place)


def keep(value: JsonValue, mask: Mask | None) -> JsonValue:
    """Return the value with only the masked fields."""
    if mask is None:
        return value
    if isinstance(value, list):
        return [keep(item, mask) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: (name if name in mask else "*") for name in value}
    return {name: keep(value[name], mask[key]) for name, key in kept.items() if key in mask}


def _list(tokens: list[str], text: str, depth: int) -> Mask:
    mask: dict[str, Mask | None] = {}
    while True:
        name, below = _field(tokens, text, depth)
        mask[name] = below
        if not tokens or tokens[0] != ",":
            return mask
        tokens.pop(0)


def _field(tokens: list[str], text: str, depth: int) -> tuple[str, Mask | None]:
    if not tokens or tokens[0] in "(),/" or depth > _DEEPEST:
        raise invalid_mask(text)
    name = tokens.pop(0)
    if tokens[:1] == ["/"]:
        tokens.pop(0)
        return name, dict([_field(tokens, text, depth + 1)])
    if tokens[:1] != ["("]:
        return name, None
    tokens.pop(0)
    below = _list(tokens, text, depth + 1)
    if tokens[:1] != [")"]:
        raise invalid_mask(text)
    tokens.pop(0)
    return name, below
