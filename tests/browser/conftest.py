"""One running panel and one browser for all; each person has a browser context of their own."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.stack import Stack

from .driver import chromium, close, log_in

ARTIFACTS = Path(__file__).resolve().parents[2] / "test-artifacts"


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    settings = {"SIMULATOR_CONTROL": "on", "SETTLE_GRACE_SECONDS": "4"}
    with Stack(tmp_path_factory.mktemp("stack"), speed=20, **settings) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page_for(
    browser: Browser, stack: Stack, request: pytest.FixtureRequest
) -> Iterator[Callable[..., Page]]:
    """`page_for("viewer", width=390)`: a page of somebody who has just logged in.

    The test fails if any of its pages breaks the Content-Security-Policy or raises in a script.
    """
    pages: list[Page] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    def open_page(person: str, *, width: int = 1280, **options: object) -> Page:
        viewport = {"width": width, "height": 860}
        context = browser.new_context(viewport=viewport, **options)  # type: ignore[arg-type]
        context.on("console", heard)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = log_in(context, stack, person)
        pages.append(page)
        return page

    yield open_page
    for number, page in enumerate(pages):
        if request.node.stash.get(FAILED, False):
            ARTIFACTS.mkdir(exist_ok=True)
            page.screenshot(path=ARTIFACTS / f"{request.node.name}-{number}.png", full_page=True)
        close(page.context)
    assert not complaints


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def fault(stack: Stack) -> Iterator[Callable[..., None]]:
    """`fault("maintenance")`: let the simulator misbehave until the test is over."""
    url = f"{stack.simulator_url}/_control/faults"

    def add(kind: str, **options: object) -> None:
        requests.post(url, json={"kind": kind, **options}, timeout=30).raise_for_status()

    yield add
    requests.delete(url, timeout=30).raise_for_status()
