"""The methods of the Gmail API by their requests, as Google's discovery document lists them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from sampark.sandbox.discovery import Node, document


@dataclass(frozen=True)
class Method:
    """An API method: its id, e.g. "gmail.users.messages.get", and the scopes that allow it."""

    id: str
    scopes: frozenset[str]
    """Any one of them is enough."""
    response: str
    """The schema of its answer, e.g. "Message"; "" for a method that answers with nothing."""
    parameters: frozenset[str]
    """What may stand in its query, with what all methods take."""
    delegated: bool
    """Whether only service accounts with domain-wide authority may call it."""


def method_of(verb: str, path: str) -> Method | None:
    """Return the method that a request calls, e.g. of "GET" "/gmail/v1/users/me/profile"."""
    plain = re.sub(r"^/upload(?=/)", "", path).strip("/")
    for pattern, method in _table().get((verb, plain.count("/")), ()):
        if pattern.fullmatch(plain):
            return method
    return None


def method_ids() -> frozenset[str]:
    """Return the id of every method there is."""
    return frozenset(method.id for row in _table().values() for _, method in row)


@cache
def _table() -> Mapping[tuple[str, int], list[tuple[re.Pattern[str], Method]]]:
    """The methods by verb and depth of their path; literal paths before those with variables."""
    common = cast("Node", document()["parameters"])
    found: dict[tuple[str, int], list[tuple[re.Pattern[str], Method]]] = {}
    for node in sorted(_nodes(document()), key=lambda node: str(node["path"]).count("{")):
        path = str(node["path"])
        pattern = re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)))
        scopes = cast("list[str]", node.get("scopes", []))
        delegated = "only available to service account clients" in str(node["description"])
        response = str(cast("Node", node.get("response", {})).get("$ref", ""))
        parameters = frozenset((*common, *cast("Node", node.get("parameters", {}))))
        method = Method(str(node["id"]), frozenset(scopes), response, parameters, delegated)
        found.setdefault((str(node["httpMethod"]), path.count("/")), []).append((pattern, method))
    return found


def _nodes(node: Node) -> Iterator[Node]:
    for method in cast("Node", node.get("methods", {})).values():
        yield cast("Node", method)
    for resource in cast("Node", node.get("resources", {})).values():
        yield from _nodes(cast("Node", resource))
