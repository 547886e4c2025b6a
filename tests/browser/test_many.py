"""Doing the same to many VMs: select, confirm, watch."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .pages import deploy, expect_launched, expect_status, fill_deployment, go, row

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_three_are_selected_terminated_and_watched_to_the_end(
    page_for: Callable[..., Page],
) -> None:
    page = page_for("operator")
    deploy(page, "herd", count=3)
    expect_launched(page, "herd", 3)
    page.get_by_label("Search by name").fill("herd")
    page.wait_for_url("**q=herd*")
    page.reload()
    page.get_by_role("link", name="Select several").click()
    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(page.get_by_text("3 selected")).to_be_visible()
    page.get_by_role("button", name="Terminate selected").click()
    expect(page.get_by_role("heading", name="Terminate 3 VMs?")).to_be_visible()
    page.get_by_label("Type the number of VMs").fill("3")
    page.get_by_role("button", name="Terminate 3 VMs").click()
    page.wait_for_url("**/batches/*/")
    expect(page.locator("#batch")).to_contain_text("3 of 3")
    terminated = page.locator("#batch tbody .status", has_text="Terminated")
    expect(terminated).to_have_count(3, timeout=60_000)


def test_a_tick_outlives_the_redrawing_of_its_row(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    deploy(page, "kept")
    go(page, "vms/?select=1&q=kept")
    box = page.get_by_role("checkbox", name="Select kept")
    box.check()
    expect_status(page, "kept", "Launched")
    expect(page.get_by_role("checkbox", name="Select kept")).to_be_checked()


def test_all_are_selected_on_a_phone_too(page_for: Callable[..., Page]) -> None:
    operator, phone = page_for("operator"), page_for("operator", width=390)
    deploy(operator, "pocket", count=2)
    expect_launched(operator, "pocket", 2)
    go(phone, "vms/?select=1&q=pocket")
    everything = phone.get_by_label("Select all on this page").locator("visible=true")
    expect(everything).to_have_count(1)
    everything.check()
    expect(phone.get_by_text("2 selected")).to_be_visible()
    phone.get_by_role("checkbox", name="Select pocket-1").uncheck()
    expect(phone.get_by_text("1 selected")).to_be_visible()
    assert everything.evaluate("box => box.indeterminate")
    everything.check()
    phone.get_by_role("button", name="Terminate selected").click()
    expect(phone.get_by_role("heading", name="Terminate 2 VMs?")).to_be_visible()


def select_all(page: Page, name: str) -> None:
    go(page, f"vms/?select=1&q={name}")
    page.get_by_role("checkbox", name="Select all on this page").check()


def test_two_are_renamed_by_a_pattern_and_restarted(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    deploy(page, "twin", count=2)
    expect_launched(page, "twin", 2)
    select_all(page, "twin")
    page.get_by_role("button", name="Rename selected").click()
    names = page.locator("#new-names")
    # What cannot be is told beside the VM while it is typed, and the focus stays.
    page.get_by_label("New name").fill("twin-2")
    expect(names).to_contain_text("Two of these VMs would get this name.")
    page.get_by_label("New name").fill("{name}-{n:02}")
    page.get_by_label("Find").fill("twin")
    page.get_by_label("Replace with").fill("fancy")
    expect(names).to_contain_text("fancy-2-02")
    expect(page.get_by_label("Replace with")).to_be_focused()
    page.get_by_role("button", name="Rename 2 VMs").click()
    page.wait_for_url("**/batches/*/")
    expect(page.locator("#batch")).to_contain_text("2 of 2")
    expect(page.get_by_role("link", name="fancy-2-02")).to_be_visible()

    select_all(page, "fancy")
    page.get_by_role("button", name="Restart selected").click()
    page.get_by_role("radio", name=re.compile("^Restart")).check()
    page.get_by_role("button", name="Restart 2 VMs").click()
    page.wait_for_url("**/batches/*/")
    expect(page.locator("#batch")).to_contain_text("2 of 2")
    go(page, "vms/?q=fancy")
    expect_status(page, "fancy-1-01", "Launched")
    row(page, "fancy-1-01").get_by_role("link", name="fancy-1-01", exact=True).click()
    page.get_by_role("link", name="Restart fancy-1-01").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name=re.compile("^Soft reboot"))).to_be_checked()
    dialog.get_by_role("button", name="Restart fancy-1-01").click()
    expect(page.get_by_text("fancy-1-01 is rebooting.")).to_be_visible()


def test_thirty_are_deployed_after_their_price_was_confirmed(
    page_for: Callable[..., Page],
) -> None:
    page = page_for("operator")
    fill_deployment(page, "fleet", count=30)
    page.get_by_role("radio", name=re.compile("Ashburn")).check()
    expect(page.locator("#cost")).to_contain_text(re.compile("Total . 30"))
    page.get_by_label("Public IPv4 address").select_option(label="None")
    page.get_by_role("button", name="Deploy").click()
    expect(page.get_by_role("heading", name="Deploy 30 VMs?")).to_be_visible()
    expect(page.get_by_text("The balance of")).to_be_visible()
    # Second thoughts lose nothing.
    page.get_by_role("button", name="Back to the form").click()
    expect(page.get_by_label("How many")).to_have_value("30")
    expect(page.get_by_label("Public IPv4 address")).to_have_value("")
    page.get_by_role("button", name="Deploy").click()
    page.get_by_role("button", name="Deploy 30 VMs").click()
    page.wait_for_url("**/batches/*/")
    expect(page.locator("#batch")).to_contain_text("30 of 30", timeout=60_000)
    launched = page.locator("#batch tbody .status", has_text="Launched")
    expect(launched).to_have_count(30, timeout=60_000)
    select_all(page, "fleet")
    page.get_by_role("button", name="Terminate selected").click()
    page.get_by_label("Type the number of VMs").fill("30")
    page.get_by_role("button", name="Terminate 30 VMs").click()
    expect(page.locator("#batch")).to_contain_text("30 of 30", timeout=60_000)
