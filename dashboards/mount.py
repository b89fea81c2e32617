"""The one place where Panel meets FastAPI: the pages are added to the app, under `/dashboard`."""

from binascii import Error
from collections.abc import Callable
from typing import Any

import panel as pn
import panel_material_ui as pmui
from bokeh.util.token import check_token_signature, get_session_id
from fastapi import FastAPI
from panel.io.fastapi import add_applications

from dashboards.mailbox import MailboxPage
from dashboards.messages import WholeMessages
from dashboards.overview import OverviewPage
from dashboards.page import House, LivePage
from dashboards.policy import PagePolicy
from dashboards.task import OneTaskPage, TasksPage
from sampark.desk.desk import Desk
from sampark.desk.feed import Feed
from sampark.desk.visits import Visitor, Visits, visitor
from sampark.domain.base import TaskId

PREFIX = "/dashboard"

TITLES = {
    PREFIX: "Overview · Sampark",
    f"{PREFIX}/task": "Tasks · Sampark",
    f"{PREFIX}/mailbox": "Mailbox · Sampark",
}

Documents = Callable[[str], str | None]


def mount(
    app: FastAPI, desk: Desk, *, feed: Feed, visits: Visits, secret: bytes, boot: str
) -> Documents:
    """Add the pages to the app.

    Args:
        app: The app that stands behind the gate.
        desk: What the pages ask and do.
        feed: Tells the pages of news.
        visits: Notes whom each page was made for.
        secret: Signs the pages' tokens.
        boot: A word for this run of the server.

    Returns:
        What reads a page's token: the id of its document, None if the signature is not ours.
    """
    house = House(desk=desk, feed=feed, visits=visits, boot=boot)
    pn.extension(notifications=False)
    pages: dict[str, Any] = {
        PREFIX: lambda: _open(house, OverviewPage),
        f"{PREFIX}/task": lambda: _open(house, _task),
    }
    if desk.mailroom is not None:
        pages[f"{PREFIX}/mailbox"] = lambda: _open(house, _mailbox)
    add_applications(
        pages,
        app=app,
        title={path: TITLES[path] for path in pages},
        secret_key=secret,
        sign_sessions=True,
        # a page's token is readable by its scripts: nothing of the request goes into it
        include_headers=["Host"],
        include_cookies=[],
    )
    app.add_middleware(PagePolicy, prefix=PREFIX)
    app.add_middleware(WholeMessages, prefix=PREFIX)
    return lambda token: document_of(token, secret)


def document_of(token: str, secret: bytes) -> str | None:
    """Return the id of the document that a token was made for, None if it is not ours."""
    try:
        if not check_token_signature(token, secret_key=secret, signed=True):
            return None
        return str(get_session_id(token))
    except (ValueError, KeyError, TypeError, Error):
        return None


def _open(house: House, page: Callable[[House, Visitor], LivePage]) -> pmui.Page:
    who = visitor.get()
    if who is None:
        raise PermissionError("a page was opened past the gate")
    return page(house, who).open()


def _task(house: House, who: Visitor) -> LivePage:
    task = _query("id")
    return OneTaskPage(house, who, TaskId(task)) if task else TasksPage(house, who)


def _mailbox(house: House, who: Visitor) -> LivePage:
    assert house.desk.mailroom is not None
    return MailboxPage(house, who, house.desk.mailroom, _query("thread"))


def _query(name: str) -> str:
    """Return a word of the page's address."""
    values: list[bytes] = (pn.state.session_args or {}).get(name, [b""])
    return values[0].decode("utf-8", "replace")[:200]
