"""What needs a person stands on the overview, and is gone when it is mended."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from sampark.desk.desk import Desk
from sampark.domain.base import AccountId
from sampark.storage.rows import OutboxRow
from sampark.storage.store import Store
from sampark.world import World

pytestmark = [
    pytest.mark.browser,
    # Panel 1.9 still builds tornado's request the old way
    pytest.mark.filterwarnings("ignore:.*HTTPServerRequest:DeprecationWarning"),
]

ANN = AccountId("ann@example.com")


@pytest.fixture(scope="module")
def store(world: World, desk: Desk) -> Store:
    """The store of the world, with a mailbox that was connected beside the sandbox's own."""
    desk.people.add("vera", "a long password", "viewer")
    found = world.system.store
    found.accounts.connect(ANN, "grant", scopes=["readonly"])
    return found


@pytest.fixture
def page(store: Store, visit, desk: Desk) -> Page:
    """The overview, as a viewer has it open."""
    return visit(desk.people.link("vera"))


def row(page: Page, address: str):
    return page.locator("table.rows tr", has_text=address)


def test_nothing_is_alarming_and_every_mailbox_is_listed(page: Page, world: World, watch):
    expect(page.get_by_role("heading", name="Mailboxes")).to_be_visible()
    expect(row(page, ANN)).to_contain_text("never")
    expect(row(page, world.account)).to_contain_text("sandbox")
    expect(page.locator(".alarm")).to_have_count(0)
    assert watch.errors == []


@pytest.mark.parametrize("size", [(1280, 900), (400, 900)], ids=["wide", "narrow"])
def test_alarms_come_and_go_while_the_page_is_open(page: Page, store: Store, watch, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    expect(row(page, ANN)).to_be_visible()
    store.accounts.set_state(ANN, "reconnect needed")
    lost = page.locator(".alarm.reconnect.urgent")
    expect(lost).to_contain_text(f"{ANN} must be connected again.")
    expect(lost).to_contain_text(f"What to do: Type: sampark connect --account {ANN}")
    expect(row(page, ANN)).to_contain_text("reconnect needed")
    assert lost.bounding_box()["y"] < 200
    store.accounts.connect(ANN, "grant", scopes=["readonly"])
    expect(lost).to_have_count(0)
    store.troubles.note("watch", ANN, "Gmail answered 403.")
    store.troubles.note("hints", "", "Gmail answered 404.")
    expect(page.locator(".alarm")).to_have_count(2)
    expect(page.locator(".alarm.watch")).to_contain_text("Gmail answered 403.")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    store.troubles.mend("watch", ANN)
    store.troubles.mend("hints", "")
    expect(page.locator(".alarm")).to_have_count(0)
    assert watch.errors == []


def test_what_a_mailbox_uses_and_until_when_gmail_tells(page: Page, world: World, store: Store):
    now = world.system.clock.now()
    store.accounts.set_watch(ANN, now + timedelta(days=7))
    store.accounts.note_units(ANN, minute=412, limit=6_000, drawn=412)
    store.accounts.note_read(ANN)
    expect(row(page, ANN)).to_contain_text("412 of 6,000 units a minute")
    expect(row(page, ANN)).to_contain_text(f"{now + timedelta(days=7):%d %b, %H:%M} UTC")
    expect(row(page, ANN)).to_contain_text("just now")


def test_held_mails_are_an_alarm_until_somebody_has_seen_to_them(
    page: Page, visit, desk: Desk, store: Store, watch
):
    store.outbox.plan(OutboxRow(key="k1", account=ANN, task=None, thread_id="", mime=b"mail"))
    store.outbox.failed("k1", "Gmail answered 400.")
    held, button = ".alarm.held", "I have seen to these mails"
    expect(page.locator(held)).to_contain_text("Gmail answered 400.")
    expect(page.get_by_role("button", name=button)).to_have_count(0)
    desk.people.add("olga", "a long password", "operator")
    operator = visit(desk.people.link("olga"))
    operator.get_by_role("button", name=button).click()
    for each in (operator, page):
        expect(each.locator(held)).to_have_count(0)
    expect(operator.get_by_role("button", name=button)).to_have_count(0)
    store.outbox.failed("k1", "Gmail answered 403.")
    assert store.outbox.held() == []
    assert watch.errors == []
