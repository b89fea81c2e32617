"""What a person sees: a Chromium on a running world."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sampark.desk.desk import Desk
from sampark.sandbox.samples import sample
from sampark.server import Server, build_app
from sampark.testing.builders import mail
from sampark.world import World

pytestmark = [
    pytest.mark.browser,
    # Panel 1.9 still builds tornado's request the old way
    pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning"),
]

DONE = '.graph rect[stroke="#2e7d32"]'
WAITING = '.graph rect[stroke="#7b3fa0"]'
DIALS = """paths => Promise.all(paths.map(path => new Promise(tell => {
  const socket = new WebSocket(`ws://${location.host}${path}`, path.includes("dash") ? ["bokeh"] : [])
  socket.onopen = () => tell("open")
  socket.onerror = () => tell("refused")
})))"""
"""Opens websockets from a page; tells of each whether it came to be."""
ROLES = {"vera": "viewer", "otto": "operator"}


@pytest.fixture(scope="module", autouse=True)
def _people(desk: Desk) -> None:
    for name, role in ROLES.items():
        desk.people.add(name, "a long password", role)


@pytest.fixture
def otto(visit, desk: Desk) -> Page:
    return visit(desk.people.link("otto"))


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "sales.csv"]
    for path in paths:
        path.write_bytes(sample(path.name))
    return paths


def go(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()


def write(page: Page, subject: str, words: str, files: list[Path] | None = None) -> None:
    go(page, "Mailbox")
    page.get_by_label("Subject").fill(subject)
    page.get_by_label("What should be done?").fill(words)
    if files:
        page.locator('input[type="file"]').first.set_input_files(files)
        expect(page.get_by_text(files[0].name).first).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()


def open_task(page: Page, subject: str) -> None:
    go(page, "Tasks")
    page.get_by_role("link", name=subject, exact=True).click()
    expect(page.get_by_role("heading", name=subject)).to_be_visible()


def test_a_mail_with_a_file_is_written_done_and_answered(otto: Page, watch, files: list[Path]):
    write(otto, "Sales", "Please profile the attached sales file and send me a report.", files)
    open_task(otto, "Sales")
    expect(otto.locator(DONE)).to_have_count(6)
    expect(otto.locator(".heading .chip")).to_have_text("done")
    expect(otto.locator("details.step .chip.done")).to_have_count(6)
    expect(otto.locator(".said.ours")).to_be_visible()
    otto.locator("details.step summary").first.click()
    expect(otto.locator("details.step").first.get_by_role("link", name="sales.csv")).to_be_visible()

    go(otto, "Mailbox")
    otto.get_by_role("button", name="Sales").click()
    answer = otto.frame_locator("iframe")
    expect(answer.get_by_text("240 rows")).to_be_visible()
    frame = otto.locator("iframe")
    assert frame.get_attribute("sandbox") == "allow-same-origin"
    assert (frame.bounding_box() or {"height": 0})["height"] > 300
    with otto.expect_download() as download:
        otto.get_by_role("link", name=".pdf").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    assert watch.errors == []


def test_the_graph_turns_green_while_one_looks(otto: Page, watch):
    write(otto, "Tea", "Remind me in 15 seconds to take the tea out.")
    open_task(otto, "Tea")
    expect(otto.locator(WAITING)).to_have_count(1)
    otto.evaluate("window.untouched = true")
    expect(otto.locator(DONE)).to_have_count(2)
    expect(otto.locator(".heading .chip")).to_have_text("done")
    assert otto.evaluate("window.untouched")
    assert watch.errors == []


def test_an_operator_stops_a_task(otto: Page):
    write(otto, "Home", "Remind me in 3 hours to go home.")
    open_task(otto, "Home")
    otto.get_by_role("button", name="Stop").click()
    expect(otto.locator(".heading .chip")).to_have_text("stopped")
    expect(otto.get_by_role("button", name="Stop")).to_have_count(0)


def test_a_viewer_only_looks(visit, desk: Desk, otto: Page):
    write(otto, "Later", "Remind me in 4 hours to go home.")
    vera = visit(desk.people.link("vera"))
    open_task(vera, "Later")
    expect(vera.get_by_role("heading", name="Later")).to_be_visible()
    expect(vera.get_by_role("button", name="Stop")).to_have_count(0)
    go(vera, "Mailbox")
    expect(vera.get_by_text("Choose a thread to read it.")).to_be_visible()
    expect(vera.get_by_role("button", name="Write a mail")).to_have_count(0)
    expect(vera.get_by_role("button", name="Send")).to_have_count(0)


def test_a_reply_goes_into_the_thread(otto: Page, files: list[Path]):
    write(otto, "Which one", "Please convert the attached file.", files)
    answer = otto.frame_locator("iframe").last
    expect(answer.locator("body")).to_contain_text("?")
    otto.get_by_label("Your reply").fill("xlsx")
    otto.get_by_role("button", name="Reply").click()
    expect(otto.get_by_role("link", name=".xlsx")).to_be_visible()


def test_a_mail_that_is_empty_is_not_sent(otto: Page):
    go(otto, "Mailbox")
    otto.get_by_role("button", name="Send").click()
    expect(otto.get_by_text("The mail is empty.")).to_be_visible()


def test_a_hostile_mail_is_only_text(otto: Page, world: World):
    evil = (
        '<img src="http://evil.example/x" onerror="window.pwned=1"><script>window.pwned=1</script>'
    )
    world.deliver(mail(f"Please convert {evil}", subject=f"Hi {evil}"))
    world.settle()
    otto.reload()
    expect(otto.get_by_text("Hi <img").first).to_be_visible()
    otto.get_by_role("link", name="Hi <img").first.click()
    expect(otto.locator(".said.theirs .words")).to_contain_text("onerror")
    assert otto.evaluate("window.pwned") is None


def test_a_hostile_answer_runs_nothing_in_its_frame(otto: Page, world: World):
    evil = "<p>Hello</p><script>parent.pwned=1</script><img src=x onerror='parent.pwned=1'>"
    world.deliver(
        mail("Hello", subject="Frame", sender="evil@evil.example", to="you@example.com", html=evil),
        to="you@example.com",
    )
    go(otto, "Mailbox")
    otto.get_by_role("button", name="Frame").click()
    expect(otto.frame_locator("iframe").get_by_text("Hello")).to_be_visible()
    assert otto.evaluate("window.pwned") is None


def test_dark_pages_stay_dark(otto: Page):
    expect(otto.locator(".page.mui-light")).to_be_attached()
    otto.get_by_label("Toggle theme").click()
    expect(otto.locator(".page.mui-dark")).to_be_attached()
    go(otto, "Tasks")
    expect(otto.get_by_role("heading", name="Tasks")).to_be_visible()
    expect(otto.locator(".page.mui-dark")).to_be_attached()


def test_the_system_may_wish_for_the_dark(visit, desk: Desk):
    page = visit(desk.people.link("otto"), color_scheme="dark")
    expect(page.locator(".page.mui-dark")).to_be_attached()
    page.reload()
    expect(page.locator(".page.mui-dark")).to_be_attached()


def test_a_mail_in_its_frame_is_as_light_or_dark_as_the_page(otto: Page, files: list[Path]):
    write(otto, "Colours", "Please profile the attached sales file.", files)
    scheme = "frame => getComputedStyle(frame).colorScheme"
    assert otto.locator("iframe").evaluate(scheme) == "light"
    otto.get_by_label("Toggle theme").click()
    expect(otto.locator(".page.mui-dark")).to_be_attached()
    assert otto.locator("iframe").evaluate(scheme) == "dark"


PHONE = {"width": 390, "height": 844}


def test_on_a_phone_everything_is_within_reach(visit, desk: Desk, files: list[Path]):
    page = visit(desk.people.link("otto"), viewport=PHONE)
    page.goto("/dashboard/mailbox")
    page.get_by_label("Subject").fill("Phone")
    page.get_by_label("What should be done?").fill("Please convert the attached file to xlsx.")
    page.locator('input[type="file"]').first.set_input_files(files)
    expect(page.get_by_text(files[0].name).first).to_be_visible()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("link", name=".xlsx")).to_be_visible()
    page.get_by_label("Open drawer").click()
    go(page, "Tasks")
    page.get_by_role("link", name="Phone", exact=True).click()
    expect(page.locator(".said.ours")).to_be_visible()
    wide = "() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)"
    assert page.evaluate(wide) <= PHONE["width"]


def test_nobody_is_led_to_the_sign_in(visit):
    page = visit()
    for path in ("/", "/dashboard", "/dashboard/task?id=1", "/dashboard/mailbox"):
        page.goto(path)
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate(DIALS, ["/dashboard/ws", "/api/live"]) == ["refused", "refused"]
    page.goto("/dashboard/task?id=nothing")
    page.get_by_label("Name").fill("otto")
    page.get_by_label("Password").fill("a long password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("There is no task of that id.")).to_be_visible()


def test_a_link_that_was_used_says_so(visit, desk: Desk):
    link = desk.people.link("otto")
    visit(link)
    late = visit()
    late.goto(f"/link/{link}")
    late.get_by_role("button", name="Sign in").click()
    expect(late.get_by_text("This link does not work any more")).to_be_visible()


def test_signing_out_in_one_tab_ends_the_other(otto: Page):
    other = otto.context.new_page()
    other.goto("/dashboard")
    expect(other.get_by_role("heading", name="Mails")).to_be_visible()
    otto.bring_to_front()
    otto.get_by_role("button", name="Sign out").click()
    expect(otto.get_by_role("heading", name="Sign in")).to_be_visible()
    other.bring_to_front()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_page_comes_back_after_the_server_was_away(
    visit, desk: Desk, world: World, server: Server
):
    otto = visit(desk.people.link("otto"))
    expect(otto.get_by_role("heading", name="Mails")).to_be_visible()
    otto.evaluate("window.before = true")
    server.stop()
    expect(otto.get_by_text("The server does not answer.")).to_be_visible()
    port = int(server.address.rsplit(":", 1)[1])
    with Server(build_app(desk), port=port):
        otto.wait_for_function("window.before === undefined")
        expect(otto.get_by_role("heading", name="Mails")).to_be_visible()
