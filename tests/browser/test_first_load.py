"""What the first visit of a page costs a browser that has kept nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .pages import go
from .test_everywhere import PAGES

pytestmark = pytest.mark.browser
MOST_BYTES = 60_000
MOST_REQUESTS = 15
CHANGES = re.compile(r"[?&](revision|since)=")


def test_no_page_asks_for_much_at_first(page_for: Callable[..., Page]) -> None:
    page = page_for("owner")
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    asked: list[str] = []
    sizes: list[int] = []

    def count(event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        # Icons come with the style sheet; what changes meanwhile is asked for beside it.
        if not url.startswith("data:") and not CHANGES.search(url):
            asked.append(url)

    def weigh(event: dict[str, Any]) -> None:
        sizes.append(event["encodedDataLength"])

    network.on("Network.requestWillBeSent", count)
    network.on("Network.loadingFinished", weigh)
    for path in PAGES:
        asked.clear()
        sizes.clear()
        go(page, path)
        expect(page.locator("h1")).to_be_visible()
        page.wait_for_load_state("load")
        assert len(asked) <= MOST_REQUESTS, "\n".join([path, *asked])
        assert sum(sizes) < MOST_BYTES, (path, sizes)
