import pytest

from sampark.testing.clock import ManualClock
from sampark.world import World


@pytest.fixture
def world():
    with World() as world:
        yield world


@pytest.fixture
def clocked():
    with World(clock=ManualClock()) as world:
        yield world
