"""What people may not do, seen from their browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.stack import Stack

from .driver import OTHER_TEAM, TEAM
from .pages import deploy, expect_status, row

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
