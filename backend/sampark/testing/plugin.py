"""The pytest plugin: no test reaches a real model, and a property test tries the same each time."""

import signal

import hypothesis
import pytest
from pydantic_ai import models


def pytest_configure() -> None:
    """Draw the same examples in every run, and let Ctrl-C work, however pytest was started."""
    hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
    hypothesis.settings.load_profile("same")
    # What a shell starts in the background ignores Ctrl-C, and so would every process of a test.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True, scope="session")
def _no_real_model() -> None:
    """Refuse requests to real models in every test."""
    models.ALLOW_MODEL_REQUESTS = False
