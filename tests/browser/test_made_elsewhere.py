"""What somebody makes at Fluence itself is on an open list within half a minute."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from controlpanel.fluence import FluenceClient
from controlpanel.simulator.accounts import FULL_KEY
from tests.fluence.renting import rent
from tests.stack import Stack

from .pages import go, row

pytestmark = [pytest.mark.browser, pytest.mark.stack]


def test_it_appears_by_itself_and_the_list_says_when_it_was_read(
    page_for: Callable[..., Page], stack: Stack
) -> None:
    page = page_for("viewer")
    go(page, "vms/")
    expect(page.get_by_text("Read from Fluence just now.")).to_be_visible()
    # As if the tab had been open for an hour.
    page.evaluate("document.querySelector('[data-read] time').textContent = '1 h ago'")
    rent(FluenceClient(FULL_KEY, stack.simulator_url).for_changes(), "made-elsewhere")
    expect(row(page, "made-elsewhere")).to_be_visible()
    expect(page.get_by_text("Read from Fluence just now.")).to_be_visible()
