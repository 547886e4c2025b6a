"""The world outlives a restart."""

import json
from pathlib import Path

import pytest

from controlpanel.fluence import Changes, FluenceClient, NewSecurityGroup, NewTopUp, ProfileUpdate
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.state_file import StateFileUnreadable, StateSaver, load_state
from controlpanel.simulator.testing import RunningSimulator, running_simulator
from tests.fluence.renting import rent
from tests.simulator.renting_parts import CLUSTER, disk, launched, settle


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "state.json"


def test_everything_is_as_it_was(
    sim: RunningSimulator, client: FluenceClient[Changes], path: Path
) -> None:
    saver = StateSaver(sim.world, path)
    rent(client)
    sim.clock.advance(120)
    before = client.vms.list(expand=["publicIp", "bootDisk", "sshKeys"]).items
    balances = client.account.balances()
    saver.save()
    with (
        running_simulator(state=load_state(path)) as again,
        FluenceClient(FULL_KEY, again.url) as c,
    ):
        assert c.vms.list(expand=["publicIp", "bootDisk", "sshKeys"]).items == before
        assert c.account.balances() == balances


def test_networks_charges_and_payments_are_kept_too(
    sim: RunningSimulator, client: FluenceClient[Changes], path: Path
) -> None:
    saver = StateSaver(sim.world, path)
    vm = launched(sim, client)
    group = client.security_groups.create(NewSecurityGroup(name="web", cluster_id=CLUSTER))
    client.vms.set_security_group(vm.id, client.vms.interfaces(vm.id)[0].id, group.id)
    client.vms.attach_storages(vm.id, [disk(sim, client).id])
    client.billing.create_top_up(NewTopUp(amount_cents=5000))
    client.account.update_profile(ProfileUpdate(company="Acme"))

    def everything(c: FluenceClient) -> list[object]:
        pending = c.billing.pending_top_up()
        assert pending
        return [
            c.vpcs.list().items,
            c.subnets.list().items,
            c.security_groups.list().items,
            c.storages.list().items,
            c.vms.interfaces(vm.id),
            c.vms.get(vm.id).restart_required,
            c.billing.total_charges(),
            # Where it is paid is where the simulator is now.
            pending.model_copy(update={"redirect_url": None}),
            c.account.profile(),
        ]

    settle(sim)
    before = everything(client)
    saver.save()
    with (
        running_simulator(state=load_state(path)) as again,
        FluenceClient(FULL_KEY, again.url) as c,
    ):
        assert everything(c) == before


def test_a_file_of_an_earlier_version_is_read(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"version": 1, "number": 3, "vms": {}, "storages": {}}))
    assert load_state(path).number == 3


def test_what_became_due_meanwhile_is_caught_up_with(
    sim: RunningSimulator, client: FluenceClient[Changes], path: Path
) -> None:
    saver = StateSaver(sim.world, path)
    vm = rent(client)
    saver.save()
    with (
        running_simulator(state=load_state(path)) as again,
        FluenceClient(FULL_KEY, again.url) as c,
    ):
        again.clock.advance(7200)
        assert c.vms.get(vm.id).status == "launched"
        assert c.account.balances()[0].usage > 0


def test_it_is_written_only_when_something_changed_and_leaves_no_scraps(
    sim: RunningSimulator, client: FluenceClient[Changes], path: Path
) -> None:
    saver = StateSaver(sim.world, path)
    client.vms.list()
    saver.save()
    assert not path.exists()
    rent(client)
    saver.save()
    written = path.stat().st_mtime_ns
    saver.save()
    assert path.stat().st_mtime_ns == written
    assert [file.name for file in path.parent.iterdir()] == ["state.json"]


def test_it_is_written_by_itself_and_on_stopping(
    sim: RunningSimulator, client: FluenceClient[Changes], path: Path
) -> None:
    saver = StateSaver(sim.world, path)
    saver.start()
    rent(client)
    saver.stop()
    assert len(json.loads(path.read_text())["vms"]) == 1


def test_no_file_is_an_empty_world_and_a_wrong_one_is_refused(path: Path, tmp_path: Path) -> None:
    assert load_state(path).vms == {}
    for text in ("", "{", '{"vms": 7}'):
        wrong = tmp_path / "wrong.json"
        wrong.write_text(text)
        with pytest.raises(StateFileUnreadable):
            load_state(wrong)
