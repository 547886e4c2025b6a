"""The pages of networks: made, changed with a look at the difference, given to VMs, deleted."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from tests.simulator.renting_parts import CLUSTER
from tests.vms.deploying import log_of
from tests.vms.stage import Stage
from vms.models import VPC, SecurityGroup, Subnet


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


def url(name: str, **kwargs: object) -> str:
    return reverse(f"vms:{name}", kwargs={"slug": "acme", **kwargs})


def test_a_network_from_its_making_to_its_end(browser: Client, stage: Stage) -> None:
    browser.post(url("vpc-create"), {"name": "inner", "cluster": CLUSTER, "enable_external": "on"})
    stage.mirrored()
    vpc = VPC.objects.get(name="inner")
    assert (vpc.enable_external, vpc.status) == (True, "ready")
    refused = browser.post(url("subnet-create", pk=vpc.pk), {"name": "a", "ipv4_cidr": "nonsense"})
    assert "Write a range such as 10.0.0.0/24" in unescape(refused.content.decode())
    browser.post(url("subnet-create", pk=vpc.pk), {"name": "a", "ipv4_cidr": "10.5.0.0/24"})
    stage.mirrored()
    subnet = Subnet.objects.get(name="a")
    html = browser.get(url("networks")).content.decode()
    assert "10.5.0.0/24" in html
    rename = url("network-rename", kind="subnet", pk=subnet.pk)
    browser.post(rename, {"name": "b"})
    kept = browser.post(url("network-delete", kind="vpc", pk=vpc.pk), {"confirmation": "inner"})
    assert "still has 1 subnets" in unescape(kept.content.decode())
    browser.post(url("network-delete", kind="subnet", pk=subnet.pk), {"confirmation": "b"})
    stage.mirrored()
    browser.post(url("network-delete", kind="vpc", pk=vpc.pk), {"confirmation": "inner"})
    stage.mirrored()
    assert not Subnet.objects.filter(name="b").exists()
    assert not VPC.objects.filter(name="inner").exists()


def test_rules_are_applied_once_their_difference_was_seen(browser: Client, stage: Stage) -> None:
    browser.post(url("group-create"), {"name": "web", "cluster": CLUSTER, "presets": ["ssh"]})
    stage.mirrored()
    group = SecurityGroup.objects.get(name="web")
    page = url("group-rules", pk=group.pk)
    assert "No VM has this group yet" in browser.get(page).content.decode()
    lines = {
        "ingress_mode": "only",
        "egress_mode": "all",
        "ingress_0_protocol": "tcp",
        "ingress_0_ports": "443",
        "ingress_0_remote": "everyone",
    }
    wrong = browser.post(page, lines | {"ingress_0_ports": "99999"})
    assert wrong.status_code == 422
    assert "99999 is no port" in wrong.content.decode()
    html = browser.post(page, lines).content.decode()
    assert "Opens TCP 443 from everyone, for no VM yet." in html
    assert "Closes TCP 22 from everyone, for no VM yet." in html
    assert "lock yourselves out" in html
    group.refresh_from_db()
    assert "22" in str(group.ingress), "nothing was changed by looking"
    seen = re.findall(r'name="confirmed" value="([^"]+)"', html)[0]
    other = browser.post(page, lines | {"ingress_0_ports": "8443", "confirmed": seen})
    assert "Opens TCP 8443" in other.content.decode(), "another change is asked about anew"
    assert browser.post(page, lines | {"confirmed": seen}).status_code == 302
    group.refresh_from_db()
    assert "443" in str(group.ingress)
    assert log_of(stage.team, "security_group.set_rules")[-1].endswith("succeeded")
    same = browser.post(page, lines).content.decode()
    assert "These are the rules that it has already." in same


def test_a_preset_adds_its_lines_and_loses_nothing_that_was_typed(
    browser: Client, stage: Stage
) -> None:
    group = stage.group()
    page = url("group-rules", pk=group.pk)
    typed = {
        "ingress_mode": "all",
        "egress_mode": "all",
        "ingress_0_protocol": "udp",
        "ingress_0_ports": "53",
        "ingress_0_remote": "10.0.0.0/8",
        "preset": "web",
    }
    html = browser.post(page, typed).content.decode()
    assert 'value="53"' in html
    assert 'value="80, 443"' in html
    closed = typed | {"egress_mode": "only", "preset": "all-out"}
    html = browser.post(page, closed).content.decode()
    assert re.search(r'name="egress_mode" value="all"[^>]*checked', html)


def test_a_vms_interface_gets_a_group_and_both_show_each_other(
    browser: Client, stage: Stage
) -> None:
    vm, group = stage.vm(), stage.group()
    interface = vm.interfaces[0]["id"]
    form = url("group", pk=vm.pk, interface=interface)
    assert f'value="{group.pk}"' in browser.get(form).content.decode()
    browser.post(form, {"choice": str(group.pk)})
    vm.refresh_from_db()
    assert vm.interfaces[0]["security_group"] == group.remote_id
    stage.mirrored()
    assert "Security group web" in browser.get(url("detail", pk=vm.pk)).content.decode()
    assert "web-1" in browser.get(url("group-rules", pk=group.pk)).content.decode()
    browser.post(form, {"choice": ""})
    vm.refresh_from_db()
    assert vm.interfaces[0]["security_group"] == ""
    assert log_of(stage.team, "vm.set_group").count("vm.set_group succeeded") == 2
    assert browser.get(url("group", pk=vm.pk, interface="another")).status_code == 404


def test_a_viewer_sees_the_rules_and_cannot_change_them(
    client_for: Callable[[User], Client], viewer: User, stage: Stage
) -> None:
    group, client = stage.group(), client_for(viewer)
    html = client.get(url("group-rules", pk=group.pk)).content.decode()
    assert "Look at what changes" not in html
    assert "disabled" in html
    client.post(url("group-rules", pk=group.pk), {"ingress_mode": "only", "egress_mode": "only"})
    assert log_of(stage.team, "security_group.set_rules") == []
    assert "Create VPC" not in client.get(url("networks")).content.decode()


@pytest.mark.parametrize("kind", ["unknown", "many"])
def test_rules_that_the_form_cannot_hold_are_not_lost_by_an_edit(
    browser: Client, stage: Stage, kind: str
) -> None:
    group = stage.group()
    rules = [
        {"type": "ipv4", "protocolKind": "icmp", "remote": {"address": f"10.0.{n}.0/24"}}
        for n in range(70)
    ]
    odd = [{"type": "ipv4", "protocolKind": "sctp", "remote": {"address": "10.0.0.0/8"}}]
    SecurityGroup.objects.filter(pk=group.pk).update(
        ingress={"type": "allow", "rules": rules if kind == "many" else odd}
    )
    page = url("group-rules", pk=group.pk)
    assert "Not all of these rules can be shown here" in browser.get(page).content.decode()
    browser.post(page, {"ingress_mode": "all", "egress_mode": "all", "confirmed": "x"})
    assert log_of(stage.team, "security_group.set_rules") == []
