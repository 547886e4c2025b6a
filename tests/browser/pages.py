"""What a person does on the VM pages, in words."""

import re

from playwright.sync_api import Locator, Page, Response, expect

from .driver import PUBLIC_KEY, TEAM


def go(page: Page, path: str, team: str = TEAM) -> None:
    origin = re.match(r"https?://[^/]+", page.url)
    assert origin
    page.goto(f"{origin[0]}/t/{team}/{path}")


def fill_deployment(page: Page, name: str, *, count: int = 1, team: str = TEAM) -> None:
    """Open the deploy form and fill it; the team's first deployment registers a key as well."""
    go(page, "vms/new/", team)
    # Just after the start the page waits for the catalogue.
    expect(page.get_by_label("Name", exact=True)).to_be_visible()
    if page.get_by_role("checkbox", name="laptop").count() == 0:
        page.get_by_label("New public key").fill(PUBLIC_KEY)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("How many").fill(str(count))


def send_deployment(page: Page, button: str = "Deploy") -> None:
    """Send the form, and say yes where the price is asked about first."""
    with page.expect_response(_is_sent) as sent:
        page.get_by_role("button", name=button, exact=True).click()
    if sent.value.status == 200 and "hx-redirect" not in sent.value.headers:
        with page.expect_response(_is_sent):
            page.locator('button[name="confirmed"]').click()


def _is_sent(response: Response) -> bool:
    return response.request.method == "POST" and response.url.partition("?")[0].endswith("/new/")


def deploy(page: Page, name: str, *, count: int = 1) -> None:
    fill_deployment(page, name, count=count)
    send_deployment(page)
    if count > 1:
        page.wait_for_url("**/batches/*/")
        go(page, "vms/")
    else:
        page.wait_for_url("**/vms/")


def row(page: Page, name: str) -> Locator:
    return page.locator("#vm-rows tr").filter(has=page.get_by_role("link", name=name, exact=True))


def expect_status(page: Page, name: str, status: str, *, seconds: float = 60) -> None:
    """Wait until the list shows the status, without touching the page."""
    cell = row(page, name).locator(".status")
    expect(cell).to_have_text(re.compile(rf"\s*{status}\s*"), timeout=seconds * 1000)


def expect_launched(page: Page, name: str, count: int) -> None:
    """Wait until every VM of a deployment of several has started."""
    for number in range(1, count + 1):
        expect_status(page, f"{name}-{number}", "Launched")


def resource(page: Page, name: str) -> Locator:
    """Return the row of a disk or an address."""
    return page.locator(".resource-table tbody tr").filter(has_text=re.compile(rf"^\s*{name}"))


def act(page: Page, name: str, button: str) -> Locator:
    """Open what is to be done to it; return the dialog."""
    resource(page, name).get_by_label(f"Change {name}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("link", name=button).click()
    return dialog


def choose(select: Locator, words: str) -> None:
    """Choose the option whose label begins with these words."""
    expect(select).to_contain_text(re.compile(re.escape(words)))
    labels = select.locator("option").all_inner_texts()
    select.select_option(label=next(label for label in labels if label.startswith(words)))
