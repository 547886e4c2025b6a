"""The pages that tell what runs, read side by side: one sum, or a named part of it."""

import re
from decimal import Decimal

from playwright.sync_api import Page, expect

from .pages import go

# What stands on two pages is rounded on each.
ROUNDED = Decimal("0.02")
MOST_READINGS = 30


def expect_same_money(page: Page, team: str) -> None:
    """Compare list, overview, account, disks, addresses, left over, deploying and terminating.

    While something moves, what was read first and last differs: then all are read again.
    """
    for _ in range(MOST_READINGS):
        listed = _text(page, "vms/", team)
        others = {path: _text(page, path, team) for path in ("", "account/", "disks/")}
        others |= {path: _text(page, path, team) for path in ("public-ips/", "vms/new/")}
        saves = _saves(page, team)
        if _text(page, "vms/", team) == listed:
            _compare(listed, others, saves)
            return
    raise AssertionError("what runs does not come to rest")


def _compare(listed: str, others: dict[str, str], saves: tuple[Decimal, Decimal] | None) -> None:
    whole = _amount(listed, "Costs now")
    assert _amount(others[""], "Costs now") == whole
    assert _amount(others["account/"], "Costs now") == whole
    parts = [_amount(listed, part) for part in ("VMs", "disks", "public IPs")]
    assert abs(sum(parts) - whole) <= ROUNDED
    assert _amount(others["disks/"], "Cost now") == parts[1]
    assert _amount(others["public-ips/"], "Cost now") == parts[2]
    left = sum(_left_over(others[path]) for path in ("disks/", "public-ips/"))
    assert abs(left - _amount(listed, "Of it left over", or_nothing=True)) <= ROUNDED
    assert abs(left - _amount(others[""], "Left over", or_nothing=True)) <= ROUNDED
    asked = _amount(others["vms/new/"], "Total")
    after = _amount(others["vms/new/"], "all together costs")
    assert abs(after - whole - asked) <= ROUNDED
    if saves:
        assert saves[0] == saves[1]


def _saves(page: Page, team: str) -> tuple[Decimal, Decimal] | None:
    """Return what a VM says that it costs, and what terminating it is said to save."""
    go(page, "vms/?status=launched", team)
    links = page.locator("#vm-rows th a:not(.tool)")
    if not links.count():
        return None
    address = str(links.first.get_attribute("href"))
    page.goto(page.url.partition("?")[0] + address)
    costs = _amount(page.locator("main").inner_text(), "VM")
    page.goto(f"{page.url}terminate/")
    return costs, _amount(page.locator("main").inner_text(), "It saves")


def _text(page: Page, path: str, team: str) -> str:
    go(page, path, team)
    main = page.locator("main")
    expect(main).to_contain_text("/mo")
    return main.inner_text()


def _left_over(text: str) -> Decimal:
    """Return what the strip of a list says after the number of those that are left over."""
    return _amount(text, r"Left over\s+\d+", or_nothing=True)


def _amount(text: str, label: str, *, or_nothing: bool = False) -> Decimal:
    """Return the monthly sum that follows a label."""
    found = re.search(rf"\b{label}\s+(?:at least )?\$([\d,]+\.\d\d)/mo", text)
    if found is None and or_nothing:
        return Decimal(0)
    assert found, f"{label}: not in {text}"
    return Decimal(found[1].replace(",", ""))
