"""A private key that is pasted for a public one does not leave the browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.vms.key_texts import private_texts, public_texts

from .driver import PUBLIC_KEY
from .pages import go

pytestmark = pytest.mark.browser
HOLDS = """async (texts) => {
  const { holdsPrivateKey } = await import(document.querySelector('script[src*="keys"]').src);
  return texts.map((text) => holdsPrivateKey(text, true));
}"""


def test_the_browser_knows_every_form_that_the_server_knows(
    page_for: Callable[..., Page],
) -> None:
    page = page_for("operator")
    go(page, "ssh-keys/")
    for texts, is_private in ((private_texts(), True), (public_texts(), False)):
        found = page.evaluate(HOLDS, list(texts.values()))
        assert dict(zip(texts, found, strict=True)) == dict.fromkeys(texts, is_private)


@pytest.mark.parametrize(
    ("path", "field"), [("ssh-keys/", "Public key"), ("vms/new/", "New public key")]
)
def test_a_private_key_is_taken_out_of_the_field_and_not_sent(
    page_for: Callable[..., Page], path: str, field: str
) -> None:
    page = page_for("operator")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or ""))
    go(page, path)
    if path == "vms/new/" and not page.get_by_label(field).is_visible():
        page.get_by_text("Add a new key").click()
    key = page.get_by_label(field)
    key.fill(private_texts()["openssh"])
    expect(key).to_have_value("")
    expect(key).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert")).to_contain_text("This is a private key")
    key.fill(PUBLIC_KEY)
    expect(key).to_have_value(PUBLIC_KEY)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert not any("PRIVATE KEY" in body for body in sent)
