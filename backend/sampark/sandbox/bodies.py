"""The JSON bodies a client may send; an unknown field is refused, as Google's servers do."""

from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from sampark.sandbox.problems import ApiProblem, invalid


class Body(BaseModel):
    """A request body of the API: camelCase names, nothing unknown; null is a field not set."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: JsonValue) -> JsonValue:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if value is not None}


class MessageBody(Body):
    """A Message as sent: what counts are `raw`, `threadId` and `labelIds`; the rest is output."""

    id: str = ""
    raw: str = ""
    thread_id: str = ""
    label_ids: list[str] = Field(default_factory=list)
    snippet: JsonValue = None
    history_id: JsonValue = None
    internal_date: JsonValue = None
    payload: JsonValue = None
    size_estimate: JsonValue = None
    classification_label_values: JsonValue = None


class DraftBody(Body):
    """A Draft as sent: its id where it exists already, and its mail."""

    id: str = ""
    message: MessageBody = Field(default_factory=MessageBody)


class ModifyBody(Body):
    """Labels to put on and to take off."""

    add_label_ids: list[str] = Field(default_factory=list, max_length=100)
    remove_label_ids: list[str] = Field(default_factory=list, max_length=100)
    add_classification_labels: JsonValue = None
    remove_classification_label_ids: JsonValue = None


class BatchModifyBody(ModifyBody):
    """Labels to put on and take off many messages, at most 1,000 at once."""

    ids: list[str] = Field(default_factory=list)


class BatchDeleteBody(Body):
    """Messages to delete for ever, at most 1,000 at once."""

    ids: list[str] = Field(default_factory=list)


class WatchBody(Body):
    """What to push, and to which Pub/Sub topic."""

    topic_name: str = ""
    label_ids: list[str] = Field(default_factory=list)
    label_filter_action: Literal["include", "exclude", ""] = ""
    label_filter_behavior: Literal["include", "exclude", ""] = ""

    @property
    def excludes(self) -> bool:
        """Whether the labels are those that are not to be pushed."""
        return "exclude" in (self.label_filter_behavior, self.label_filter_action)


class ColorBody(Body):
    """A label's colors, as "#rrggbb"."""

    background_color: str = ""
    text_color: str = ""


class LabelBody(Body):
    """A label's traits; the counts and the type are output only."""

    id: str = ""
    name: str = ""
    type: JsonValue = None
    message_list_visibility: str = Field(default="", pattern="^(show|hide|)$")
    label_list_visibility: str = Field(
        default="", pattern="^(labelShow|labelShowIfUnread|labelHide|)$"
    )
    color: ColorBody = Field(default_factory=ColorBody)
    messages_total: JsonValue = None
    messages_unread: JsonValue = None
    threads_total: JsonValue = None
    threads_unread: JsonValue = None


BodyT = TypeVar("BodyT", bound=Body)


def read_body(kind: type[BodyT], text: bytes) -> BodyT:
    """Read a JSON body; an empty one is an object without fields.

    Raises:
        ApiProblem: 400 naming the field that is unknown or has a wrong value.
    """
    try:
        return kind.model_validate_json(text.strip() or b"{}")
    except ValidationError as error:
        raise _problem(error) from error


def _problem(error: ValidationError) -> ApiProblem:
    first = error.errors(include_input=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return ApiProblem(400, "parseError", "Invalid JSON payload received. Expected an object.")
    if not first["loc"]:
        return _unknown("", "Root element must be a message.")
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return _unknown(name, "Cannot find field.")
    return invalid(f"Invalid value at '{name}': {first['msg']}")


def _unknown(name: str, why: str) -> ApiProblem:
    return invalid(f'Invalid JSON payload received. Unknown name "{name}": {why}')
