"""A sandbox to talk to, for the tests of this room that need a Gmail."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from google.oauth2.credentials import Credentials
from hypothesis import settings

from sampark.domain.base import AccountId
from sampark.mailbox.gmail import Gmail
from sampark.mailbox.patience import Patience
from sampark.sandbox.server import Sandbox

# A slow machine is no failure: nothing here is judged by time.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

ACCOUNT = AccountId("sampark@example.com")
YOU = AccountId("you@example.com")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox for all tests of a module."""
    path: Path = tmp_path_factory.mktemp("gmail") / "sandbox.sqlite3"
    with Sandbox(path, accounts=[ACCOUNT, YOU]) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """The sandbox, without mail and faults."""
    running.control.reset()
    yield running
    running.control.clear_faults()


def connect(sandbox: Sandbox, account: AccountId, *, timeout: float = 10.0) -> Gmail:
    """Connect to an account of the sandbox, with pauses short enough for tests."""
    return Gmail(
        account,
        endpoint=sandbox.endpoint,
        credentials=Credentials(token=sandbox.token(account)),
        patience=Patience(timeout=timeout, pause=0.01),
    )


@pytest.fixture
def gmail(sandbox: Sandbox) -> Gmail:
    """The system's account."""
    return connect(sandbox, ACCOUNT)


@pytest.fixture
def you(sandbox: Sandbox) -> Gmail:
    """The requester's account."""
    return connect(sandbox, YOU)


def strings_of(value: object) -> Iterator[str]:
    """Yield every string inside a dumped value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from strings_of(item)
