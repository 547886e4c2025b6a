"""SSH keys: registered, deleted, and recognised when they are known already."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import ED25519
from tests.vms.deploying import Clock, entry_of, settle_for
from vms.models import SSHKey
from vms.ssh_key.services import ssh_key_create

CREATE_KEY = "POST /v1/ssh_keys"


@pytest.fixture
def url(team: Team) -> str:
    return reverse("vms:ssh-keys", kwargs={"slug": team.slug})


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


@pytest.mark.usefixtures("account")
def test_a_key_is_added_and_logged(
    browser: Client, url: str, team: Team, fluence: FluenceClient
) -> None:
    html = browser.post(url, {"name": "laptop", "public_key": ED25519}, follow=True).content
    assert b"laptop was added" in html
    key = SSHKey.objects.get()
    assert [remote.id for remote in fluence.ssh_keys.iterate()] == [key.remote_id]
    entry = entry_of(team, "ssh_key.create", "succeeded")
    assert (entry.target_name, entry.target_id) == ("laptop", key.remote_id)


def test_the_same_key_under_another_comment_is_known(
    key: SSHKey, browser: Client, url: str, sim: RunningSimulator
) -> None:
    again = " ".join(ED25519.split()[:2]) + " other@host"
    response = browser.post(url, {"name": "again", "public_key": again})
    assert response.status_code == 422
    assert "The account has this key already, as laptop" in response.content.decode()
    assert len(sim.requests(CREATE_KEY)) == 1


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "This is not a public key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "This is a private key"),
        ("", "This field is required"),
    ],
)
def test_what_is_no_public_key_is_told_beside_the_field(
    browser: Client, url: str, sim: RunningSimulator, text: str, words: str
) -> None:
    response = browser.post(url, {"name": "laptop", "public_key": text})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert "laptop" in response.content.decode()
    assert sim.requests(CREATE_KEY) == []


@pytest.mark.usefixtures("account")
def test_an_unanswered_one_is_found_by_its_key_material(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("timeout_after", operation=CREATE_KEY, times=1)
    operation = ssh_key_create(team=team, actor=petra, name="laptop", public_key=ED25519)
    assert operation.state == "unknown"
    settle_for(clock, 5)
    assert SSHKey.objects.get().name == "laptop"
    assert len(sim.requests(CREATE_KEY)) == 1


def test_a_key_is_deleted_although_somebody_else_was_quicker(
    key: SSHKey, browser: Client, team: Team, fluence: FluenceClient[Changes]
) -> None:
    fluence.ssh_keys.delete(key.remote_id)
    url = reverse("vms:ssh-key-delete", kwargs={"slug": team.slug, "pk": key.pk})
    assert b"laptop was deleted" in browser.post(url, follow=True).content
    assert not SSHKey.objects.exists()
    assert entry_of(team, "ssh_key.delete", "succeeded").changes == {}
    assert browser.post(url).status_code == 404


def test_another_teams_key_does_not_exist(
    key: SSHKey, client_for: Callable[[User], Client], outsider: User, other_team: Team
) -> None:
    url = reverse("vms:ssh-key-delete", kwargs={"slug": other_team.slug, "pk": key.pk})
    assert client_for(outsider).post(url).status_code == 404
    assert SSHKey.objects.exists()
