"""The query parameters that several resources share."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from sampark.sandbox.listing import Wanted
from sampark.sandbox.shapes import Format, View

_MOST_RESULTS = 500
"""The largest page the API gives; a larger `maxResults` gives this many."""


class Query(BaseModel):
    """Query parameters in camelCase; those common to all Google APIs, like `alt`, are let be."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel)


class ListQuery(Query):
    """What users.messages.list, users.threads.list and users.drafts.list take."""

    q: str = ""
    label_ids: list[str] = Field(default_factory=list)
    include_spam_trash: bool = False
    max_results: int = Field(default=100, ge=0)
    page_token: str = ""

    def wanted(self) -> Wanted:
        """Return the list request, its page size within the API's limit."""
        return Wanted(
            search=self.q,
            labels=self.label_ids,
            spam_and_trash=self.include_spam_trash,
            limit=page_size(self.max_results),
            page=self.page_token,
        )


class ViewQuery(Query):
    """How a message or thread is shown."""

    format: Format = "full"
    metadata_headers: list[str] = Field(default_factory=list)

    def view(self) -> View:
        """Return the wanted view."""
        return View(self.format, self.metadata_headers)


def page_size(wanted: int) -> int:
    """Return the page size for a `maxResults`: 0 means the default of 100."""
    return min(wanted or 100, _MOST_RESULTS)
