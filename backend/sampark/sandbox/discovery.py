"""Judges responses by Google's own description of the Gmail API.

The discovery document ships inside google-api-python-client. It is the ground truth of the
sandbox's tests: every field must be known there and have its type and format.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import cast

from pydantic import JsonValue

from sampark.sandbox.partial import Mask

Node = Mapping[str, JsonValue]

_FORMATS: Mapping[str, re.Pattern[str]] = {
    "uint64": re.compile(r"\d{1,20}"),
    "int64": re.compile(r"-?\d{1,19}"),
    "byte": re.compile(r"[A-Za-z0-9_-]*={0,2}"),
}


@cache
def document() -> Node:
    """Return the Gmail v1 discovery document."""
    package = resources.files("googleapiclient.discovery_cache")
    return json.loads(package.joinpath("documents", "gmail.v1.json").read_text(encoding="utf-8"))


@cache
def label_colors() -> frozenset[str]:
    """Return the colors a label may have, as "#rrggbb": its schema names them in its words."""
    color = _node(_node(_node(document()["schemas"])["LabelColor"])["properties"])
    told = str(_node(color["textColor"])["description"])
    return frozenset(re.findall(r"#[0-9a-f]{6}", told))


def has_fields(schema: str, mask: Mask) -> bool:
    """Tell whether a schema, e.g. "Message", has every field that a mask names."""
    return _has({"$ref": schema}, mask)


class Discovery:
    """The Gmail v1 discovery document as a judge."""

    def __init__(self) -> None:
        self._schemas = _node(document()["schemas"])
        self._methods = list(_methods(document()))

    def response_problems(self, method: str, path: str, body: JsonValue) -> list[str]:
        """Return what is wrong with the response of `method` to `path`, e.g. "GET" "/gmail/v1/..".

        A method without a response body must answer with none; an unknown path is a problem.
        """
        plain = re.sub(r"^/upload(?=/)", "", path).lstrip("/")
        for node in self._methods:
            if node["httpMethod"] == method and _fits(str(node["path"]), plain):
                return self._judged(node, body)
        return [f"{method} {path}: no such method"]

    def problems(self, schema: str, value: JsonValue) -> list[str]:
        """Return what in a value does not fit a schema, e.g. "Message"; none means it fits."""
        return list(self._against(_node(self._schemas[schema]), value, schema))

    def _judged(self, node: Node, body: JsonValue) -> list[str]:
        response = node.get("response")
        if response is None:
            return [] if body is None else [f"{node['id']}: a body where there is none"]
        return self.problems(str(_node(response)["$ref"]), body)

    def _against(self, schema: Node, value: JsonValue, where: str) -> Iterator[str]:
        if "$ref" in schema:
            yield from self._against(_node(self._schemas[str(schema["$ref"])]), value, where)
            return
        match schema["type"]:
            case "object" if isinstance(value, dict):
                known = _node(schema.get("properties", {}))
                for name, item in value.items():
                    if name in known:
                        yield from self._against(_node(known[name]), item, f"{where}.{name}")
                    else:
                        yield f"{where}.{name}: unknown field"
            case "array" if isinstance(value, list):
                for index, item in enumerate(value):
                    yield from self._against(_node(schema["items"]), item, f"{where}[{index}]")
            case _:
                yield from _scalar_problems(schema, value, where)


def _scalar_problems(schema: Node, value: JsonValue, where: str) -> Iterator[str]:
    kinds: Mapping[str, type] = {"string": str, "integer": int, "boolean": bool, "number": float}
    kind = kinds.get(str(schema["type"]))
    if kind is None or type(value) is not kind:
        yield f"{where}: {type(value).__name__} is no {schema['type']}"
        return
    known = schema.get("enum")
    if isinstance(known, list) and value not in known:
        yield f"{where}: {value!r} is none of {known}"
    pattern = _FORMATS.get(str(schema.get("format")))
    if pattern and isinstance(value, str) and not pattern.fullmatch(value):
        yield f"{where}: no {schema['format']}"


def _methods(node: Node) -> Iterator[Node]:
    for method in _node(node.get("methods", {})).values():
        yield _node(method)
    for resource in _node(node.get("resources", {})).values():
        yield from _methods(_node(resource))


def _fits(template: str, path: str) -> bool:
    pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None


def _node(value: JsonValue) -> Node:
    return cast("Node", value)


def _has(schema: Node, mask: Mask) -> bool:
    if "$ref" in schema:
        return _has(_node(_node(document()["schemas"])[str(schema["$ref"])]), mask)
    if schema["type"] == "array":
        return _has(_node(schema["items"]), mask)
    known = _node(schema.get("properties", {}))
    return all(
        name == "*" or (name in known and (below is None or _has(_node(known[name]), below)))
        for name, below in mask.items()
    )
