"""Every page as axe reads it: nothing that a screen reader or weak eyes would stumble over."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.stack import Stack

from .pages import deploy, expect_launched, expect_status, fill_deployment, go, row
from .test_everywhere import PAGES

pytestmark = pytest.mark.browser
PERSONAL = ["profile/", "password/change/", "2fa/", "sessions/", "logout/", "2fa/totp/activate/"]
# Off by default: whoever speaks to the computer says what is seen on a button.
OPTIONS = {"rules": {"label-content-name-mismatch": {"enabled": True}}}
# Colours are those that the page comes to rest in.
STILL = {"reduced_motion": "reduce"}


def expect_no_violation(page: Page) -> None:
    found = Axe().run(page, options=OPTIONS)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_of_a_team(page_for: Callable[..., Page], color_scheme: str) -> None:
    page = page_for("owner", color_scheme=color_scheme, **STILL)
    name = f"axe-{color_scheme}"
    deploy(page, name, count=2)
    expect_launched(page, name, 2)
    vm = page.locator("#vm-rows th a").first.get_attribute("href")
    of_one = [f"vms/{vm}{act}" for act in ("", "rename/", "restart/", "terminate/")]
    of_many = [
        "vms/?select=1",
        "vms/?q=nothing-of-the-kind",
        "batches/",
        "audit/?action=vm.create",
        "leave/",
    ]
    for path in (*PAGES, *of_one, *of_many):
        go(page, path)
        expect(page.locator("h1")).to_be_visible()
        expect_no_violation(page)
    go(page, "batches/")
    page.locator("#batches th a").first.click()
    page.wait_for_url("**/batches/*-*/")
    expect_no_violation(page)
    go(page, "audit/")
    page.locator("#audit-table tbody a").first.click()
    expect_no_violation(page)


def test_of_what_is_asked_of_many(page_for: Callable[..., Page]) -> None:
    page = page_for("operator", **STILL)
    deploy(page, "axe-many", count=2)
    expect_launched(page, "axe-many", 2)
    for act in ("Rename", "Restart", "Terminate"):
        go(page, "vms/?select=1&q=axe-many")
        page.get_by_label("Select all on this page").locator("visible=true").check()
        page.get_by_role("button", name=f"{act} selected VMs").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("2 VMs")
        expect_no_violation(page)
    fill_deployment(page, "axe-asked", count=3)
    page.get_by_role("button", name="Deploy").click()
    expect(page.get_by_role("heading", name="Deploy 3 VMs?")).to_be_visible()
    expect_no_violation(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_of_what_opens_in_place(page_for: Callable[..., Page], width: int) -> None:
    page = page_for("operator", width=width, **STILL)
    deploy(page, f"axe-{width}")
    expect_status(page, f"axe-{width}", "Launched")
    row(page, f"axe-{width}").get_by_role("link", name="Terminate").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect_no_violation(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name=f"Rename axe-{width}").click()
    expect(page.get_by_label("New name")).to_be_focused()
    expect_no_violation(page)
    page.get_by_label("New name").fill("not a name")
    page.keyboard.press("Enter")
    expect(page.get_by_label("New name")).to_have_attribute("aria-invalid", "true")
    expect_no_violation(page)
    for menu in page.locator("details.menu > summary").locator("visible=true").all():
        menu.click()
        expect_no_violation(page)
        page.keyboard.press("Escape")


def test_of_a_person_and_of_errors(page_for: Callable[..., Page], stack: Stack) -> None:
    page = page_for("viewer", **STILL)
    for path in PERSONAL:
        page.goto(f"{stack.url}/account/{path}")
        expect_no_violation(page)
    for path in ("teams/new/", "t/acme-robotics/vms/new/", "t/nobody/vms/"):
        page.goto(f"{stack.url}/{path}")
        expect_no_violation(page)
    page.context.clear_cookies()
    for path in ("account/login/", "account/password/reset/", "account/signup/"):
        page.goto(f"{stack.url}/{path}")
        expect_no_violation(page)
