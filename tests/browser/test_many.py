"""Doing the same to many VMs: select, confirm, watch."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .pages import deploy, expect_status, go

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_three_are_selected_terminated_and_watched_to_the_end(
    page_for: Callable[..., Page],
) -> None:
    page = page_for("operator")
    deploy(page, "herd", count=3)
    for number in (1, 2, 3):
        expect_status(page, f"herd-{number}", "Launched", seconds=60)
    page.get_by_label("Search by name").fill("herd")
    page.wait_for_url("**q=herd*")
    page.reload()
    page.get_by_role("link", name="Select several").click()
    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(page.get_by_text("3 VMs selected")).to_be_visible()
    page.get_by_role("button", name="Terminate selected").click()
    expect(page.get_by_role("heading", name="Terminate 3 VMs?")).to_be_visible()
    page.get_by_label("Type the number of VMs").fill("3")
    page.get_by_role("button", name="Terminate 3 VMs").click()
    page.wait_for_url("**/batches/*/")
    expect(page.locator("#batch")).to_contain_text("3 of 3", timeout=30_000)
    terminated = page.locator("#batch tbody .status", has_text="Terminated")
    expect(terminated).to_have_count(3, timeout=60_000)


def test_a_tick_outlives_the_redrawing_of_its_row(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    deploy(page, "kept")
    go(page, "vms/?select=1&q=kept")
    box = page.get_by_role("checkbox", name="Select kept")
    box.check()
    expect_status(page, "kept", "Launched", seconds=60)
    expect(page.get_by_role("checkbox", name="Select kept")).to_be_checked()
