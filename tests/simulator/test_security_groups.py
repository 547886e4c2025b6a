"""Security groups: rules, interfaces that have them, and what keeps them from deletion."""

from typing import Any

import pytest

from controlpanel.fluence import (
    AllowAll,
    Changes,
    FluenceClient,
    NewSecurityGroup,
    NotAcceptable,
    NotFound,
    SecurityGroup,
    Unprocessable,
)
from controlpanel.simulator.testing import RunningSimulator
from tests.simulator.raw import refusal, send
from tests.simulator.renting_parts import CLUSTER, ELSEWHERE, launched, settle

RULE: dict[str, Any] = {
    "type": "ipv4",
    "protocolKind": {"tcp": {"ports": {"exact": {"value": 443}}}},
    "remote": {"address": "10.0.0.0/8"},
}
NOBODY = "00000000-0000-4000-8000-000000000000"


def group(client: FluenceClient[Changes], cluster_id: str = CLUSTER) -> SecurityGroup:
    return client.security_groups.create(NewSecurityGroup(name="web", cluster_id=cluster_id))


def create(sim: RunningSimulator, **changes: Any) -> Any:  # noqa: ANN401
    body = {"clusterId": CLUSTER, "name": "web", "ingressRules": [{**RULE, **changes}]}
    return send(sim, "POST /v1/security_groups", body)


def test_without_rules_everything_is_allowed(client: FluenceClient[Changes]) -> None:
    made = group(client)
    assert made.ingress_rules == made.egress_rules == AllowAll()


@pytest.mark.parametrize(
    "protocol",
    [
        "all",
        "icmp",
        {"udp": {"ports": "all"}},
        {"tcp": {"ports": {"exact": {"value": 22}}}},
        {"tcp": {"ports": {"range": {"min": 80, "max": 443}}}},
    ],
)
def test_rules_come_back_as_they_were_sent(sim: RunningSimulator, protocol: object) -> None:
    made = create(sim, protocolKind=protocol).json()
    expected = {"type": "allow", "rules": [{**RULE, "protocolKind": protocol}]}
    assert made["ingressRules"] == expected
    assert made["egressRules"] == {"type": "allowAll"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"type": "ipv5"}, "type: must be one of"),
        ({"type": "ipv6"}, "must be of type ipv6"),
        ({"protocolKind": "smoke"}, "protocolKind: must be one of"),
        ({"protocolKind": {}}, "must be all, icmp, tcp or udp"),
        ({"protocolKind": {"tcp": {"ports": {}}}}, "must be all, exact or range"),
        ({"protocolKind": {"tcp": {"ports": {"exact": {"value": 65536}}}}}, "from 0 to 65535"),
        ({"protocolKind": {"udp": {"ports": {"range": {"min": 9, "max": 1}}}}}, "above max"),
        ({"remote": {}}, "must have address or securityGroup"),
        ({"remote": {"address": "everywhere"}}, "must be an address or a network"),
        ({"remote": {"securityGroup": NOBODY}}, "no such security group"),
    ],
)
def test_a_wrong_rule_is_named(sim: RunningSimulator, changes: dict[str, Any], says: str) -> None:
    _, _, message = refusal(create(sim, **changes))
    assert message.startswith("ingressRules[0].")
    assert says in message


def test_rules_may_name_another_group(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    other = group(client)
    assert create(sim, remote={"securityGroup": other.id}).ok


def test_an_update_keeps_what_is_absent_and_null_allows_all(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    made = create(sim).json()
    path = f"PATCH /v1/security_groups/{made['id']}"
    renamed = send(sim, path, {"name": "app"}).json()
    assert (renamed["name"], renamed["ingressRules"]) == ("app", made["ingressRules"])
    changed = send(sim, path, {"egressRules": {"type": "allow", "rules": []}}).json()
    assert changed["status"] == "updating"
    assert changed["egressRules"] == {"type": "allow", "rules": []}
    assert send(sim, path, {"ingressRules": None}).json()["ingressRules"] == {"type": "allowAll"}
    settle(sim)
    assert client.security_groups.list().items[0].status == "ready"


def test_an_interface_takes_a_group_and_gives_it_back(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm, made = launched(sim, client), group(client)
    interface = client.vms.interfaces(vm.id)[0]
    assert client.vms.set_security_group(vm.id, interface.id, made.id).restart_required
    assert client.vms.interfaces(vm.id)[0].security_group == made.id
    assert client.security_groups.list().items[0].attached_to == (interface.id,)
    with pytest.raises(Unprocessable, match="in use by VM web-1"):
        client.security_groups.delete(made.id)
    with pytest.raises(NotAcceptable, match="while the VM is updating"):
        client.vms.set_security_group(vm.id, interface.id, None)
    settle(sim)
    assert client.vms.set_security_group(vm.id, interface.id, None).status == "launched"
    assert client.security_groups.delete(made.id).status == "removing"


def test_a_terminated_vm_lets_go_of_its_groups(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm, made = launched(sim, client), group(client)
    client.vms.set_security_group(vm.id, client.vms.interfaces(vm.id)[0].id, made.id)
    client.vms.terminate(vm.id)
    settle(sim)
    assert client.security_groups.delete(made.id).attached_to == ()


def test_the_group_and_the_interface_must_fit(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm, far, near = launched(sim, client), group(client, ELSEWHERE), group(client)
    interface = client.vms.interfaces(vm.id)[0].id
    with pytest.raises(Unprocessable, match="must be in the VM's cluster"):
        client.vms.set_security_group(vm.id, interface, far.id)
    with pytest.raises(NotFound, match="No such interface"):
        client.vms.set_security_group(vm.id, NOBODY, near.id)
    client.security_groups.delete_many([near.id])
    with pytest.raises(Unprocessable, match="is removing"):
        client.vms.set_security_group(vm.id, interface, near.id)
