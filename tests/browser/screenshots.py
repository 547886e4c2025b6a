"""`make screenshots`: run the panel, do the main job, and picture every page for the README.

To look at every page wide and narrow, light and dark, name another folder:

    python -m tests.browser.screenshots FOLDER
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.stack import Stack

from .driver import chromium, log_in
from .pages import deploy, expect_status, fill_deployment, go, resource, row

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
NAMES = ("shop-frontend", "shop-api", "reports")
PAGES = {
    "overview": "",
    "vm-list": "vms/",
    "places": "places/",
    "ssh-keys": "ssh-keys/",
    "audit-log": "audit/",
    "members": "members/",
    "account": "account/",
}
# Looked at, and not shown in the README.
MORE_PAGES = {
    "disks": "disks/",
    "public-ips": "public-ips/?show=left-over",
    "networks": "networks/",
    "spend": "spend/",
    "top-ups": "top-ups/",
}
WIDE, NARROW = 1280, 390


def main() -> None:
    every_look = len(sys.argv) > 1
    folder = Path(sys.argv[1]) if every_look else FOLDER
    looks = [(scheme, width) for scheme in ("light", "dark") for width in (WIDE, NARROW)]
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        Stack(Path(data), speed=20) as stack,
        chromium() as browser,
    ):
        rent(browser, stack)
        for scheme, width in looks if every_look else looks[:1]:
            picture_all(browser, stack, folder, scheme, width)


def rent(browser: Browser, stack: Stack) -> None:
    """Do what a team does on its first day, so that there is something to see."""
    page = log_in(browser.new_context(), stack, "operator")
    for name in NAMES:
        deploy(page, name)
    deploy(page, "worker", count=3)
    for name in (*NAMES, "worker-1", "worker-2", "worker-3"):
        expect_status(page, name, "Launched")
    row(page, "worker-3").get_by_role("link", name="Terminate").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Type the name").fill("worker-3")
    dialog.get_by_role("button", name="Terminate worker-3").click()
    page.wait_for_url("**/vms/*-*/")
    deploy(page, "batch", count=2)
    page.context.close()


def picture_all(browser: Browser, stack: Stack, folder: Path, scheme: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    page = log_in(context, stack, "owner")
    suffix = ("" if width == WIDE else "-narrow") + ("" if scheme == "light" else "-dark")
    is_for_readme = folder == FOLDER
    for name, path in (PAGES if is_for_readme else PAGES | MORE_PAGES).items():
        go(page, path)
        picture(page, folder / f"{name}{suffix}.png")
    if not is_for_readme:
        picture_disk(page, folder, suffix)
    go(page, "vms/")
    row(page, "shop-api").get_by_role("link", name="shop-api", exact=True).click()
    page.locator("#ssh-command").wait_for()
    picture(page, folder / f"vm{suffix}.png")
    fill_deployment(page, "web", count=3)
    page.get_by_text("Priced by Fluence just now").wait_for(state="attached")
    page.evaluate("scrollTo(0, 0)")
    picture(page, folder / f"deploy{suffix}.png")
    context.close()


def picture_disk(page: Page, folder: Path, suffix: str) -> None:
    """Take a disk's page, and the dialog that is the same."""
    go(page, "disks/")
    resource(page, "shop-api-boot").get_by_role("link", name="shop-api-boot", exact=True).click()
    page.locator("#resource").wait_for()
    picture(page, folder / f"disk{suffix}.png")
    go(page, "disks/")
    resource(page, "shop-api-boot").get_by_label("Change shop-api-boot").click()
    page.locator("#dialog-title").wait_for()
    picture(page, folder / f"disk-dialog{suffix}.png")


def picture(page: Page, path: Path) -> None:
    """Take the window as it is: what a person sees without scrolling."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path, animations="disabled")


if __name__ == "__main__":
    main()
