"""What a terminated VM leaves behind appears in open tabs, and the ways there are found."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.stack import Stack

from .pages import deploy, expect_status, go, row

pytestmark = [pytest.mark.browser, pytest.mark.stack]
# The worker does the rest when beat tells it, every 15 s; the grace of these tests is 4 s.
RECONCILE_NOW = """
from django.utils import timezone
from vms.models import FluenceAccount
FluenceAccount.objects.update(reconcile_after=timezone.now())
"""


def terminate(page: Page, name: str) -> None:
    row(page, name).get_by_role("link", name="Terminate").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"The boot disk {name}-boot (25 GB)")
    dialog.get_by_label("Type the name").fill(name)
    dialog.get_by_role("button", name=f"Terminate {name}").click()
    page.wait_for_url("**/vms/*-*/")


def test_a_disk_that_is_left_over_appears_in_an_open_tab(
    page_for: Callable[..., Page], stack: Stack
) -> None:
    operator, viewer = page_for("operator"), page_for("viewer", width=390, color_scheme="dark")
    go(viewer, "left-over/")
    deploy(operator, "leaver")
    expect_status(operator, "leaver", "Launched")
    terminate(operator, "leaver")
    expect(operator.locator("#vm-detail .status").first).to_contain_text("Terminated")
    stack.shell(RECONCILE_NOW)
    expect(operator.locator("#vm-detail")).to_contain_text("Boot disk leaver-boot", timeout=45_000)
    viewer.wait_for_timeout(4500)
    stack.shell(RECONCILE_NOW)

    disk = viewer.get_by_role("row").filter(has_text="leaver-boot")
    expect(disk).to_contain_text("terminated", timeout=45_000)
    expect(disk).to_contain_text("by Oscar Operator")
    assert viewer.evaluate("document.documentElement.scrollWidth") <= 390
    disk.get_by_role("link", name="leaver", exact=True).click()
    viewer.get_by_role("link", name="All that is left over").click()
    expect(viewer.get_by_role("heading", name="How to stop paying for them")).to_be_visible()

    go(operator, "vms/")
    left_over = operator.locator("#vm-totals > div").filter(has_text="Left over")
    expect(left_over).to_contain_text("without a VM")
    left_over.get_by_role("link").click()
    expect(operator.locator("h1")).to_have_text("Left over")
