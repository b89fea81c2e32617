"""Visitors over real sockets: users of each role, and browsers that are signed in or not."""

import re
from collections.abc import Generator
from contextlib import contextmanager

import httpx

from sampark.desk.desk import Desk
from sampark.server import Server

PASSWORD = "a long password"
ROLES = {"vera": "viewer", "otto": "operator", "ada": "admin"}


def add_everyone(desk: Desk) -> None:
    """Add a user of each role."""
    for name, role in ROLES.items():
        desk.people.add(name, PASSWORD, role)


@contextmanager
def visitor(server: Server, desk: Desk, name: str = "") -> Generator[httpx.Client]:
    """A browser, signed in through a link, or not."""
    origin = {"origin": server.address}
    with httpx.Client(base_url=server.address, headers=origin, timeout=30) as client:
        if name:
            path = f"/link/{desk.people.link(name)}"
            entered = client.post(path, data={"token": form_token(client, path)})
            assert entered.status_code == 303
        yield client


def form_token(client: httpx.Client, path: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', client.get(path).text)
    assert found is not None
    return found.group(1)
