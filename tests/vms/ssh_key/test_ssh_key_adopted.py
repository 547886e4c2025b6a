"""A key that the account has already is taken as it is, under its own name."""

import pytest
from django.test import Client

from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, Conflict, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import ED25519, public_key
from vms.models import FluenceAccount, SSHKey
from vms.ssh_key.services import ssh_key_create

CREATE = "POST /v1/ssh_keys"


def test_fluence_refuses_the_same_key_with_another_comment(
    fluence: FluenceClient[Changes],
) -> None:
    fluence.ssh_keys.create("laptop", ED25519)
    with pytest.raises(Conflict, match="laptop"):
        fluence.ssh_keys.create("other", f"{' '.join(ED25519.split()[:2])} elsewhere")
    fluence.ssh_keys.create("other", public_key(1))


@pytest.mark.usefixtures("account")
def test_one_that_was_added_elsewhere_is_adopted(
    team: Team, petra: Actor, fluence: FluenceClient[Changes]
) -> None:
    there = fluence.ssh_keys.create("by-hand", ED25519)
    operation = ssh_key_create(team=team, actor=petra, name="laptop", public_key=ED25519)
    assert operation.state == "succeeded"
    assert (operation.target_name, operation.target_id) == ("by-hand", there.id)
    assert [key.name for key in SSHKey.objects.all()] == ["by-hand"]


@pytest.mark.usefixtures("account")
def test_the_person_is_told_so(
    team: Team, client: Client, operator: object, fluence: FluenceClient[Changes]
) -> None:
    fluence.ssh_keys.create("by-hand", ED25519)
    client.force_login(operator)  # type: ignore[arg-type]
    data = {"name": "laptop", "public_key": ED25519}
    html = client.post(f"/t/{team.slug}/ssh-keys/", data, follow=True).content.decode()
    assert "The account has this key already, as by-hand." in html


@pytest.mark.usefixtures("account")
def test_a_conflict_of_another_kind_is_a_refusal(
    team: Team, petra: Actor, sim: RunningSimulator
) -> None:
    sim.faults.add("status", operation=CREATE, status=409, times=1)
    operation = ssh_key_create(team=team, actor=petra, name="laptop", public_key=ED25519)
    assert (operation.state, operation.error_code) == ("failed", "conflict")
    assert not SSHKey.objects.filter(account=FluenceAccount.objects.get()).exists()
