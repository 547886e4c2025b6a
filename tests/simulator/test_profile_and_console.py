"""A person's profile, and the console of a VM."""

import base64
import json

import pytest

from controlpanel.fluence import Changes, FluenceClient, NotFound, ProfileUpdate, Unavailable
from controlpanel.simulator.catalogue import WITHOUT_CONSOLE
from controlpanel.simulator.testing import RunningSimulator
from tests.simulator.raw import refusal, send
from tests.simulator.renting_parts import launched, settle


def test_a_profile_is_changed_field_by_field(client: FluenceClient[Changes]) -> None:
    assert client.account.profile().company == ""
    client.account.update_profile(ProfileUpdate(company="Acme", first_name="Ada"))
    after = client.account.update_profile(ProfileUpdate(first_name="Grace"))
    assert (after.first_name, after.company) == ("Grace", "Acme")
    assert client.account.profile() == after


def test_a_wrong_profile_is_refused(sim: RunningSimulator) -> None:
    status, _, message = refusal(send(sim, "PATCH /v1/users/me/profile", {"company": 7}))
    assert (status, message) == (422, "company: must be a text.")


def test_a_console_token_is_short_lived_and_for_this_vm(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client)
    minted = client.vms.console_token(vm.id)
    claims = minted.token.get_secret_value().split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert told["vm_id"] == vm.id
    assert told["workspace_id"] == minted.workspace_id
    assert minted.expires_at
    assert 0 < (minted.expires_at - sim.clock.now()).total_seconds() <= 300
    assert client.vms.console_token(vm.id).token != minted.token


def test_a_vm_that_is_gone_has_no_console(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client)
    client.vms.terminate(vm.id)
    settle(sim)
    with pytest.raises(NotFound):
        client.vms.console_token(vm.id)
    with pytest.raises(NotFound):
        client.vms.console_token("00000000-0000-4000-8000-000000000000")


def test_a_cluster_may_have_no_gateway(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client, cluster=WITHOUT_CONSOLE)
    with pytest.raises(Unavailable, match="no vm-api gateway"):
        client.vms.console_token(vm.id)
