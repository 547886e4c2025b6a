"""What people may not do, seen from their browser."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.stack import Stack

from .driver import OTHER_TEAM, TEAM
from .pages import deploy, expect_status, row
from .test_axe import expect_no_violation

pytestmark = pytest.mark.browser


def test_a_viewer_sees_vms_but_no_way_to_change_them(
    page_for: Callable[..., Page], stack: Stack
) -> None:
    operator, viewer = page_for("operator"), page_for("viewer")
    deploy(operator, "seen")
    expect_status(viewer, "seen", "Launched")
    expect(viewer.get_by_role("link", name="Deploy VM")).to_have_count(0)
    expect(row(viewer, "seen").get_by_role("link", name="Terminate")).to_have_count(0)
    response = viewer.goto(f"{stack.url}/t/{TEAM}/vms/new/")
    assert response
    assert response.status == 403
    expect(viewer.get_by_text("you may not deploy VMs")).to_be_visible()


def test_another_team_does_not_exist(page_for: Callable[..., Page], stack: Stack) -> None:
    operator, outsider = page_for("operator"), page_for("harbour")
    deploy(operator, "hidden")
    row(operator, "hidden").get_by_role("link", name="hidden", exact=True).click()
    operator.wait_for_url("**/vms/*-*/")
    for address in (operator.url, f"{stack.url}/t/{TEAM}/audit/", f"{stack.url}/t/{TEAM}/vms/"):
        response = outsider.goto(address)
        assert response
        assert response.status == 404
    response = outsider.goto(f"{stack.url}/t/{OTHER_TEAM}/vms/")
    assert response
    assert response.status == 200


MAY_WRITE = "from vms.models import FluenceAccount; FluenceAccount.objects.update(can_write={})"


@pytest.fixture
def read_only(stack: Stack) -> Iterator[None]:
    """A key that may only read, until the test is over."""
    stack.shell(MAY_WRITE.format(False))
    yield
    stack.shell(MAY_WRITE.format(True))


def test_with_a_read_only_key_a_button_says_why_it_does_nothing(
    page_for: Callable[..., Page], stack: Stack, request: pytest.FixtureRequest
) -> None:
    page = page_for("operator", reduced_motion="reduce")
    deploy(page, "looked-at")
    expect_status(page, "looked-at", "Launched")
    request.getfixturevalue("read_only")
    page.reload()
    button = row(page, "looked-at").get_by_role("button", name="Terminate looked-at")
    expect(button).to_have_accessible_description(re.compile("can connect a key with the scope"))
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("VMs are shown and cannot be changed.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_no_violation(page)
    row(page, "looked-at").get_by_role("link", name="looked-at", exact=True).click()
    expect(page.get_by_role("button", name="Restart looked-at")).to_be_disabled()
    expect_no_violation(page)
