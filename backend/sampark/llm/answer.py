"""The shapes that a model may write: bounded, one line each, nothing unknown."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A short lower-case name, at most 40 characters."""

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^[^\r\n]*$")
]
"""At most 300 characters without a line break."""

Said = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=r"^[^\r\n]+$"),
]
"""A line that is not empty."""


class Answer(BaseModel):
    """The base of what a model writes: an unknown field is given back, and so not lost unseen."""

    model_config = ConfigDict(extra="forbid")
