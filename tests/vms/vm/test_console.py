"""The console of a VM: logged before it is made, shown once, kept nowhere."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.audit.models import AuditEntry
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import Clock, launched, log_of
from vms.models import VM

pytestmark = pytest.mark.usefixtures("catalogue", "key")
MINT = "POST /v2/vms/{vm_id}/vm-api-access-token"


@pytest.fixture
def vm(team: Team, petra: Actor, clock: Clock) -> VM:
    return launched(team, petra, clock)


@pytest.fixture
def url(vm: VM, team: Team) -> str:
    return reverse("vms:console", kwargs={"slug": team.slug, "pk": vm.pk})


def test_it_is_shown_once_and_kept_nowhere(
    url: str, team: Team, client_for: Callable[[User], Client], admin: User, sim: RunningSimulator
) -> None:
    browser = client_for(admin)
    assert "Make a token" in browser.get(url).content.decode()
    assert sim.requests(MINT) == []
    page = browser.post(url)
    secret = page.context["secret"]
    html = page.content.decode()
    assert secret in html
    assert "vm-api.vistula.simulator.example" in html
    assert page["Cache-Control"].count("no-store")
    assert log_of(team, "vm.console") == ["vm.console requested", "vm.console succeeded"]
    assert secret not in browser.get(url).content.decode()
    kept = str(list(AuditEntry.objects.values())) + str(list(VM.objects.values()))
    assert secret not in kept
    assert connection.vendor


def test_what_fluence_refuses_is_told_and_logged(
    url: str, team: Team, client_for: Callable[[User], Client], admin: User, sim: RunningSimulator
) -> None:
    sim.faults.add("status", operation=MINT, times=1, status=403)
    page = client_for(admin).post(url, follow=True)
    assert "may not do this" in page.content.decode()
    assert log_of(team, "vm.console") == ["vm.console requested", "vm.console failed"]


def test_an_operator_may_not(
    url: str, client_for: Callable[[User], Client], operator: User, sim: RunningSimulator
) -> None:
    assert client_for(operator).post(url).status_code == 403
    assert sim.requests(MINT) == []
