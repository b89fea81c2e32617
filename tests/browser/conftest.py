"""A running world, its server, and a browser that notices every request to elsewhere."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright

from sampark import settings
from sampark.desk.desk import Desk
from sampark.server import Server, build_app, surfaces
from sampark.world import World
from tests.browser import chromium

COUNT = "sampark/browser"
PATIENCE = 60_000
"""Milliseconds that a page may take: a busy machine is slow, not wrong."""


class _Counter:
    """Counts the browser tests that ran, for the closing line of `make test`."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._ran = 0
        config.cache.set(COUNT, 0)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and "browser" in report.keywords and not report.skipped:
            self._ran += 1

    def pytest_sessionfinish(self) -> None:
        self._config.cache.set(COUNT, self._ran)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Counter(config), "sampark-browser-count")


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = chromium.find()
    if path is None:
        pytest.skip("no Chromium was found and none could be had")
    return path


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=list(chromium.QUIET)
        )
        expect.set_options(timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world that listens."""
    home: Path = tmp_path_factory.mktemp("home")
    with World(home, settings=settings.load(home=home, poll_seconds=0.1), listen=True) as world:
        yield world


@pytest.fixture(scope="module")
def desk(world: World) -> Desk:
    return surfaces(world)


@pytest.fixture(scope="module")
def app(desk: Desk):
    return build_app(desk)


@pytest.fixture(scope="module")
def server(app) -> Iterator[Server]:
    with Server(app) as server:
        yield server


class Watch:
    """What a page did that it must not: requests to elsewhere, errors of scripts."""

    def __init__(self) -> None:
        self.elsewhere: list[str] = []
        self.errors: list[str] = []

    def over(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("websocket", lambda socket: self._seen(socket.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._console)

    def _request(self, request: Request) -> None:
        self._seen(request.url)

    def _seen(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.hostname != "127.0.0.1":
            self.elsewhere.append(url)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def visit(browser: Browser, server: Server, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens a browser of its own, signed in through a one-time link, or not signed in.

    In the end no page may have asked anything of another machine.
    """
    contexts = []

    def open_browser(link: str = "", **options: object) -> Page:
        context = browser.new_context(base_url=server.address, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        context.on("page", watch.over)
        page = context.new_page()
        if link:
            page.goto(f"/link/{link}")
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url("**/dashboard")
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert watch.elsewhere == []
