"""Every page: without scripts, by keyboard, and on a small phone."""

import re
from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from .pages import deploy, fill_deployment, go, row, send_deployment

pytestmark = pytest.mark.browser
PAGES = [
    "",
    "vms/",
    "vms/new/",
    "disks/",
    "public-ips/",
    "places/",
    "spend/",
    "ssh-keys/",
    "audit/",
    "members/",
    "account/",
    "settings/",
]


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_no_page_is_wider_than_a_small_phone(
    page_for: Callable[..., Page], color_scheme: str
) -> None:
    page = page_for("owner", width=360, color_scheme=color_scheme)
    for path in PAGES:
        go(page, path)
        expect(page.locator("h1")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


@pytest.mark.parametrize("width", [390, 1280])
def test_the_longest_name_pushes_nothing_out_of_the_window(
    page_for: Callable[..., Page], width: int
) -> None:
    name = f"{width}-".ljust(25, "x")
    page = page_for("operator", width=width)
    deploy(page, name)
    expect(row(page, name)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    row(page, name).get_by_role("link", name="Terminate").click()
    button = page.get_by_role("button", name=f"Terminate {name}")
    box, dialog = button.bounding_box(), page.get_by_role("dialog").bounding_box()
    assert box
    assert dialog
    assert box["x"] + box["width"] <= dialog["x"] + dialog["width"]


def test_pages_are_read_and_a_vm_is_deployed_without_scripts(page_for: Callable[..., Page]) -> None:
    page = page_for("operator", java_script_enabled=False)
    for path in PAGES[:-1]:
        go(page, path)
        expect(page.locator("h1")).to_be_visible()
    fill_deployment(page, "plain")
    page.get_by_role("radio", name="Singapore").check()
    page.get_by_role("button", name="Show those of the chosen place").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("plain")
    page.locator("#configurations").get_by_role("radio").first.check()
    send_deployment(page)
    expect(row(page, "plain")).to_contain_text("Singapore")


def test_the_first_tab_stop_skips_to_the_content(page_for: Callable[..., Page]) -> None:
    page = page_for("viewer")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_dialog_closes_by_escape_and_gives_the_focus_back(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    terminate = page.locator("#vm-rows").get_by_role("link", name="Terminate").first
    terminate.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()
    expect(terminate).to_be_focused()


def test_how_long_ago_is_told_by_the_servers_clock(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    page.add_init_script("const true_now = Date.now; Date.now = () => true_now() + 3 * 3600e3;")
    page.goto(urljoin(page.url, "/account/sessions/"))
    time = page.get_by_role("row", name="this one").locator("time[title]")
    assert page.evaluate("Date.now() - new Date().getTime()") > 3 * 3599e3
    page.evaluate("document.dispatchEvent(new Event('times'))")
    expect(time).to_have_text(re.compile("^(just now|1 min ago)$"))
