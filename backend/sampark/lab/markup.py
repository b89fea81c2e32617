"""How a value shows itself in a notebook: HTML from a template, and one line of plain text.

Everything that comes from a mail, a file or a plan is escaped by the templates. A notebook trusts
the HTML of its outputs, so that a mail's own markup would run in its reader's session.
"""

import base64
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sampark.lab.look import LOOK
from sampark.reply.figures import count


class View(ABC):
    """Something to look at. The same value gives the same bytes, in every process."""

    @abstractmethod
    def html(self) -> str:
        """Return the view as an HTML fragment that brings its own style."""

    @abstractmethod
    def text(self) -> str:
        """Return the view as one short line, or a few."""

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        bundle = {"text/html": self.html(), "text/plain": self.text()}
        return {
            kind: words
            for kind, words in bundle.items()
            if (include is None or kind in include) and kind not in (exclude or ())
        }


def rendered(template: str, /, **values: object) -> Markup:
    """Return the template of that name filled in; values are escaped unless they are Markup."""
    html = _environment().get_template(f"{template}.html.jinja2").render(values)
    return Markup(html.strip())  # noqa: S704 - the templates escape


def picture(svg: str) -> Markup:
    """Return an SVG as an image.

    As an image it is also shown in a notebook that nobody has trusted yet, where a bare `<svg>`
    would fall apart into its words.
    """
    encoded = base64.b64encode(svg.encode()).decode()
    return rendered("picture", url=f"data:image/svg+xml;base64,{encoded}", words=_label(svg))


def bitmap(png: bytes, words: str) -> Markup:
    """Return a PNG as an image; `words` stand in for it where it cannot be seen."""
    encoded = base64.b64encode(png).decode()
    return rendered("picture", url=f"data:image/png;base64,{encoded}", words=words)


def short(words: str, most: int = 80) -> str:
    """Return words in one line, cut after `most` characters."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _label(svg: str) -> str:
    found = svg.partition('aria-label="')[2].partition('"')[0]
    return str(Markup(found).unescape())  # noqa: S704 - taken back to plain words


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sampark.lab", "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["css"] = {part: Markup(rules) for part, rules in LOOK.items()}  # noqa: S704 - our own words
    filters: dict[str, Callable[..., str]] = {"short": short, "counted": count}
    environment.filters.update(filters)
    return environment
