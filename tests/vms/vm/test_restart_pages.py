"""Restarting from the pages: one VM from its row, many from the list; offered where it works."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import RESTART, SOFT_REBOOT, Clock, launched, settle_for
from tests.vms.rows import vm_rows
from vms.batch.selectors import batch_progress
from vms.models import VM, Batch, Operation

BOTH: dict[str, Any] = {"allowed_actions": ["restart", "softReboot", "terminate"]}


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


def page(name: str, **kwargs: object) -> str:
    return reverse(f"vms:{name}", kwargs={"slug": "acme", **kwargs})


@pytest.fixture
def vm(catalogue: None, key: object, team: Team, petra: Actor, clock: Clock) -> VM:
    return launched(team, petra, clock)


@pytest.mark.parametrize(
    ("how", "call", "words"),
    [
        ("vm.restart", RESTART, "web-1 is being restarted."),
        ("vm.soft_reboot", SOFT_REBOOT, "web-1 is rebooting."),
    ],
)
def test_one_is_restarted_as_chosen(
    vm: VM, browser: Client, sim: RunningSimulator, how: str, call: str, words: str
) -> None:
    html = browser.get(page("restart", pk=vm.pk)).content.decode()
    assert "What runs on it is interrupted" in html
    html = browser.post(page("restart", pk=vm.pk), {"how": how}, follow=True).content.decode()
    assert words in html
    assert len(sim.requests(call)) == 1
    again = browser.post(page("restart", pk=vm.pk), {"how": how})
    assert again.status_code == 422
    assert len(sim.requests(call)) == 1
    assert "Fluence does not offer a restart while it is" in again.content.decode()


def test_a_refusal_stands_in_the_dialog(vm: VM, browser: Client, sim: RunningSimulator) -> None:
    sim.faults.add("status", operation=RESTART, status=401, times=1)
    response = browser.post(
        page("restart", pk=vm.pk), {"how": "vm.restart"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 422
    assert "Fluence rejected the team&#x27;s API key" in response.content.decode()


def test_a_way_has_to_be_one_that_is_offered(browser: Client, team: Team) -> None:
    (gentle,) = vm_rows(team, 1, allowed_actions=["softReboot"])
    html = browser.get(page("restart", pk=gentle.pk)).content.decode()
    assert html.count('name="how"') == 1
    response = browser.post(page("restart", pk=gentle.pk), {"how": "vm.restart"})
    assert response.status_code == 422
    assert not Operation.objects.exists()


def test_the_button_is_there_only_where_role_and_status_allow_it(
    browser: Client, client_for: Callable[[User], Client], viewer: User, team: Team
) -> None:
    (vm,) = vm_rows(team, 1, **BOTH)
    (busy,) = vm_rows(team, 1, prefix="busy", status="restarting", allowed_actions=["terminate"])
    button = 'aria-label="Restart vm-0"'
    assert button in browser.get(page("detail", pk=vm.pk)).content.decode()
    assert "Restart busy-0" not in browser.get(page("detail", pk=busy.pk)).content.decode()
    assert button not in client_for(viewer).get(page("detail", pk=vm.pk)).content.decode()


def test_a_row_offers_it_only_where_it_is_due_so_that_the_list_stays_light(
    browser: Client, client_for: Callable[[User], Client], viewer: User, team: Team
) -> None:
    vm_rows(team, 1, prefix="fine", **BOTH)
    vm_rows(team, 1, prefix="due", restart_required=True, **BOTH)
    html = browser.get(page("list")).content.decode()
    assert 'aria-label="Restart due-0"' in html
    assert "Restart fine-0" not in html
    assert "Restart due-0" not in client_for(viewer).get(page("list")).content.decode()


def test_a_vm_that_needs_a_restart_says_so(browser: Client, team: Team) -> None:
    (vm,) = vm_rows(team, 1, restart_required=True, **BOTH)
    assert "A restart is needed" in browser.get(page("detail", pk=vm.pk)).content.decode()


def many(vms: list[VM], **fields: Any) -> dict[str, Any]:
    return {"vm": [vm.pk for vm in vms], "form_key": str(uuid4()), **fields}


def test_many_are_confirmed_begun_once_and_restarted(
    vm: VM, browser: Client, team: Team, clock: Clock, sim: RunningSimulator
) -> None:
    busy = vm_rows(team, 1, prefix="busy", status="restarting", allowed_actions=["terminate"])
    data = many([vm, *busy], how="vm.soft_reboot")
    html = browser.get(page("restart-many"), {"vm": data["vm"]}).content.decode()
    assert "<h1>Restart 1 VM?</h1>" in html
    assert html.index("Left out") < html.index("busy-0")
    assert browser.post(page("restart-many"), data | {"how": ""}).status_code == 422
    response = browser.post(page("restart-many"), data)
    batch = Batch.objects.get()
    assert response["Location"] == page("batch", pk=batch.pk)
    assert browser.post(page("restart-many"), data)["Location"] == response["Location"]
    assert "<h1>Soft reboot 1 VM</h1>" in browser.get(response["Location"]).content.decode()
    settle_for(clock, 15)
    assert batch_progress(batch).succeeded == 1
    assert len(sim.requests(SOFT_REBOOT)) == 1


def test_with_none_chosen_it_leads_back_to_the_list(browser: Client) -> None:
    assert browser.get(page("restart-many"))["Location"] == page("list")
