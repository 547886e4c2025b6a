"""The job the panel is for, as a person does it: deploy, watch, rename, terminate, read the log."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .pages import deploy, expect_launched, expect_status, fill_deployment, go, row

pytestmark = pytest.mark.browser


def test_three_vms_reach_launched_in_an_untouched_page(page_for: Callable[..., Page]) -> None:
    operator, viewer = page_for("operator"), page_for("viewer")
    deploy(operator, "shop", count=3)
    for page in (operator, viewer):
        expect_launched(page, "shop", 3)
    # New rows and changed ones arrive together, and neither swallows the other.
    deploy(operator, "late", count=2)
    for name in ("late-1", "late-2"):
        expect(row(viewer, name)).to_have_count(1)
        expect_status(viewer, name, "Launched")
    address = row(viewer, "shop-1").locator(".copyable")
    expect(address).to_contain_text(re.compile(r"\d+\.\d+\.\d+\.\d+"))


def test_a_vm_is_deployed_renamed_and_terminated_and_the_log_has_every_step(
    page_for: Callable[..., Page],
) -> None:
    page = page_for("operator")
    deploy(page, "solo")
    expect(page.get_by_text("solo is being deployed.")).to_be_visible()
    expect_status(page, "solo", "Launched")
    expect(page.get_by_text("solo is being deployed.")).to_have_count(0)

    row(page, "solo").get_by_role("link", name="Rename solo").click()
    page.get_by_label("New name").fill("renamed")
    page.keyboard.press("Enter")
    expect(row(page, "renamed")).to_be_visible()

    row(page, "renamed").get_by_role("link", name="renamed", exact=True).click()
    expect(page.locator("#ssh-command")).to_contain_text("@")
    page.get_by_role("link", name="Terminate renamed").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("What becomes of solo-boot")).to_have_value("keep")
    dialog.get_by_label("Type the name").fill("solo")
    dialog.get_by_role("button", name="Terminate renamed").click()
    expect(dialog).to_contain_text("This is not the VM's name")
    dialog.get_by_label("Type the name").fill("renamed")
    dialog.get_by_role("button", name="Terminate renamed").click()
    expect(page.locator("#vm-detail").get_by_text("Terminated").first).to_be_visible()
    expect(page.get_by_text("renamed is being terminated.")).to_have_count(0)

    assert log_of(page, "renamed") == [
        "Deploy VM: Requested",
        "Deploy VM: Succeeded",
        "VM status changed: Succeeded",
        "VM status changed: Succeeded",
        "Rename VM: Requested",
        "Rename VM: Succeeded",
        "Terminate VM: Requested",
        "Terminate VM: Succeeded",
        "VM status changed: Succeeded",
    ]


def log_of(page: Page, name: str) -> list[str]:
    """Return the audit page's entries of the VM that is open, oldest first."""
    vm_id = page.url.rstrip("/").rpartition("/")[2]
    go(page, f"audit/?target={vm_id}")
    expect(page.locator("#audit-table tbody tr").first).to_be_visible()
    entries = []
    for entry in reversed(page.locator("#audit-table tbody tr").all()):
        action = entry.locator("th").inner_text().splitlines()[0].strip()
        outcome = entry.locator("td:last-child").inner_text().split("\n")[0].strip()
        entries.append(f"{action}: {outcome}")
    return entries


def test_the_price_follows_the_form_and_comes_from_fluence(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    fill_deployment(page, "priced", count=2)
    price = page.locator("#cost")
    expect(price).to_contain_text("Priced by Fluence just now")
    expect(price).to_contain_text("priced-1 to priced-2")
    before = price.locator("strong").inner_text()
    page.get_by_label("Size of the boot disk").fill("200")
    expect(price.locator("strong")).not_to_have_text(before)
    page.get_by_role("radio", name=re.compile("Singapore")).check()
    expect(page.locator("#configurations").get_by_role("radio").first).to_be_visible()
    expect(price.locator("strong")).to_contain_text("/mo")


def test_the_list_is_searched_and_filtered_without_a_reload(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    deploy(page, "needle", count=2)
    page.get_by_placeholder("Search by name").fill("needle-2")
    expect(page.locator("#vm-rows tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("q=needle-2"))
    page.get_by_placeholder("Search by name").fill("no such name")
    expect(page.get_by_text("No VM matches")).to_be_visible()
