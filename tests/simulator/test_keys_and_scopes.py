"""Who may call what."""

import pytest

from controlpanel.fluence import Changes, FluenceClient, Forbidden, NotFound
from controlpanel.simulator.accounts import FULL_KEY, READONLY_KEY, REVOKED_KEY, SECOND_KEY
from controlpanel.simulator.router import router
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import ED25519, rent, ssh_key_id, vm_request
from tests.simulator.raw import refusal, send

ME = "GET /v1/users/me"


@pytest.mark.parametrize(
    "headers", [{"X-API-KEY": FULL_KEY}, {"Authorization": f"X-API-KEY {FULL_KEY}"}]
)
def test_either_header_opens(sim: RunningSimulator, headers: dict[str, str]) -> None:
    assert send(sim, ME, headers=headers).json()["email"] == "cloud@example.com"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-KEY": ""},
        {"X-API-KEY": "wrong"},
        {"X-API-KEY": REVOKED_KEY},
        {"Authorization": f"Bearer {FULL_KEY}"},
    ],
)
def test_no_good_key_is_unauthorized(sim: RunningSimulator, headers: dict[str, str]) -> None:
    assert refusal(send(sim, ME, headers=headers))[:2] == (401, "unauthorized")


def test_the_service_status_needs_no_key(sim: RunningSimulator) -> None:
    answer = send(sim, "GET /v1/service/status", headers={}).json()
    assert answer == {"version": "0.10.0", "maintenanceMode": False}


@pytest.mark.parametrize(
    "operation",
    sorted(route.operation for route in router.routes if route.scope.endswith(("write", "create"))),
)
def test_a_read_only_key_may_change_nothing(sim: RunningSimulator, operation: str) -> None:
    path = operation.replace("{vm_id}", "00000000-0000-4000-8000-000000000000")
    status, code, message = refusal(send(sim, path, {}, headers={"X-API-KEY": READONLY_KEY}))
    assert (status, code) == (403, "forbidden")
    assert "scope" in message


def test_a_read_only_key_sees_the_same_account(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = rent(client)
    with FluenceClient(READONLY_KEY, sim.url).for_changes() as reader:
        assert [seen.id for seen in reader.vms.list().items] == [vm.id]
        assert reader.account.me().can_read_vms
        assert not reader.account.me().can_write_vms
        with pytest.raises(Forbidden):
            reader.vms.terminate(vm.id)


def test_another_account_sees_nothing_and_may_use_nothing(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = rent(client)
    key = ssh_key_id(client)
    with FluenceClient(SECOND_KEY, sim.url).for_changes() as stranger:
        assert stranger.vms.list().items == ()
        assert stranger.ssh_keys.list().items == ()
        for call in (stranger.vms.get, stranger.vms.terminate, stranger.ssh_keys.delete):
            with pytest.raises(NotFound):
                call(key if call == stranger.ssh_keys.delete else vm.id)
        stranger.ssh_keys.create("own", ED25519)
        for stolen in ({"ssh_keys": [key]}, {"boot_disk": vm.boot_disk}):
            with pytest.raises(NotFound):
                stranger.vms.create(vm_request(stranger, **stolen))
