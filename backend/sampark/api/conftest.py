"""Fixtures of the gate's and the door's tests: people on a real store."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from sampark.desk.people import People, opened


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """A viewer and an operator, and somebody with a role that no release knows."""
    home: Path = tmp_path_factory.mktemp("people")
    with opened(f"sqlite:///{home / 'sampark.db'}", key=home / "master.key") as people:
        for name, role in (("vera", "viewer"), ("otto", "operator"), ("igor", "intruder")):
            people.add(name, secrets.token_hex(), role)
        yield people
