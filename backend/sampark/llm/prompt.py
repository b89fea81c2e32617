"""Prompts are files with typed variables.

A prompt is a frozen dataclass bound to a `.jinja2` file in the `prompts` folder beside its module.
The file has two blocks: `instructions` (what we want, told as the model's instructions) and
`input` (this task's facts and words, told as the user's message). A variable without a field, or
an unset one, is an error. The fingerprint of template and fields is stored with every call.
"""

from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import ClassVar

from jinja2 import Environment, StrictUndefined, Template, meta, nodes
from pydantic import JsonValue

from sampark.domain.base import canonical_json, fingerprint
from sampark.domain.value import Origin, OriginKind
from sampark.errors import SettingsError
from sampark.llm.fence import fence

BLOCKS = frozenset({"instructions", "input"})


@dataclass(frozen=True)
class Prompt:
    """The base of every prompt: `class ExtractTask(Prompt, template="extract_task.jinja2")`.

    Attributes:
        template: the file's name. Its stem is the prompt's name in the ledger.
    """

    template: ClassVar[str] = ""

    def __init_subclass__(cls, *, template: str) -> None:
        super().__init_subclass__()
        cls.template = template

    @classmethod
    def name(cls) -> str:
        """Return the prompt's name: the file's name without its ending."""
        return cls.template.partition(".")[0]

    @classmethod
    def source(cls) -> str:
        """Return the template's text; raises SettingsError naming the file when it is absent."""
        return _source(cls.__module__.rpartition(".")[0], cls.template)

    @classmethod
    def fingerprint(cls) -> str:
        """Return 12 hex digits over the template's text and the fields' names and types."""
        shape = {field.name: str(field.type) for field in fields(cls)}
        return fingerprint({"template": cls.source(), "fields": {**shape}})[:12]

    @classmethod
    def mismatch(cls) -> frozenset[str]:
        """Return variables without a field, fields without a use, and missing or foreign blocks."""
        tree = _environment().parse(cls.source())
        used = meta.find_undeclared_variables(tree)
        blocks = {block.name for block in tree.find_all(nodes.Block)}
        return frozenset(used ^ {field.name for field in fields(cls)}) | (BLOCKS ^ blocks)

    def instructions(self) -> str:
        """Return the rendered `instructions` block, stripped."""
        return self._render("instructions")

    def input(self) -> str:
        """Return the rendered `input` block, stripped."""
        return self._render("input")

    def _render(self, block: str) -> str:
        template = _compiled(self.source())
        context = template.new_context(
            {field.name: getattr(self, field.name) for field in fields(self)}
        )
        return "".join(template.blocks[block](context)).strip()


@lru_cache
def _source(package: str, name: str) -> str:
    try:
        return files(package).joinpath("prompts", name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SettingsError(
            f"The prompt file prompts/{name} of {package} is missing.",
            fix="Install the package again: its wheel carries this file.",
        ) from None


@lru_cache
def _compiled(source: str) -> Template:
    return _environment().from_string(source)


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - a prompt is plain text; fences, not HTML escapes, mark words
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fence"] = _fence  # pyright: ignore[reportArgumentType] - its own are typed
    environment.filters["json"] = _json  # pyright: ignore[reportArgumentType] - its own are typed
    return environment


def _json(value: JsonValue) -> str:
    return canonical_json(value)


def _fence(text: str, kind: OriginKind) -> str:
    return fence(text, Origin(kind=kind))
