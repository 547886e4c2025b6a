"""Valkey is emptied and killed, or hangs, while deployments are under way."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.driver import chromium, log_in
from tests.browser.pages import go
from tests.stack import Stack

from .outcomes import expect_all_accounted_for
from .people import Person, deploy_fields
from .servers import Valkey, panel_on

pytestmark = [pytest.mark.stack, pytest.mark.browser]
made: list[str] = []


@pytest.fixture(scope="module")
def valkey_lost() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture(scope="module")
def stack(valkey_lost: Valkey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with panel_on(tmp_path_factory.mktemp("valkey"), REDIS_URL=valkey_lost.url) as running:
        yield running


@pytest.fixture
def page(stack: Stack) -> Iterator[Page]:
    with chromium() as browser:
        page = log_in(browser.new_context(), stack, "viewer")
        go(page, "vms/")
        yield page


def broker_of(stack: Stack) -> str:
    state: str = requests.get(f"{stack.url}/readyz", timeout=20).json()["broker"]["state"]
    return state


def test_valkey_is_emptied_and_killed_amid_a_deployment(
    stack: Stack, valkey_lost: Valkey, form: dict[str, Any], page: Page
) -> None:
    operator, before = Person(stack, "operator"), stack.processes
    stack.fault("latency", operation="POST /v2/vms", seconds=1.0, times=12)
    operator.post("vms/new/", **deploy_fields(form, "many", count=12))
    valkey_lost.client().flushall()
    valkey_lost.kill()

    expect(page.get_by_text("Live updates paused")).to_be_visible(timeout=10_000)
    one = operator.post("vms/new/", **deploy_fields(form, "one"))
    assert "one is being deployed" in one.text
    several = operator.post("vms/new/", **deploy_fields(form, "late", count=3))
    assert "Deploy 3 VMs" in several.text
    assert Person(stack, "admin").get("audit/").ok, "one can still log in"
    assert broker_of(stack) == "failing"

    valkey_lost.start()
    expect(page.get_by_text("Live updates paused")).to_be_hidden(timeout=15_000)
    made[:] = ["one", *(f"late-{n}" for n in range(1, 4)), *(f"many-{n}" for n in range(1, 13))]
    expect_all_accounted_for(stack, *made)
    expect(page.locator("#vm-rows tr")).to_have_count(len(made))
    assert stack.wait_for(lambda: broker_of(stack) == "ok")
    assert stack.processes == before, "web, worker and beat went on by themselves"
    assert {answer.status_code for answer in operator.answers} == {200}


def test_valkey_hangs_and_no_page_waits_for_it(
    stack: Stack, valkey_lost: Valkey, form: dict[str, Any]
) -> None:
    operator, before = Person(stack, "operator"), stack.processes
    valkey_lost.freeze()
    try:
        began = time.monotonic()
        for _ in range(4):
            assert operator.get("vms/").ok
        assert (
            "hung is being deployed"
            in operator.post("vms/new/", **deploy_fields(form, "hung")).text
        )
        assert time.monotonic() - began < 10
        assert broker_of(stack) == "failing"
    finally:
        valkey_lost.thaw()
    made.append("hung")
    expect_all_accounted_for(stack, *made)
    assert stack.processes == before
