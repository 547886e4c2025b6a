"""An owner pays in: from the form over the provider's page to the balance."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .driver import OTHER_TEAM
from .pages import go

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_what_is_paid_is_on_the_balance_by_itself(page_for: Callable[..., Page]) -> None:
    page = page_for("harbour")
    go(page, "spend/", OTHER_TEAM)
    page.get_by_role("link", name="Top-ups").click()
    page.get_by_label("Amount").fill("5")
    page.get_by_label("Paid by").select_option("card")
    page.get_by_role("button", name="Make the top-up").click()
    expect(page.get_by_text("Card takes at least $20.00.")).to_be_visible()
    expect(page.get_by_label("Amount")).to_have_value("5")
    page.get_by_label("Amount").fill("75")
    page.get_by_role("button", name="Make the top-up").click()
    expect(page.get_by_text("$75.00 wait for their payment")).to_be_visible()
    before = balance(page)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Go to the payment").click()
    opened.value.get_by_role("button", name="Pay").click()
    expect(opened.value.get_by_text("This payment is resolved.")).to_be_visible()
    expect(page.get_by_text("wait for their payment")).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="$75.00")).to_contain_text("Paid")
    # Less what goes on being charged meanwhile.
    assert before < balance(page) <= before + 75


def balance(page: Page) -> float:
    return float(page.locator("#top-ups dd .sourced").inner_text().strip("$").replace(",", ""))
