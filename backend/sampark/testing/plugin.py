"""The pytest plugin: no test reaches a real model."""

import pytest
from pydantic_ai import models


@pytest.fixture(autouse=True, scope="session")
def _no_real_model() -> None:
    """Refuse requests to real models in every test."""
    models.ALLOW_MODEL_REQUESTS = False
