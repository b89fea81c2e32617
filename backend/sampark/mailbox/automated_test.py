"""Which mail a program wrote: samples of many systems, and of people who come near them."""

import tomllib
from pathlib import Path

import pytest

from sampark.mailbox import automated
from sampark.mailbox.mime import parse

SAMPLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _reason(sample):
    return automated.reason(parse(sample["mail"].encode()))


@pytest.mark.parametrize("sample", SAMPLES["automated"], ids=lambda sample: sample["what"])
def test_a_program_wrote_it(sample):
    assert _reason(sample)


@pytest.mark.parametrize("sample", SAMPLES["human"], ids=lambda sample: sample["what"])
def test_a_person_wrote_it(sample):
    assert _reason(sample) is None


def test_the_samples_are_many():
    assert len(SAMPLES["automated"]) >= 60
    assert len(SAMPLES["human"]) >= 60
