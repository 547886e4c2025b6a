"""A refusal, another page and Back, a session that ends: what was typed is there afterwards."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.fluence.renting import public_key
from tests.stack import Stack

from .pages import deploy, expect_status, fill_deployment, go, row, send_deployment

pytestmark = pytest.mark.browser
OTHER_KEY = public_key(77)
TEXT = "#cloud-config\nruncmd: [date]\n"
MISTAKEN = "#cloud-config\nruncmds: [date]\n"


def fill(page: Page, name: str, text: str = TEXT, count: int = 1) -> None:
    fill_deployment(page, name, count=count)
    page.get_by_text("Run something at first boot").click()
    page.get_by_label("Cloud-init").fill(text)
    page.get_by_label("Size of the boot disk").fill("31")


def saved(page: Page) -> None:
    """Leave the field and wait until the page has kept what is in it."""
    with page.expect_response(re.compile("/vms/new/draft/")):
        page.get_by_label("Size of the boot disk").fill("33")


def deploys(page: Page) -> None:
    page.get_by_role("complementary").get_by_role("button", name="Deploy").click()


def test_a_refused_form_keeps_the_text_in_its_field_although_no_answer_has_it(
    page_for: Callable[..., Page],
) -> None:
    page = page_for("operator")
    fill(page, "unlost", MISTAKEN)
    with page.expect_response(lambda answer: answer.request.method == "POST") as refused:
        deploys(page)
    assert "[date]" not in refused.value.text()
    expect(page.get_by_text("Line 2: cloud-init does not know runcmds. Did you")).to_be_visible()
    expect(page.get_by_label("Cloud-init")).to_have_value(MISTAKEN)
    page.get_by_label("Cloud-init").fill(TEXT)
    page.get_by_label("How many").fill("2")
    deploys(page)
    expect(page.get_by_role("heading", name="Deploy 2 VMs?")).to_be_visible()
    page.get_by_role("button", name="Back to the form").click()
    expect(page.get_by_label("Cloud-init")).to_have_value(TEXT)
    expect(page.get_by_label("Size of the boot disk")).to_have_value("31")
    page.get_by_label("How many").fill("1")
    send_deployment(page)
    page.wait_for_url("**/vms/")
    expect_status(page, "unlost", "Launched")
    row(page, "unlost").get_by_role("link", name="unlost", exact=True).click()
    expect(page.get_by_text("Cloud-init").first).to_be_visible()


def test_deploy_anyway_takes_the_text_as_it_is(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    fill(page, "anyway", MISTAKEN)
    deploys(page)
    expect(page.get_by_role("button", name="Deploy anyway")).to_be_visible()
    send_deployment(page, "Deploy anyway")
    page.wait_for_url("**/vms/")
    expect(row(page, "anyway")).to_have_count(1)


def test_another_page_and_back(page_for: Callable[..., Page]) -> None:
    page = page_for("operator")
    fill(page, "went-away")
    saved(page)
    page.get_by_role("link", name="Members").first.click()
    expect(page.get_by_role("heading", name="Members")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Name", exact=True)).to_have_value("went-away")
    expect(page.get_by_label("Size of the boot disk")).to_have_value("33")
    expect(page.get_by_label("Cloud-init")).to_have_value(TEXT)
    # Afresh too, where the browser remembers nothing.
    go(page, "vms/new/")
    expect(page.get_by_label("Name", exact=True)).not_to_have_value("went-away")
    page.get_by_role("link", name="Go on with it").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("went-away")
    expect(page.get_by_text("kept for this form: 29 bytes")).to_be_visible()
    page.get_by_role("button", name="Begin afresh").click()
    expect(page.get_by_label("Name", exact=True)).not_to_have_value("went-away")
    expect(page.get_by_text("kept for this form")).to_have_count(0)


@pytest.mark.parametrize(
    ("form", "typed"),
    [
        ("ssh-keys/", {"Name": "half", "Public key": "ssh-ed25519 AAAA"}),
        ("members/", {"Email": "half@typed.example"}),
    ],
)
def test_smaller_forms_are_as_they_were_left(
    page_for: Callable[..., Page], form: str, typed: dict[str, str]
) -> None:
    """By the browser itself, which forgets what stands in fields without autocompletion."""
    page = page_for("owner")
    go(page, form)
    for label, text in typed.items():
        page.get_by_label(label, exact=True).first.fill(text)
    page.get_by_role("link", name="Audit log").first.click()
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()
    page.go_back()
    for label, text in typed.items():
        expect(page.get_by_label(label, exact=True).first).to_have_value(text)


def log_in_above(page: Page, stack: Stack) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Email").fill("operator@demo.example")
    dialog.get_by_label("Password", exact=True).fill("wrong")
    dialog.get_by_role("button", name="Log in").click()
    expect(dialog.get_by_text("not correct")).to_be_visible()
    expect(dialog.get_by_role("alert")).to_be_focused()
    dialog.get_by_label("Password", exact=True).fill(stack.password)
    dialog.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("You are logged in again.").first).to_be_visible()
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize("lost", ["session", "every cookie"])
def test_a_session_that_ends_is_renewed_above_the_page(
    page_for: Callable[..., Page], stack: Stack, lost: str
) -> None:
    page = page_for("operator")
    name = f"lapse-{len(lost)}"
    fill(page, name)
    saved(page)
    page.context.clear_cookies(name=re.compile("" if lost == "every cookie" else "session"))
    deploys(page)
    log_in_above(page, stack)
    expect(page.get_by_label("Cloud-init")).to_have_value(TEXT)
    expect(page.get_by_label("Name", exact=True)).to_have_value(name)
    send_deployment(page)
    page.wait_for_url("**/vms/")
    expect(row(page, name)).to_have_count(1)


def test_a_form_that_leaves_its_page_is_not_sent_into_the_login(
    page_for: Callable[..., Page], stack: Stack
) -> None:
    page = page_for("operator")
    go(page, "ssh-keys/")
    page.get_by_label("Name", exact=True).fill("from-a-lapse")
    page.get_by_label("Public key").fill(OTHER_KEY)
    page.wait_for_function(
        "performance.getEntriesByName(new URL(document.body.dataset.lapse, location)).length"
    )
    page.context.clear_cookies(name=re.compile("session"))
    page.get_by_role("button", name="Add key").click()
    log_in_above(page, stack)
    expect(page.get_by_label("Public key")).to_have_value(OTHER_KEY)
    page.get_by_role("button", name="Add key").click()
    expect(page.get_by_text("from-a-lapse was added")).to_be_visible()


def test_where_nothing_is_typed_the_page_gives_way_to_the_login(
    page_for: Callable[..., Page],
) -> None:
    page, operator = page_for("viewer"), page_for("operator")
    deploy(operator, "searched")
    go(page, "vms/")
    page.context.clear_cookies(name=re.compile("session"))
    page.get_by_placeholder("Search by name").fill("x")
    page.wait_for_url("**/login/**")
