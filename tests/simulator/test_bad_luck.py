"""What the provider may do to an account that did not ask for it."""

from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from tests.simulator.renting_parts import launched, settle


def test_a_vm_is_terminated_by_the_provider(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    first, second = launched(sim, client), launched(sim, client, name="web-2")
    sim.faults.add("provider_terminates", times=1)
    assert [client.vms.get(vm.id).status for vm in (first, second)] == ["terminating", "launched"]
    settle(sim)
    assert client.vms.get(first.id).status == "terminated"
    assert client.vms.get(second.id).status == "launched"
    assert client.storages.get(first.boot_disk or "").status == "ready"


def test_it_waits_for_a_vm_to_strike(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    sim.faults.add("provider_terminates", times=1)
    assert client.vms.list().items == ()
    vm = launched(sim, client)
    assert vm.status == "terminating"


def test_the_balance_runs_out_and_vms_end_with_the_paid_hour(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client)
    sim.faults.add("balance_runs_out", times=1)
    assert client.account.balances()[0].balance == 0
    assert client.vms.get(vm.id).status == "launched"
    sim.clock.advance(3600)
    settle(sim)
    assert client.vms.get(vm.id).status == "terminated"
    assert client.storages.get(vm.boot_disk or "").status == "ready"
    assert client.account.balances()[0].overage > 0
