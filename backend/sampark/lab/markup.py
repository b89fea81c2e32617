"""How a value shows itself in a notebook: HTML from a template, and one line of plain text.

Everything that comes from a mail, a file or a plan is escaped by the templates. A notebook trusts
the HTML of its outputs, so that a mail's own markup would run in its reader's session.
"""

import base64
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from sampark.lab.look import LOOK
from sampark.planning.picture import size
from sampark.reply.figures import count
from sampark.reply.sanitise import sanitise

_LEGIBLE = 0.6
_CELLS = re.compile(r'<(t[dh]) style="([^"]*)"(?: align="(left|right|center)")?')


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
    html = _environment().get_template(f"{template}.html.jinja2").render(values, css=_css())
    return Markup(html.strip())  # noqa: S704 - the templates escape


def picture(svg: str) -> Markup:
    """Return an SVG as an image.

    As an image it is also shown in a notebook that nobody has trusted yet, where a bare `<svg>`
    would fall apart into its words. It shrinks with the page as far as its words can be read, and
    scrolls beyond that.
    """
    encoded = base64.b64encode(svg.encode()).decode()
    least = round(size(svg)[0] * _LEGIBLE)
    url = f"data:image/svg+xml;base64,{encoded}"
    return rendered("picture", url=url, words=_label(svg), least=least)


def bitmap(png: bytes, words: str) -> Markup:
    """Return a PNG as an image; `words` stand in for it where it cannot be seen."""
    encoded = base64.b64encode(png).decode()
    url = f"data:image/png;base64,{encoded}"
    return rendered("picture", url=url, words=words, least=0)


def markdown(words: str) -> Markup:
    """Return words as an answer would show them: sanitised, without live links."""
    return Markup(_CELLS.sub(_aligned, sanitise(words).html))  # noqa: S704 - sanitised


def short(words: str, most: int = 80) -> str:
    """Return words in one line, cut after `most` characters."""
    line = " ".join(words.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _aligned(cell: "re.Match[str]") -> str:
    # JupyterLab sets every cell right, whatever its `align` says; a style is stronger.
    tag, style, side = cell.groups()
    return f'<{tag} style="{style};text-align:{side or "left"}"'


def _label(svg: str) -> str:
    found = svg.partition('aria-label="')[2].partition('"')[0]
    return str(Markup(found).unescape())  # noqa: S704 - taken back to plain words


@cache
def _css() -> dict[str, Markup]:
    return {part: Markup(rules) for part, rules in LOOK.items()}  # noqa: S704 - our own words


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sampark.lab", "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Callable[..., str]] = {"short": short, "counted": count}
    environment.filters.update(filters)
    return environment
