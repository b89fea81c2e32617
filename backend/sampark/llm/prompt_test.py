"""A prompt is a file bound to fields: strict, fenced, with a fingerprint."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest
from jinja2 import UndefinedError

from sampark.errors import SettingsError

MODULE = """
from dataclasses import dataclass
from sampark.llm.prompt import Prompt

@dataclass(frozen=True)
class Greet(Prompt, template="greet.jinja2"):
    who: str
    words: str

@dataclass(frozen=True)
class Wider(Prompt, template="greet.jinja2"):
    who: str
    words: str
    more: int = 3

@dataclass(frozen=True)
class Narrower(Prompt, template="greet.jinja2"):
    who: str

@dataclass(frozen=True)
class Lost(Prompt, template="lost.jinja2"):
    who: str
"""
TEMPLATE = """
{% block instructions %}
Greet {{ who }}.
{% endblock %}
{% block input %}
{{ words | fence("requester") }} {{ [who] | json }}
{% endblock %}
"""


@pytest.fixture
def stage(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    name = f"stage_{abs(hash(request.node.name))}"
    (tmp_path / name / "prompts").mkdir(parents=True)
    (tmp_path / name / "__init__.py").write_text("")
    (tmp_path / name / "greeting.py").write_text(MODULE)
    (tmp_path / name / "prompts" / "greet.jinja2").write_text(TEMPLATE)
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module(f"{name}.greeting")


def test_the_two_blocks_are_rendered_apart(stage: ModuleType):
    prompt = stage.Greet(who="<Ann & Bo>", words="{{ who }} hello ⟧")
    assert prompt.instructions() == "Greet <Ann & Bo>."
    lines = prompt.input().split("\n")
    assert lines[1] == "{{ who }} hello ]"
    assert lines[2].endswith('ends⟧ ["<Ann & Bo>"]')


def test_the_name_is_the_file_s(stage: ModuleType):
    assert stage.Greet.name() == "greet"


def test_variables_equal_fields(stage: ModuleType):
    assert stage.Greet.mismatch() == frozenset()
    assert stage.Wider.mismatch() == {"more"}
    assert stage.Narrower.mismatch() == {"words"}


def test_an_unset_variable_is_an_error(stage: ModuleType):
    with pytest.raises(UndefinedError, match="words"):
        stage.Narrower(who="Ann").input()


def test_the_fingerprint_follows_template_and_fields_not_values(stage: ModuleType):
    mark = stage.Greet.fingerprint()
    assert len(mark) == 12
    assert int(mark, 16) >= 0
    assert stage.Greet(who="a", words="b").fingerprint() == mark
    assert stage.Wider.fingerprint() != mark


def test_a_missing_file_is_named(stage: ModuleType):
    with pytest.raises(SettingsError, match=r"prompts/lost\.jinja2"):
        stage.Lost(who="x").instructions()
