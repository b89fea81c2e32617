"""From a view to the two bodies: one Jinja environment, strict, with one door for every value.

Every value that enters a template passes `_inert`: one visible line without live links. Only a
sanitised `Body` passes as it is, marked so by the templates.
"""

from dataclasses import fields
from functools import cache

from jinja2 import (
    Environment,
    PackageLoader,
    StrictUndefined,
    Undefined,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context
from markupsafe import Markup

from sampark.domain.base import Frozen
from sampark.reply import inert
from sampark.reply.inert import Known
from sampark.reply.references import refuse_remote
from sampark.reply.style import PART_STYLE
from sampark.reply.views import MailView

HTML, TEXT = ".html.jinja2", ".txt.jinja2"


class Rendered(Frozen):
    """A finished mail's two bodies; the text ends with one line feed."""

    text: str
    html: str


def render(view: MailView) -> Rendered:
    """Return both bodies of a mail; raises UnsafeReply if its HTML holds a remote reference."""
    values = {field.name: getattr(view, field.name) for field in fields(view)} | {"css": _css()}
    text = environment().get_template(view.template + TEXT).render(values)
    html = environment().get_template(view.template + HTML).render(values)
    refuse_remote(html, allowed_hosts=view.known.hosts)
    return Rendered(text=_tidy(text), html=_tidy(html))


@cache
def environment() -> Environment:
    """Return the environment of all mail templates: undefined names raise, HTML is escaped."""
    return Environment(
        loader=PackageLoader("sampark.reply", "templates"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(enabled_extensions=(HTML,), default=False),
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _css() -> dict[str, Markup]:
    return {part: Markup(rules) for part, rules in PART_STYLE.items()}  # noqa: S704 - our own words


@pass_context
def _inert(context: Context, value: object) -> object:
    if isinstance(value, Markup | Undefined):
        return value
    known = context["known"]
    assert isinstance(known, Known)
    return inert.defang(inert.line(str(value)), known)


def _tidy(body: str) -> str:
    """Return a body without empty lines in a row and without blanks at line ends."""
    rows = [row.rstrip() for row in body.strip("\n").split("\n")]
    kept = [row for at, row in enumerate(rows) if row or rows[at - 1]]
    return "\n".join(kept) + "\n"
