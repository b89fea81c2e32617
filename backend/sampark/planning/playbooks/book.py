"""The shape of a playbook file: a plan with holes, its trigger and its parameters."""

from pydantic import Field, JsonValue

from sampark.domain.base import Frozen

GROUPS = {
    "table": (
        "text/csv",
        "text/tab-separated-values",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.apache.parquet",
    ),
    "document": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "text/markdown",
        "text/html",
        "text/plain",
    ),
    "pdf": ("application/pdf",),
    "picture": ("image/png", "image/jpeg"),
}
"""What a playbook file calls a kind of attachment, by sniffed media type."""


class Files(Frozen):
    """Which attachments a playbook takes. `ask` is asked when there are none."""

    types: tuple[str, ...]
    least: int = 1
    most: int = 1
    ask: str

    def take(self, media_type: str) -> bool:
        """Whether an attachment of that type can be used."""
        return any(media_type in GROUPS[group] for group in self.types)


class Parameter(Frozen):
    """A hole in the plan, filled by the claim of that name, else by the default, else asked for."""

    name: str
    claim: str
    required: bool = False
    default: JsonValue = None
    question: str = ""
    choices: tuple[str, ...] = ()


class Assumption(Frozen):
    """What is said to be assumed; only when the parameter `unless` was not claimed."""

    text: str
    unless: str = ""


class StepHole(Frozen):
    """A step with holes. `each` repeats it per file; `when` keeps it only if that one is filled."""

    key: str
    title: str
    tool: str
    args: dict[str, JsonValue] = Field(default_factory=dict)
    each: bool = False
    when: str = ""
    after: tuple[str, ...] = ()
    timeout: float = 120.0


class Playbook(Frozen):
    """A predefined plan. `verb` is the kind of work that triggers it."""

    name: str
    version: str
    title: str
    summary: str
    examples: tuple[str, ...]
    verb: str
    files: Files | None = None
    parameters: tuple[Parameter, ...] = ()
    assume: tuple[Assumption, ...] = ()
    steps: tuple[StepHole, ...]
    deliverables: tuple[str, ...]
