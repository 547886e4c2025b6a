"""Processes die; VMs do not get lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.stack import Stack

from .pages import deploy, expect_status, row

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_vms_reach_launched_although_the_worker_is_killed_halfway(
    page_for: Callable[..., Page], stack: Stack
) -> None:
    page = page_for("operator")
    deploy(page, "phoenix", count=3)
    stack.kill("worker")
    # An operation that died in the middle is taken over when its lease of 60 s is out.
    for number in (1, 2, 3):
        expect_status(page, f"phoenix-{number}", "Launched", seconds=150)
    expect(page.locator("#vm-rows tr").filter(has_text="phoenix-")).to_have_count(3)


def test_the_page_goes_on_after_the_web_process_was_restarted(
    page_for: Callable[..., Page], stack: Stack
) -> None:
    page = page_for("operator")
    stack.kill("pages")
    stack.wait_for(stack.answers)
    deploy(page, "after")
    expect_status(page, "after", "Launched")
    expect(row(page, "after")).to_be_visible()
