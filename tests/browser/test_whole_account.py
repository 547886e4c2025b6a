"""All that an account can hold, made and cleared away in the browser.

The last of the browser's tests: one before it needs the second team as nobody has touched it.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from controlpanel.fluence import FluenceClient
from controlpanel.simulator.accounts import SECOND_KEY
from tests.stack import Stack

from .driver import OTHER_TEAM
from .money import expect_same_money
from .pages import act, choose, expect_status, fill_deployment, go, resource, row, send_deployment

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_a_days_work_leaves_nothing_that_is_charged(
    page_for: Callable[..., Page], stack: Stack
) -> None:
    """Make some of everything, give it to a VM, and clear all of it away, without leaving here.

    After each act that costs or saves money the pages tell the same of it.
    """
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
    expect_same_money(page, OTHER_TEAM)
    go_to("public-ips/new/")
    page.get_by_label("Name").fill("door")
    page.get_by_role("button", name="Reserve").click()
    expect(resource(page, "door").locator(".status")).to_have_text(re.compile("Ready"))
    expect_same_money(page, OTHER_TEAM)
    go_to("disks/")
    dialog = act(page, "store", "Grow…")
    dialog.get_by_label("New size").fill("40")
    dialog.get_by_role("button", name="Grow").click()
    expect(resource(page, "store")).to_contain_text("40 GB")
    expect(resource(page, "store").locator(".status")).to_have_text(re.compile("Ready"))
    expect_same_money(page, OTHER_TEAM)
    go_to("networks/groups/new/")
    page.get_by_label("Name").fill("front")
    page.get_by_label("Place").select_option(str(place))
    page.get_by_label("SSH").check()
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#networks")).to_contain_text("front")
    expect_same_money(page, OTHER_TEAM)

    fill_deployment(page, "works", team=OTHER_TEAM)
    page.locator(f'input[name="cluster"][value="{place}"]').check()
    choose(page.get_by_label("Public IPv4 address"), "door")
    page.locator("#parts summary").click()
    choose(page.get_by_label("Data disk 1"), "store")
    send_deployment(page)
    page.wait_for_url("**/vms/")
    expect_status(page, "works", "Launched")
    expect_same_money(page, OTHER_TEAM)
    go_to("vms/")
    row(page, "works").get_by_role("link", name="works", exact=True).click()
    page.get_by_role("link", name="Change…").first.click()
    dialog = page.get_by_role("dialog")
    choose(dialog.get_by_label("Security group"), "front")
    dialog.get_by_role("button", name="Change").click()
    expect(page.locator("#vm-detail")).to_contain_text("Security group front")
    expect(page.locator("#vm-detail .status").first).to_contain_text("Launched")
    page.locator("#vm-detail").get_by_label("Change store").click()
    page.locator("#vm-detail").get_by_role("link", name="Detach…", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Detach").click()
    expect(page.locator("#vm-detail")).not_to_contain_text("store")
    expect_same_money(page, OTHER_TEAM)
    go_to("disks/")
    dialog = act(page, "store", "Delete…")
    dialog.get_by_label("Type its name").fill("store")
    dialog.get_by_role("button", name="Delete store").click()
    expect(resource(page, "store")).to_have_count(0)
    expect_same_money(page, OTHER_TEAM)

    go_to("vms/")
    names = page.locator("#vm-rows th a:not(.tool)").all_inner_texts()
    assert "works" in names
    for name in names:
        end(page, name)
        expect_same_money(page, OTHER_TEAM)
        go_to("vms/")
    go_to("networks/")
    for kind, name in (("Ready", "front"), ("Subnet", "default"), ("VPC", "default")):
        part = page.locator("#networks tr").filter(has_text=re.compile(rf"{name}\s*{kind}"))
        part.get_by_label(f"Change {name}").click()
        part.get_by_role("link", name="Delete…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Type its name").fill(name)
        dialog.get_by_role("button", name=f"Delete {name}").click()
        expect(part).to_have_count(0)
    expect_same_money(page, OTHER_TEAM)
    go_to("ssh-keys/")
    page.get_by_label("Delete laptop").click()
    page.get_by_role("button", name="Delete laptop").click()
    expect(page.get_by_text("laptop was deleted.")).to_be_visible()
    assert charged(stack) == []


def end(page: Page, name: str) -> None:
    """Terminate a VM of the list with all that it has."""
    row(page, name).get_by_role("link", name=name, exact=True).click()
    page.get_by_role("link", name=f"Terminate {name}").click()
    dialog = page.get_by_role("dialog")
    fates = dialog.locator("select")
    expect(fates.first).to_be_visible()
    for fate in fates.all():
        fate.select_option(label="Delete too")
    dialog.get_by_label("Type the name").fill(name)
    dialog.get_by_role("button", name=f"Terminate {name}").click()
    expect(page.locator("#vm-detail")).to_contain_text("Neither the VM nor what it left costs")


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
