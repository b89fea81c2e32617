"""The consent page: what a person sees who is asked for access to a mailbox, and how to answer it.

The page is plain HTML with one form. `answer` fills it in as a browser would, for tests and for
machines without one.
"""

from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser

import httpx

from sampark.errors import SamparkError

FORM_PATH = "/o/oauth2/consent"


def page(asked: Mapping[str, str], *, accounts: Sequence[str], hint: str) -> str:
    """Return the page that asks for an account and for each scope of `asked["scope"]`.

    Args:
        asked: The request's parameters; they travel through the form.
        accounts: The addresses to choose from.
        hint: The address that is chosen already; "" for the first.
    """
    chosen = hint if hint in accounts else next(iter(accounts), "")
    choices = [_choice("radio", "account", name, checked=name == chosen) for name in accounts]
    scopes = [_choice("checkbox", "granted", name, checked=True) for name in asked["scope"].split()]
    hidden = [
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in asked.items()
    ]
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Gmail sandbox</title>'
        '<meta name="viewport" content="width=device-width">'
        "<style>body{font:16px/1.5 sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem}"
        "h2{font-size:1.1rem}p{margin:.5rem 0}button{font:inherit;padding:.3rem 1rem}</style>"
        "<h1>Sign in to the Gmail sandbox</h1>"
        f'<form method="post" action="{FORM_PATH}">{"".join(hidden)}'
        f"<h2>Choose an account</h2>{''.join(choices)}"
        f"<h2>The application wants to</h2>{''.join(scopes)}"
        '<p><button name="answer" value="allow">Continue</button> '
        '<button name="answer" value="deny">Cancel</button></form></html>'
    )


def refusal(title: str, detail: str) -> str:
    """Return the page that tells the person why nothing can be granted."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Access blocked</title>'
        f"<h1>Access blocked</h1><p>Error 400: {escape(title)}</p><p>{escape(detail)}</p></html>"
    )


def answer(
    url: str, *, account: str = "", untick: Sequence[str] = (), allow: bool = True
) -> httpx.Response:
    """Answer the consent page at `url` and follow it to the application; return what it says.

    Args:
        url: The authorization URL, as an application prints it.
        account: The address to choose; the page's choice if empty.
        untick: Scopes to leave out.
        allow: Continue, or cancel.

    Raises:
        SamparkError: there is no consent page, or nobody listens where it leads.
    """
    try:
        with httpx.Client(trust_env=False, timeout=30) as browser:
            shown = browser.get(url)
            if shown.status_code != 200:
                raise SamparkError(f"The consent page was refused: {shown.text[:500]}")
            fields = _Form.of(shown.text).filled(account, untick, allow=allow)
            given = browser.post(shown.url.join(FORM_PATH), data=fields)
            if "location" not in given.headers:
                raise SamparkError(f"The consent was refused: {given.text[:500]}")
            return browser.get(given.headers["location"])
    except httpx.HTTPError as error:
        raise SamparkError(f"The consent could not be given: {error}.") from error


def _choice(kind: str, name: str, value: str, *, checked: bool) -> str:
    mark = " checked" if checked else ""
    shown = escape(value)
    return f'<p><label><input type="{kind}" name="{name}" value="{shown}"{mark}> {shown}</label>'


class _Form(HTMLParser):
    """The inputs of a page: hidden fields, and those that are chosen or ticked."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}

    @classmethod
    def of(cls, html: str) -> "_Form":
        form = cls()
        form.feed(html)
        return form

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and (found.get("type") == "hidden" or "checked" in found):
            name, value = str(found["name"]), found.get("value") or ""
            self.fields.setdefault(name, []).append(value)

    def filled(
        self, account: str, untick: Sequence[str], *, allow: bool
    ) -> dict[str, str | list[str]]:
        kept = [scope for scope in self.fields.get("granted", []) if scope not in untick]
        filled: dict[str, str | list[str]] = {**self.fields, "granted": kept}
        if account:
            filled["account"] = account
        return filled | {"answer": "allow" if allow else "deny"}
