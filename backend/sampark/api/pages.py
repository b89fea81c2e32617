"""The few plain pages: signing in, and what to say when something is wrong. No script is needed."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

TEMPLATES = Path(__file__).parent / "templates"
ASSETS = Path(__file__).parent / "assets"


def login(*, token: str, goal: str, name: str = "", problem: str = "") -> HTMLResponse:
    """Return the sign-in form. `token` comes back with it, `goal` is the page to go to then."""
    return _page(
        "login.html.jinja2",
        status=401 if problem else 200,
        token=token,
        goal=goal,
        name=name,
        problem=problem,
    )


def link(*, token: str) -> HTMLResponse:
    """Return the page of a one-time link: a button, as mail scanners follow every address."""
    return _page("link.html.jinja2", token=token)


def message(title: str, words: str, *, status: int = 200) -> HTMLResponse:
    """Return a page that says one thing."""
    return _page("message.html.jinja2", status=status, title=title, words=words)


def _page(template: str, *, status: int = 200, **values: str) -> HTMLResponse:
    return HTMLResponse(_templates().get_template(template).render(**values), status_code=status)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
