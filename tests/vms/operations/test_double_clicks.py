"""Each form that changes something asks once, however often it is sent: one call, one story."""

import re
from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.audit.models import AuditEntry
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import ED25519
from tests.vms.deploying import RENAME, TERMINATE, Clock, launched, log_of
from vms.account.services import account_connect
from vms.models import VM, FluenceAccount, Operation, SSHKey

CREATE_KEY, DELETE_KEY = "POST /v1/ssh_keys", "DELETE /v1/ssh_keys/{ssh_key_id}"


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


@pytest.fixture
def vm(catalogue: None, key: SSHKey, team: Team, petra: Actor, clock: Clock) -> VM:
    return launched(team, petra, clock)


def page_of(name: str, team: Team, **kwargs: object) -> str:
    return reverse(f"vms:{name}", kwargs={"slug": team.slug, **kwargs})


def form_key_on(browser: Client, url: str) -> str:
    found = re.search(r'name="form_key" value="([-0-9a-f]{36})"', browser.get(url).content.decode())
    assert found
    return found[1]


def test_a_rename_sent_twice(browser: Client, vm: VM, team: Team, sim: RunningSimulator) -> None:
    url = page_of("rename", team, pk=vm.pk)
    sent = {"name": "db-1", "form_key": form_key_on(browser, url)}
    answers = [browser.post(url, sent, follow=True) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Renamed to db-1." in answers[1].content.decode()
    assert len(sim.requests(RENAME)) == 1
    assert log_of(team, "vm.rename") == ["vm.rename requested", "vm.rename succeeded"]


def test_a_form_gone_back_to_with_another_name_is_another_rename(
    browser: Client, vm: VM, team: Team
) -> None:
    url = page_of("rename", team, pk=vm.pk)
    form_key = form_key_on(browser, url)
    for name in ("db-1", "db-2"):
        browser.post(url, {"name": name, "form_key": form_key})
    assert VM.objects.get().name == "db-2"


def test_a_refused_rename_can_be_sent_again_from_the_form_that_says_so(
    browser: Client, vm: VM, team: Team, sim: RunningSimulator
) -> None:
    url = page_of("rename", team, pk=vm.pk)
    sent = {"name": "db-1", "form_key": form_key_on(browser, url)}
    sim.faults.add("status", operation=RENAME, status=406, times=1)
    refused = browser.post(url, sent)
    assert refused.status_code == 422
    found = re.search(r'name="form_key" value="([-0-9a-f]{36})"', refused.content.decode())
    assert found
    assert found[1] != sent["form_key"]
    assert browser.post(url, sent | {"form_key": found[1]}).status_code == 302
    assert VM.objects.get().name == "db-1"


def test_a_termination_sent_twice(
    browser: Client, vm: VM, team: Team, sim: RunningSimulator
) -> None:
    url = page_of("terminate", team, pk=vm.pk)
    sent = {"confirmation": vm.name, "form_key": form_key_on(browser, url)}
    answers = [browser.post(url, sent, follow=True) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "web-1 is being terminated." in answers[1].content.decode()
    assert len(sim.requests(TERMINATE)) == 1
    assert log_of(team, "vm.terminate") == ["vm.terminate requested", "vm.terminate succeeded"]


def test_a_key_added_twice(
    browser: Client, account: FluenceAccount, team: Team, sim: RunningSimulator
) -> None:
    url = page_of("ssh-keys", team)
    sent = {"name": "laptop", "public_key": ED25519, "form_key": form_key_on(browser, url)}
    answers = [browser.post(url, sent, follow=True) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "laptop was added." in answers[1].content.decode()
    assert len(sim.requests(CREATE_KEY)) == 1
    assert Operation.objects.count() == 1


def test_a_vm_dismissed_twice(browser: Client, vm: VM, team: Team) -> None:
    VM.objects.update(status="lost")
    for _ in range(2):
        browser.post(page_of("dismiss", team, pk=vm.pk))
    assert AuditEntry.objects.filter(action="vm.dismiss").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_key_deleted_by_two_clicks_in_the_same_moment(
    browser: Client, key: SSHKey, team: Team, sim: RunningSimulator
) -> None:
    sim.faults.add("latency", operation=DELETE_KEY, times=1, seconds=0.3)
    url = page_of("ssh-key-delete", team, pk=key.pk)

    def click() -> None:
        browser.post(url)
        connection.close()

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sim.requests(DELETE_KEY)) == 1
    deleted = AuditEntry.objects.filter(action="ssh_key.delete").values_list("outcome", flat=True)
    assert sorted(deleted) == ["requested", "succeeded"]


def test_an_account_connected_twice(olga: Actor, account: FluenceAccount, team: Team) -> None:
    again = account_connect(team=team, actor=olga, api_key=FULL_KEY)
    assert again == account
    assert AuditEntry.objects.filter(action="account.connect").count() == 1


def test_the_same_key_connected_again_after_it_was_refused_is_a_new_act(
    olga: Actor, account: FluenceAccount, team: Team
) -> None:
    FluenceAccount.objects.update(health="key_rejected")
    assert account_connect(team=team, actor=olga, api_key=FULL_KEY).health == "ok"
    assert AuditEntry.objects.filter(action="account.connect").count() == 2


def test_a_team_created_twice(browser: Client) -> None:
    url = reverse("team-create")
    sent = {"name": "Rockets", "form_key": form_key_on(browser, url)}
    answers = [browser.post(url, sent) for _ in range(2)]
    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert Team.objects.filter(name="Rockets").count() == 1
    assert AuditEntry.objects.filter(action="team.create").count() == 1
    browser.post(url, sent | {"form_key": form_key_on(browser, url)})
    assert Team.objects.filter(name="Rockets").count() == 2, "another form is another team"
