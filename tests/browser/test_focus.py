"""Where the focus is after a dialog, or a name typed in its row, whatever was drawn anew."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .pages import deploy, expect_status, go, row

pytestmark = pytest.mark.browser


def terminate_link(page: Page, name: str) -> Locator:
    return row(page, name).get_by_role("link", name=f"Terminate {name}")


def columns(page: Page) -> list[float]:
    return [
        box["x"]
        for head in page.locator("#vm-table th[scope=col]").all()
        if (box := head.bounding_box())
    ]


def test_it_returns_to_the_rows_button_although_the_row_is_another_by_then(
    page_for: Callable[..., Page],
) -> None:
    page = page_for("operator")
    deploy(page, "returner")
    page.locator("#vm-rows tr").first.evaluate("row => { window.drawn = row }")
    terminate_link(page, "returner").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("#vm-rows .status").first).to_have_text("Launched")
    assert not page.evaluate("window.drawn.isConnected"), "the row was drawn anew"
    page.keyboard.press("Escape")
    expect(terminate_link(page, "returner")).to_be_focused()


def test_so_it_does_when_the_row_changes_before_the_dialog_is_there(
    page_for: Callable[..., Page],
) -> None:
    page = page_for("operator")
    held: list[Route] = []
    page.route("**/terminate/", lambda route: held.append(route))
    deploy(page, "sooner")
    page.locator("#vm-rows tr").first.evaluate("row => { window.drawn = row }")
    terminate_link(page, "sooner").click()
    expect_status(page, "sooner", "Launched")
    assert not page.evaluate("window.drawn.isConnected"), "the row was drawn anew"
    held[0].continue_()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(terminate_link(page, "sooner")).to_be_focused()


def test_where_the_button_is_gone_it_stays_in_the_row(page_for: Callable[..., Page]) -> None:
    page, other = page_for("operator"), page_for("operator")
    deploy(page, "vanisher")
    expect_status(page, "vanisher", "Launched")
    terminate_link(page, "vanisher").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    go(other, "vms/")
    terminate_link(other, "vanisher").click()
    other.get_by_role("dialog").get_by_label("Type the name").fill("vanisher")
    other.get_by_role("button", name="Terminate vanisher").click()
    expect(page.locator("#vm-rows tr").first).to_contain_text("Terminat")
    expect(page.locator("#vm-rows tr").first.locator(".cell-actions a")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="vanisher", exact=True)).to_be_focused()


@pytest.mark.parametrize("width", [820, 1280])
def test_escape_closes_a_rename_in_place_and_no_column_moves(
    page_for: Callable[..., Page], width: int
) -> None:
    page = page_for("operator", width=width)
    # The name that makes its column as wide as it is.
    name = f"{width}-the-longest-of-them"
    deploy(page, name)
    expect_status(page, name, "Launched")
    page.reload()
    before = columns(page)
    page.get_by_role("link", name=f"Rename {name}").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("New name")).to_be_focused()
    assert columns(page) == before
    page.get_by_label("New name").fill("Not a name")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Try not-a-name.")).to_be_visible()
    assert columns(page) == before
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name=f"Rename {name}")).to_be_focused()
    expect(page.get_by_label("New name")).to_have_count(0)
    assert columns(page) == before
