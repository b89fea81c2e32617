"""Takes the pictures of `docs/pictures`: `python -m tests.browser.screenshots [NAME ...]`.

Everything is real: the demo's mails in a running world, the dashboard in a Chromium, the notebooks
run from top to bottom in JupyterLab.
"""

import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sampark.cli.lab import command_line, notebooks
from sampark.desk.desk import Desk
from sampark.server import Server, build_app, surfaces
from tests.browser import chromium
from tests.browser.morning import morning

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SIZE = {"width": 1400, "height": 900}
PATIENCE = 180_000
COLOURS = 256
TO_TOP = "cell => cell.scrollIntoView({block: 'start'})"


def main(names: list[str]) -> int:
    """Take the named pictures, or all of them; return 1 where no Chromium can be had."""
    path = chromium.find()
    if path is None:
        print("No Chromium was found and none could be had.", file=sys.stderr)
        return 1
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.QUIET))
        for wanted, take in ((DASHBOARD, dashboard), (NOTEBOOKS, lab)):
            chosen = {name: scene for name, scene in wanted.items() if not names or name in names}
            if chosen:
                take(browser, chosen)
        browser.close()
    return 0


def dashboard(browser: Browser, scenes: dict[str, Callable[[Page, Desk], None]]) -> None:
    """Take pictures of the pages of a world that has lived through a morning."""
    with tempfile.TemporaryDirectory() as home, morning(Path(home)) as world:
        desk = surfaces(world)
        desk.people.add("asha", "a long password", "operator")
        with Server(build_app(desk)) as server:
            for name, scene in scenes.items():
                with visit(browser, server.address, desk) as page:
                    scene(page, desk)
                    keep(page, name)


@contextmanager
def visit(browser: Browser, address: str, desk: Desk, **options: object) -> Generator[Page]:
    """Yield a page of a browser that is signed in."""
    context = browser.new_context(base_url=address, **{"viewport": SIZE, **options})
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"/link/{desk.people.link('asha')}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/dashboard")
    yield page
    context.close()


def overview(page: Page, _desk: Desk) -> None:
    """Show what runs, waits, failed and is done."""
    expect(page.get_by_role("heading", name="Mails")).to_be_visible()
    expect(page.locator("table.rows").first).to_be_visible()


def overview_dark(page: Page, desk: Desk) -> None:
    """Show the same in the dark."""
    overview(page, desk)
    page.get_by_label("Toggle theme").click()
    page.mouse.move(700, 890)
    expect(page.locator(".page.mui-dark")).to_be_attached()


def task(page: Page, _desk: Desk) -> None:
    """Show a task: the conversation, the plan in green, the steps."""
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Tasks").click()
    page.get_by_role("link", name="Sales of this year", exact=True).click()
    expect(page.locator(".said.ours")).to_be_visible()
    expect(page.locator(".graph svg")).to_be_visible()


def mailbox(page: Page, _desk: Desk) -> None:
    """Show a thread with its answer, as its reader sees it."""
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Mailbox").click()
    page.get_by_role("button", name="Orders answered", exact=False).first.click()
    expect(page.frame_locator("iframe").locator("img").first).to_be_visible()


def answer(page: Page, desk: Desk) -> None:
    """Show the HTML of an answer by itself."""
    assert desk.mailroom is not None
    thread = next(line for line in desk.mailroom.threads() if line.subject == "Sales of this year")
    page.set_viewport_size({"width": 680, "height": 1060})
    page.set_content(desk.mailroom.thread(thread.id)[-1].html)
    page.add_style_tag(content="html { padding: 16px 28px }")


def lab(browser: Browser, scenes: dict[str, tuple[str, str]]) -> None:
    """Take pictures of notebooks that JupyterLab has run from top to bottom."""
    for name, (notebook, heading) in scenes.items():
        with tempfile.TemporaryDirectory() as folder, jupyter(Path(folder)) as address:
            page = browser.new_page(viewport=SIZE)
            page.set_default_timeout(PATIENCE)
            page.goto(f"{address}/lab/tree/{notebook}")
            run_all(page)
            page.locator(".jp-Notebook .jp-Cell", has_text=heading).first.evaluate(TO_TOP)
            keep(page, name)
            page.close()


@contextmanager
def jupyter(root: Path) -> Generator[str]:
    """Yield the address of a JupyterLab on the notebooks, set up as `sampark lab` sets it up."""
    shown = root / "notebooks"
    shutil.copytree(notebooks(), shown, ignore=shutil.ignore_patterns(".*", "*.cfg"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = [f"--LabApp.{kind}_dir={root / kind}" for kind in ("workspaces", "user_settings")]
    command = [*command_line(shown, port=port, browser=False), *own, "--IdentityProvider.token="]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        answering(port)
        yield address
    finally:
        running.terminate()
        running.wait()


def answering(port: int) -> None:
    """Wait until a server listens; raises TimeoutError where it does not in time."""
    limit = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < limit:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing listens on port {port}")


def run_all(page: Page) -> None:
    """Run every cell of the notebook that is open, and wait for the last."""
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = page.locator(".jp-CodeCell .jp-InputPrompt").last
    expect(last).to_have_text(re.compile(r"\[\d+\]"), timeout=PATIENCE)


def keep(page: Page, name: str) -> None:
    """Write what a page shows as a small PNG."""
    page.wait_for_timeout(600)
    taken = Image.open(BytesIO(page.screenshot(animations="disabled")))
    few = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    path = PICTURES / f"{name}.png"
    few.save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size:,} bytes")


DASHBOARD = {
    "overview": overview,
    "overview-dark": overview_dark,
    "task": task,
    "mailbox": mailbox,
    "answer": answer,
}
NOTEBOOKS = {
    "notebook-01": ("01_first_mail.ipynb", "See the plan"),
    "notebook-02": ("02_explore_plans.ipynb", "A step may fail only when it runs"),
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
