"""A day's work with disks and addresses in the browser, from their making to their end."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .pages import act, deploy, expect_status, go, resource, row

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def create_disk(page: Page, name: str, size: int) -> None:
    go(page, "disks/")
    page.get_by_role("link", name="Create disk").click()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Place").select_option(label=place_of(page, "Vistula"))
    page.get_by_label("Size").fill(str(size))
    page.get_by_role("button", name="Create").click()
    expect(resource(page, name).locator(".status")).to_have_text(re.compile("Ready"))


def place_of(page: Page, cluster: str) -> str:
    options = page.get_by_label("Place").locator("option").all_inner_texts()
    return next(each for each in options if cluster in each)


def test_a_disk_from_its_making_to_its_end(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    deploy_in_vistula(page, "host-1")
    create_disk(page, "archive", 30)

    dialog = act(page, "archive", "Grow")
    expect(dialog).to_contain_text("It has 30 GB: a disk can grow, and never shrink.")
    dialog.get_by_label("New size").fill("20")
    dialog.get_by_role("button", name="Grow").click()
    expect(dialog.get_by_label("New size")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_label("New size").fill("40")
    dialog.get_by_role("button", name="Grow").click()
    expect(resource(page, "archive")).to_contain_text("40 GB")
    expect(resource(page, "archive").locator(".status")).to_have_text(re.compile("Ready"))

    dialog = act(page, "archive", "Attach to a VM")
    dialog.get_by_label("VM").select_option(label="host-1")
    dialog.get_by_role("button", name="Attach").click()
    # Where the VM's restart is told to be needed, with its button.
    detail = page.locator("#vm-detail")
    expect(detail.get_by_role("link", name="Restart host-1")).to_be_visible()
    expect(detail).to_contain_text("archive")
    expect(detail).to_contain_text("A restart is needed")
    detail.get_by_label("Change archive").click()
    detail.get_by_role("link", name="Detach…", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Detach").click()
    expect(detail).not_to_contain_text("archive")

    go(page, "disks/?show=left-over")
    expect(resource(page, "archive")).to_contain_text("was of host-1")
    go(page, "disks/")
    dialog = act(page, "archive", "Delete")
    dialog.get_by_label("Type its name").fill("archiv")
    dialog.get_by_role("button", name="Delete archive").click()
    expect(dialog).to_contain_text("Type archive exactly")
    dialog.get_by_label("Type its name").fill("archive")
    dialog.get_by_role("button", name="Delete archive").click()
    expect(resource(page, "archive")).to_have_count(0)


def test_its_page_and_its_dialog_say_the_same_and_lead_on(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    create_disk(page, "ledger", 30)
    opener = resource(page, "ledger").get_by_label("Change ledger")
    opener.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("30 GB NVME")
    expect(dialog).to_contain_text("Fluence id")
    dialog.get_by_role("link", name="Rename…").click()
    expect(dialog.get_by_label("Name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()

    resource(page, "ledger").get_by_role("link", name="ledger", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ledger")
    page.get_by_role("link", name="Rename…").click()
    dialog.get_by_label("Name").fill("ledger-2")
    dialog.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ledger-2")
    page.get_by_role("link", name="Grow…").click()
    dialog.get_by_label("New size").fill("35")
    dialog.get_by_role("button", name="Grow").click()
    expect(page.locator("#resource")).to_contain_text("35 GB")
    expect(page.locator("#resource .status")).to_have_text(re.compile("Ready"))
    page.get_by_role("link", name="Delete…").click()
    dialog.get_by_label("Type its name").fill("ledger-2")
    dialog.get_by_role("button", name="Delete ledger-2").click()
    page.wait_for_url("**/disks/")
    expect(resource(page, "ledger-2")).to_have_count(0)


def deploy_in_vistula(page: Page, name: str) -> None:
    """Deploy where the demo has everything; the cheapest place has."""
    deploy(page, name)
    expect_status(page, name, "Launched")
    expect(row(page, name)).to_contain_text("Vistula")


def test_terminating_with_all_that_a_vm_has_leaves_nothing(page_for: Callable[..., Page]) -> None:
    page, viewer = page_for("operator"), page_for("viewer", width=390, color_scheme="dark")
    deploy_in_vistula(page, "brief")
    go(viewer, "disks/")
    expect(resource(viewer, "brief-boot")).to_contain_text("brief")
    assert viewer.evaluate("document.documentElement.scrollWidth") <= 390
    row(page, "brief").get_by_role("link", name="Terminate").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What becomes of brief-boot").select_option("Delete too")
    dialog.get_by_label("What becomes of brief-ip").select_option("Delete too")
    dialog.get_by_label("Type the name").fill("brief")
    dialog.get_by_role("button", name="Terminate brief").click()
    page.wait_for_url("**/vms/*-*/")
    expect(page.locator("#vm-detail .status").first).to_contain_text("Terminated")
    expect(page.locator("#vm-detail")).to_contain_text("Neither the VM nor what it left costs")
    expect(resource(viewer, "brief-boot")).to_have_count(0)
    go(viewer, "public-ips/")
    expect(resource(viewer, "brief-ip")).to_have_count(0)


def test_what_is_left_over_is_deleted_together(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    deploy_in_vistula(page, "leaver")
    row(page, "leaver").get_by_role("link", name="Terminate").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type the name").fill("leaver")
    dialog.get_by_role("button", name="Terminate leaver").click()
    page.wait_for_url("**/vms/*-*/")
    expect(page.locator("#vm-detail .status").first).to_contain_text("Terminated")
    expect(page.locator("#vm-detail")).to_contain_text("Boot disk leaver-boot")
    page.get_by_role("link", name="All disks that are left over").click()
    expect(resource(page, "leaver-boot")).to_contain_text("terminated by Oscar Operator")
    expect(resource(page, "leaver-boot").locator(".pick")).to_be_visible()
    page.get_by_label("Select leaver-boot").check()
    page.get_by_role("button", name="Delete…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete 1 disk?")
    page.get_by_label("Type how many").fill("1")
    page.get_by_role("button", name="Delete 1 disk").click()
    page.wait_for_url("**/batches/*/")
    expect(page.locator("#batch")).to_contain_text("1 of 1")
    go(page, "public-ips/?show=left-over")
    page.get_by_label("Select leaver-ip").check()
    page.get_by_role("button", name="Release…").click()
    page.get_by_label("Type how many").fill("1")
    page.get_by_role("button", name="Release 1 public IP").click()
    expect(page.locator("#batch")).to_contain_text("1 of 1")
