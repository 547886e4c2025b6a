"""A day's work with disks and addresses in the browser, from their making to their end."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from controlpanel.fluence import FluenceClient
from controlpanel.simulator.accounts import SECOND_KEY
from tests.stack import Stack

from .driver import OTHER_TEAM
from .pages import deploy, expect_status, fill_deployment, go, row, send_deployment

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def resource(page: Page, name: str) -> Locator:
    """Return the row of a disk or an address."""
    return page.locator(".resource-table tbody tr").filter(has_text=re.compile(rf"^\s*{name}"))


def act(page: Page, name: str, button: str) -> Locator:
    """Open what is to be done to it; return the dialog."""
    resource(page, name).get_by_label(f"Change {name}").click()
    resource(page, name).get_by_role("link", name=button).click()
    return page.get_by_role("dialog")


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
    resource(page, "archive").get_by_role("link", name="host-1").click()
    detail = page.locator("#vm-detail")
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


def test_a_days_work_leaves_nothing_that_is_charged(
    page_for: Callable[..., Page], stack: Stack
) -> None:
    """Make some of everything, give it to a VM, and clear all of it away, without leaving here."""
    page = page_for("harbour")

    def go_to(path: str) -> None:
        go(page, path, OTHER_TEAM)

    go_to("disks/new/")
    expect(page.get_by_label("Name")).to_be_visible()
    place = page.get_by_label("Place").locator("option").first.get_attribute("value")
    page.get_by_label("Name").fill("store")
    page.get_by_label("Size").fill("30")
    page.get_by_role("button", name="Create").click()
    expect(resource(page, "store").locator(".status")).to_have_text(re.compile("Ready"))
    go_to("public-ips/new/")
    page.get_by_label("Name").fill("door")
    page.get_by_role("button", name="Reserve").click()
    expect(resource(page, "door").locator(".status")).to_have_text(re.compile("Ready"))
    go_to("networks/groups/new/")
    page.get_by_label("Name").fill("front")
    page.get_by_label("Place").select_option(str(place))
    page.get_by_label("SSH").check()
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#networks")).to_contain_text("front")

    fill_deployment(page, "works", team=OTHER_TEAM)
    page.locator(f'input[name="cluster"][value="{place}"]').check()
    choose(page.get_by_label("Public IPv4 address"), "door")
    page.locator("#parts summary").click()
    choose(page.get_by_label("Data disk 1"), "store")
    send_deployment(page)
    page.wait_for_url("**/vms/")
    expect_status(page, "works", "Launched")
    row(page, "works").get_by_role("link", name="works", exact=True).click()
    page.get_by_role("link", name="Change…").first.click()
    dialog = page.get_by_role("dialog")
    choose(dialog.get_by_label("Security group"), "front")
    dialog.get_by_role("button", name="Change").click()
    expect(page.locator("#vm-detail")).to_contain_text("Security group front")
    expect(page.locator("#vm-detail .status").first).to_contain_text("Launched")

    page.get_by_role("link", name="Terminate").click()
    dialog = page.get_by_role("dialog")
    for name in ("works-boot", "store", "door"):
        dialog.get_by_label(f"What becomes of {name}").select_option(label="Delete too")
    dialog.get_by_label("Type the name").fill("works")
    dialog.get_by_role("button", name="Terminate works").click()
    expect(page.locator("#vm-detail")).to_contain_text("Neither the VM nor what it left costs")
    go_to("networks/")
    for kind, name in (("Ready", "front"), ("Subnet", "default"), ("VPC", "default")):
        part = page.locator("#networks tr").filter(has_text=re.compile(rf"{name}\s*{kind}"))
        part.get_by_label(f"Change {name}").click()
        part.get_by_role("link", name="Delete…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Type its name").fill(name)
        dialog.get_by_role("button", name=f"Delete {name}").click()
        expect(part).to_have_count(0)
    go_to("ssh-keys/")
    page.get_by_label("Delete laptop").click()
    page.get_by_role("button", name="Delete laptop").click()
    expect(page.get_by_text("laptop was deleted.")).to_be_visible()
    assert charged(stack) == []


def choose(select: Locator, words: str) -> None:
    """Choose the option whose label begins with these words."""
    labels = select.locator("option").all_inner_texts()
    select.select_option(label=next(label for label in labels if label.startswith(words)))


def charged(stack: Stack) -> list[str]:
    """What Fluence goes on charging for, or keeps, of the second team's account."""
    client = FluenceClient(SECOND_KEY, stack.simulator_url)
    gone = {"terminated", "failed", "removing", "removed"}
    things: list[Any] = [
        *client.vms.iterate(),
        *client.storages.iterate(),
        *client.public_ips.iterate(),
        *client.vpcs.iterate(),
        *client.subnets.iterate(),
        *client.security_groups.iterate(),
    ]
    kept = [thing.name for thing in things if thing.status not in gone]
    return kept + [key.name for key in client.ssh_keys.iterate()]
