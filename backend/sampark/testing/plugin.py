"""The pytest plugin: no test reaches a real model, and a property test tries the same each time."""

import hypothesis
import pytest
from pydantic_ai import models


def pytest_configure() -> None:
    """Draw the same examples in every run: a red build is then red for everybody."""
    hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
    hypothesis.settings.load_profile("same")


@pytest.fixture(autouse=True, scope="session")
def _no_real_model() -> None:
    """Refuse requests to real models in every test."""
    models.ALLOW_MODEL_REQUESTS = False
