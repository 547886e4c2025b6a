"""What is asked of a key and not known yet is on the keys' page, with what to do about it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import ED25519
from tests.vms.deploying import GRACE, Clock, entry_of, settle_for
from vms.models import FluenceAccount, Operation
from vms.ssh_key.services import ssh_key_create

CREATE_KEY = "POST /v1/ssh_keys"
AN_HOUR = 3700


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


@pytest.fixture
def unanswered(
    account: FluenceAccount, team: Team, petra: Actor, sim: RunningSimulator
) -> Operation:
    sim.faults.add("timeout_before", operation=CREATE_KEY, times=1, seconds=1)
    return ssh_key_create(team=team, actor=petra, name="laptop", public_key=ED25519)


def page_of(browser: Client, team: Team) -> str:
    url = reverse("vms:ssh-keys", kwargs={"slug": team.slug})
    return " ".join(browser.get(url).content.decode().split())


@pytest.mark.usefixtures("unanswered")
def test_an_unanswered_one_is_under_way_and_then_not_done(
    browser: Client, team: Team, clock: Clock
) -> None:
    assert "Add SSH key (laptop): under way" in page_of(browser, team)
    settle_for(clock, GRACE + 10)
    told = page_of(browser, team)
    assert "Add SSH key (laptop): not done" in told
    assert "You can try again." in told
    clock.advance(AN_HOUR)
    assert "Add SSH key (laptop)" not in page_of(browser, team)


def dismiss_url(team: Team, operation: Operation) -> str:
    return reverse("vms:ssh-key-change-dismiss", kwargs={"slug": team.slug, "pk": operation.pk})


def test_one_that_nobody_can_tell_of_needs_attention_and_can_be_dismissed(
    browser: Client, team: Team, clock: Clock, unanswered: Operation, sim: RunningSimulator
) -> None:
    sim.faults.add("status", status=401)
    clock.advance(AN_HOUR)
    settle_for(clock, 20)
    told = page_of(browser, team)
    assert "Add SSH key (laptop): needs attention" in told
    assert "Look there whether laptop is as it should be, then dismiss this." in told
    html = browser.post(dismiss_url(team, unanswered), follow=True).content.decode()
    assert "Add SSH key (laptop)" not in html
    assert entry_of(team, "ssh_key.create", "failed").error_code == "settled_by_person"
    assert entry_of(team, "ssh_key.dismiss", "succeeded").actor_name == "Petra"
    again = browser.post(dismiss_url(team, unanswered), follow=True).content.decode()
    assert "nothing to settle any more" in again


def test_one_that_is_still_looked_at_cannot_be_dismissed(
    browser: Client, team: Team, unanswered: Operation
) -> None:
    browser.post(dismiss_url(team, unanswered))
    unanswered.refresh_from_db()
    assert unanswered.state == "unknown"


def test_another_teams_change_does_not_exist(
    client_for: Callable[[User], Client],
    outsider: User,
    other_team: Team,
    unanswered: Operation,
) -> None:
    assert client_for(outsider).post(dismiss_url(other_team, unanswered)).status_code == 404
