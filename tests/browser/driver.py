"""Debian's Chromium under Playwright, as the browser tests and the screenshots use it."""

import re
import shutil
from asyncio import wait_for
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.stack import Stack

# No sandbox: CI runs as root. The others keep Chromium from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# How long something may take to show, in milliseconds: only a failing test waits so long.
PATIENCE = 30_000
# Seconds for a browser context to close in.
CLOSING = 30
TEAM, OTHER_TEAM = "acme-robotics", "blue-harbour"
PUBLIC_KEY = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgJIjnDg1DjqOOxINs78oU3f7PJXIyq9uiNocNVhXNx laptop"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser.

    Raises:
        RuntimeError: there is no Chromium, with how to install it.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise RuntimeError("No Chromium was found. On Debian: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def close(context: BrowserContext) -> None:
    """Close a context; leave one behind that does not close, for the browser to take along.

    Chromium may never say that it has closed one: seen once in some ten runs of all tests, beside
    busy programs. Playwright waits for that without end and has no time limit for it.
    """
    with suppress(TimeoutError):
        context._sync(wait_for(context._impl_obj.close(None), CLOSING))


def log_in(context: BrowserContext, stack: Stack, person: str) -> Page:
    """Log in as a demo person ("operator", "viewer", "harbour", …); return its page of VMs."""
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(stack.url)
    page.get_by_label("Email").fill(f"{person}@demo.example")
    page.get_by_label("Password", exact=True).fill(stack.password)
    page.get_by_role("button", name="Log in").click()
    # The team's overview; most of what is done begins at its list.
    page.wait_for_url(re.compile("/t/[^/]+/$"))
    page.goto(f"{page.url}vms/")
    return page
