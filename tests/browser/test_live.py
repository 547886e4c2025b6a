"""Open tabs learn of changes by themselves, at no cost while nothing changes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from tests.stack import Stack

from .driver import OTHER_TEAM
from .pages import deploy, expect_status, fill_deployment, go, row, send_deployment

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_an_idle_tab_asks_for_nothing(page_for: Callable[..., Page]) -> None:
    page = page_for("viewer")
    go(page, "vms/")
    expect(page.locator("[data-live-events]")).to_be_hidden()
    page.wait_for_timeout(1500)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(4000)
    assert asked == []


def test_a_change_comes_by_the_stream(page_for: Callable[..., Page]) -> None:
    operator, viewer = page_for("operator"), page_for("viewer")
    deploy(operator, "swift")
    expect(row(viewer, "swift")).to_be_visible()
    expect_status(viewer, "swift", "Launched")
    expect(viewer.locator("[data-live-events]")).to_be_hidden()


def test_without_valkey_pages_go_on_by_slow_polling_and_say_so(
    page_for: Callable[..., Page], stack: Stack
) -> None:
    page = page_for("operator")
    deploy(page, "calm", count=2)
    killed = stack.kill("valkey")
    stack.wait_for(lambda: stack.processes.get("valkey", killed) != killed)
    for name in ("calm-1", "calm-2"):
        expect_status(page, name, "Launched")
    expect(page.locator("[data-live-events]")).to_be_hidden()


def test_a_stream_that_cannot_be_held_is_told_and_replaced(page_for: Callable[..., Page]) -> None:
    page, operator = page_for("viewer"), page_for("operator")
    page.route("**/events/", lambda route: route.abort())
    go(page, "vms/")
    expect(page.get_by_text("Live updates paused")).to_be_visible()
    deploy(operator, "slow")
    expect(row(page, "slow")).to_be_visible()


def test_the_windows_of_a_browser_share_one_stream(page_for: Callable[..., Page]) -> None:
    first = page_for("viewer")
    holders: list[Page] = []

    def note(request: Request) -> None:
        if request.url.endswith("/events/"):
            holders.append(request.frame.page)

    first.context.on("request", note)
    go(first, "vms/")
    windows = [first, *(first.context.new_page() for _ in range(8))]
    for window in windows[1:]:
        window.goto(first.url)
        expect(window.locator("[data-live-events]")).to_be_hidden()
    operator = page_for("operator")
    deploy(operator, "shared")
    for window in windows:
        expect(row(window, "shared")).to_be_visible()
    assert set(holders) == {first}

    first.close()
    deploy(operator, "handed-over")
    for window in windows[1:]:
        expect(row(window, "handed-over")).to_be_visible()
    assert len(set(holders)) == 2, "the next in line took over"


def test_without_locks_each_window_has_its_own(page_for: Callable[..., Page]) -> None:
    page, operator = page_for("viewer"), page_for("operator")
    page.context.add_init_script("delete Navigator.prototype.locks")
    other = page.context.new_page()
    for window in (page, other):
        with page.context.expect_event("request", lambda asked: asked.url.endswith("/events/")):
            window.goto(page.url)
    deploy(operator, "alone")
    for window in (page, other):
        expect(row(window, "alone")).to_be_visible()


def test_a_row_that_changes_keeps_the_focus_and_a_name_that_is_being_typed(
    page_for: Callable[..., Page],
) -> None:
    page = page_for("operator")
    deploy(page, "typist")
    status = page.locator("#vm-rows tr").first.locator(".status")
    page.get_by_role("link", name="Rename typist").focus()
    page.keyboard.press("Enter")
    page.get_by_label("New name").fill("half-ty")
    watcher = page_for("viewer")
    expect_status(watcher, "typist", "Launched")
    expect(page.get_by_label("New name")).to_have_value("half-ty")
    page.get_by_role("link", name="Cancel").click()
    expect(status).to_contain_text("Launched")
    expect(page.get_by_role("link", name="Rename typist")).to_be_focused()

    deploy(page, "walker")
    page.get_by_role("link", name="Terminate walker").focus()
    expect_status(page, "walker", "Launched")
    expect(page.get_by_role("link", name="Terminate walker")).to_be_focused()


def test_search_and_selection_come_with_the_first_vm(page_for: Callable[..., Page]) -> None:
    page, other = page_for("harbour"), page_for("harbour")
    search = page.get_by_role("search", name="Filter VMs")
    expect(page.get_by_role("heading", name="No VMs yet")).to_be_visible()
    expect(search).to_be_hidden()
    expect(page.get_by_role("link", name="Select several")).to_be_hidden()
    fill_deployment(other, "first", team=OTHER_TEAM)
    send_deployment(other)
    expect(row(page, "first")).to_be_visible()
    expect(search).to_be_visible()
    expect(page.get_by_role("link", name="Select several")).to_be_visible()
