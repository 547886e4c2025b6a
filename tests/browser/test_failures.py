"""Fluence's failures, as a person meets them: in place, in words, and nothing typed is lost."""

import re
from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.stack import Stack

from .pages import deploy, expect_status, fill_deployment, go, row, send_deployment

pytestmark = pytest.mark.browser
CREATE = "POST /v2/vms"
REQUEST = re.compile(r"\(Request ([0-9a-f]{12})\)")


def expect_form_kept(page: Page, name: str) -> None:
    expect(page.get_by_label("Name", exact=True)).to_have_value(name)
    expect(page.get_by_label("Size of the boot disk")).to_have_value("77")
    expect(page.get_by_label("Cloud-init")).to_have_value("#cloud-config\n")


def fill(page: Page, name: str) -> None:
    fill_deployment(page, name)
    page.get_by_label("Size of the boot disk").fill("77")
    page.get_by_text("Run something at first boot").click()
    page.get_by_label("Cloud-init").fill("#cloud-config\n")


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (402, "insufficient_balance", "balance of the Fluence account does not cover this"),
        (422, "unprocessable_entity", "no capacity is left"),
        (401, "unauthorized", "Fluence rejected the team's API key"),
        (429, "too_many_requests", "too many calls from this account"),
    ],
)
def test_a_refusal_stands_above_the_form_and_keeps_what_was_typed(
    page_for: Callable[..., Page],
    fault: Callable[..., None],
    status: int,
    code: str,
    words: str,
) -> None:
    page = page_for("operator")
    fill(page, f"refused-{status}")
    body = f'{{"code": "{code}", "error": "no capacity is left"}}'
    fault("status", operation=CREATE, times=1, status=status, body=body)
    send_deployment(page)
    told = page.get_by_text(words)
    expect(told).to_be_visible()
    expect(told).to_contain_text(REQUEST)
    expect_form_kept(page, f"refused-{status}")


def test_maintenance_is_said_and_nothing_is_sent(
    page_for: Callable[..., Page], fault: Callable[..., None]
) -> None:
    page = page_for("operator")
    fill(page, "in-maintenance")
    fault("maintenance")
    send_deployment(page)
    expect(page.get_by_text("Fluence is in maintenance").first).to_be_visible()
    expect(page.get_by_text("Nothing was changed").first).to_be_visible()
    expect_form_kept(page, "in-maintenance")


def test_a_name_in_use_is_told_beside_the_name(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    deploy(page, "twice")
    expect_status(page, "twice", "Launched")
    fill(page, "twice")
    send_deployment(page)
    expect(page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("Already in use in this account: twice.")).to_be_visible()
    expect_form_kept(page, "twice")


def test_a_form_half_filled_says_what_is_missing(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    fill(page, "half filled")
    for box in page.get_by_role("group", name="SSH keys").get_by_role("checkbox").all():
        box.uncheck()
    page.get_by_text("Add a new key").click()
    page.get_by_label("New public key").fill("not a key")
    send_deployment(page)
    expect(page.get_by_text("This is not a public key in OpenSSH form.")).to_be_visible()
    expect(page.get_by_text("Try half-filled.").first).to_be_visible()
    expect_form_kept(page, "half filled")


def test_an_unanswered_create_is_looked_for_and_not_paid_twice(
    page_for: Callable[..., Page], fault: Callable[..., None], stack: Stack
) -> None:
    page = page_for("operator")
    fill_deployment(page, "silent")
    fault("timeout_after", operation=CREATE, times=1)
    send_deployment(page)
    told = page.get_by_text("it is not known yet whether it was done").first
    expect(told).to_contain_text(REQUEST)
    named = REQUEST.search(told.inner_text())
    assert named
    assert f"request {named[1]}" in stack.log(), "by its id the call is found in the log"
    expect_status(page, "silent", "Launched")
    expect(page.locator("#vm-rows tr").filter(has_text="silent")).to_have_count(1)


def test_a_stale_page_of_a_vm_that_is_gone_says_so(
    page_for: Callable[..., Page], fault: Callable[..., None]
) -> None:
    page = page_for("operator")
    deploy(page, "gone")
    expect_status(page, "gone", "Launched")
    body = '{"code": "not_found", "error": "no such VM"}'
    fault("status", operation="POST /v2/vms/{vm_id}/terminate", times=1, status=404, body=body)
    row(page, "gone").get_by_role("link", name="Terminate gone").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type the name").fill("gone")
    dialog.get_by_role("button", name="Terminate gone").click()
    expect(dialog.get_by_text("Fluence no longer knows this")).to_be_visible()


def test_a_revoked_key_is_told_where_it_is_typed(
    page_for: Callable[..., Page], stack: Stack
) -> None:
    page = page_for("owner")
    go(page, "account/")
    page.get_by_label("API key").fill("sim-demo-revoked")
    page.get_by_role("button", name="Check and replace").click()
    expect(page.get_by_text("Fluence does not accept this key")).to_be_visible()
    assert "sim-demo-revoked" not in page.content()
    assert "sim-demo-revoked" not in stack.log()


def test_many_wait_for_the_end_of_an_outage_and_are_then_deployed(
    page_for: Callable[..., Page], fault: Callable[..., None], stack: Stack
) -> None:
    page = page_for("operator")
    fault("maintenance")
    deploy(page, "patient", count=2)
    expect(row(page, "patient-1")).to_contain_text("The panel tries again")
    requests.delete(f"{stack.simulator_url}/_control/faults", timeout=30)
    for number in (1, 2):
        expect_status(page, f"patient-{number}", "Launched", seconds=90)
