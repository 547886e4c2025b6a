"""A working day: every method of the client once, in an order in which each makes sense."""

from controlpanel.fluence import (
    AddressRemote,
    AllowAll,
    Changes,
    FluenceClient,
    NewPublicIp,
    NewSecurityGroup,
    NewStorage,
    NewSubnet,
    NewTopUp,
    NewVPC,
    OnePort,
    ProfileUpdate,
    RedirectPresentation,
    SecurityGroupRule,
    Tcp,
    VMCost,
)
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.every_call import FIRST_DAY, LAST_DAY, SINCE, UNTIL, USER_DATA
from tests.fluence.renting import SMALLEST, cluster_named, configuration_id, public_key, vm_request

CLUSTER = cluster_named("Vistula").id
HTTPS = SecurityGroupRule(
    ip_version="ipv4",
    protocol=Tcp(ports=OnePort(value=443)),
    remote=AddressRemote(address="0.0.0.0/0"),
)


def whole_session(client: FluenceClient[Changes], sim: RunningSimulator) -> list[str]:
    """Call every method; return what came in the answers that nobody else may see.

    What is asked of the simulator's clock is only that what was begun is done.
    """
    look_around(client)
    vm_id, disk_id = run_a_vm(client, sim)
    token = client.vms.console_token(vm_id).token.get_secret_value()
    use_disks_and_addresses(client, sim, vm_id)
    use_networks(client, sim, vm_id)
    client.vms.terminate(vm_id)
    settle(sim)
    client.storages.delete(disk_id)
    manage_keys(client)
    return [token, *handle_money(client)]


def settle(sim: RunningSimulator) -> None:
    sim.clock.advance(120)


def look_around(client: FluenceClient[Changes]) -> None:
    client.account.service_status()
    client.account.me()
    client.account.profile()
    client.account.update_profile(ProfileUpdate(company="Acme", job_role="Engineer"))
    client.catalogue.datacenters()
    client.catalogue.clusters()
    client.catalogue.configurations()
    client.catalogue.images()
    client.catalogue.storage_types()
    client.catalogue.resources()
    client.catalogue.cluster_resources(CLUSTER)
    client.prices.vms(CLUSTER)
    client.prices.storages()
    client.prices.public_ips()
    size = configuration_id(SMALLEST)
    client.prices.cost([VMCost(cluster_id=CLUSTER, configuration_id=size)])


def run_a_vm(client: FluenceClient[Changes], sim: RunningSimulator) -> tuple[str, str]:
    vm = client.vms.create(vm_request(client, user_data=USER_DATA))
    settle(sim)
    assert [found.id for found in client.vms.find_by_name("web-1")] == [vm.id]
    assert client.vms.get(vm.id).status == "launched"
    client.vms.rename(vm.id, "web-2")
    client.vms.restart(vm.id)
    settle(sim)
    client.vms.soft_reboot(vm.id)
    settle(sim)
    assert vm.boot_disk
    return vm.id, vm.boot_disk


def use_disks_and_addresses(
    client: FluenceClient[Changes], sim: RunningSimulator, vm_id: str
) -> None:
    disk = client.storages.create(NewStorage(name="data", cluster_id=CLUSTER, volume_gb=25))
    settle(sim)
    client.storages.get(disk.id)
    client.storages.update(disk.id, name="logs", volume_gb=40)
    settle(sim)
    client.vms.attach_storages(vm_id, [disk.id])
    settle(sim)
    assert disk.id in client.vms.get(vm_id).data_disks
    client.vms.detach_storages(vm_id, [disk.id])
    settle(sim)
    client.storages.delete_many([disk.id])
    client.vms.detach_public_ip(vm_id)
    settle(sim)
    (old,) = client.public_ips.list(cluster_id=CLUSTER).items
    client.public_ips.delete(old.id)
    address = client.public_ips.create(NewPublicIp(name="web", cluster_id=CLUSTER))
    spare = client.public_ips.create(NewPublicIp(name="spare", cluster_id=CLUSTER))
    settle(sim)
    client.public_ips.rename(address.id, "mail")
    client.vms.attach_public_ip(vm_id, address.id)
    settle(sim)
    client.public_ips.delete_many([spare.id])
    assert list(client.storages.iterate())
    assert list(client.public_ips.iterate())


def use_networks(client: FluenceClient[Changes], sim: RunningSimulator, vm_id: str) -> None:
    group = client.security_groups.create(
        NewSecurityGroup(name="web", cluster_id=CLUSTER, ingress_rules=(HTTPS,))
    )
    spare = client.security_groups.create(NewSecurityGroup(name="spare", cluster_id=CLUSTER))
    settle(sim)
    client.security_groups.update(group.id, name="web-in", egress_rules=AllowAll())
    settle(sim)
    (interface, *_) = client.vms.interfaces(vm_id)
    client.vms.set_security_group(vm_id, interface.id, group.id)
    settle(sim)
    client.vms.set_security_group(vm_id, interface.id, None)
    settle(sim)
    assert list(client.security_groups.iterate())
    client.security_groups.delete(group.id)
    client.security_groups.delete_many([spare.id])
    vpcs = [client.vpcs.create(NewVPC(name=name, cluster_id=CLUSTER)) for name in ("lab", "spare")]
    settle(sim)
    client.vpcs.rename(vpcs[0].id, "lab-2")
    first, second = (
        client.subnets.create(
            vpcs[0].id, NewSubnet(name=name, cluster_id=CLUSTER, ipv4_cidr=f"10.9.{number}.0/24")
        )
        for number, name in enumerate("ab")
    )
    settle(sim)
    client.subnets.rename(first.id, "c")
    assert len(list(client.subnets.iterate(vpc_id=vpcs[0].id))) == 2
    client.subnets.delete(first.id)
    client.subnets.delete_many([second.id])
    settle(sim)
    assert len(list(client.vpcs.iterate(ids=[vpc.id for vpc in vpcs]))) == 2
    client.vpcs.delete(vpcs[0].id)
    client.vpcs.delete_many([vpcs[1].id])


def manage_keys(client: FluenceClient[Changes]) -> None:
    keys = [client.ssh_keys.create(f"key {number}", public_key(number)) for number in (1, 2)]
    assert len(list(client.ssh_keys.iterate(ids=[key.id for key in keys]))) == 2
    client.ssh_keys.delete(keys[0].id)
    client.ssh_keys.delete_many([keys[1].id])


def handle_money(client: FluenceClient[Changes]) -> list[str]:
    """Return the addresses of payment pages."""
    client.account.balances()
    client.account.refresh_balance()
    client.billing.charges(FIRST_DAY, LAST_DAY, group_by="CLUSTER", period="DAY")
    client.billing.charges_csv(FIRST_DAY, LAST_DAY)
    client.billing.total_charges(FIRST_DAY, LAST_DAY)
    method = next(each for each in client.billing.payment_methods() if each.enabled)
    begun = client.billing.create_top_up(
        NewTopUp(amount_cents=5000, method_code=method.method_code)
    )
    pending = client.billing.pending_top_up()
    assert pending is not None
    assert isinstance(begun.presentation, RedirectPresentation)
    client.billing.cancel_top_up(begun.intent_id)
    legacy = client.billing.create_legacy_top_up(50 * 10**8)
    client.billing.pending_legacy_top_up()
    assert list(client.billing.iterate_top_ups())
    client.billing.top_up_history(start=SINCE, end=UNTIL)
    urls = (begun.presentation.redirect_url, pending.redirect_url, legacy.copperx_session_url)
    return [url.get_secret_value() for url in urls if url]
