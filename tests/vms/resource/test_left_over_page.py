"""The page of what is left over, and what the other pages say of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from tests.vms.rows import (
    account_row,
    cluster_row,
    public_ip_rows,
    storage_rows,
    touch,
    vm_rows,
)
from vms.models import VM, FluenceAccount, Operation, Storage


@pytest.fixture
def client(client_for: Callable[[User], Client], viewer: User) -> Client:
    return client_for(viewer)


def url_of(team: Team) -> str:
    return reverse("vms:storages", kwargs={"slug": team.slug})


def page(client: Client, team: Team, **query: str) -> str:
    response = client.get(url_of(team), {"show": "left-over", **query})
    assert response.status_code == 200
    return response.content.decode()


def ended_vm(team: Team, name: str = "web", **changes: object) -> VM:
    fields = {"status": "terminated", "terminated_at": timezone.now() - timedelta(hours=3)}
    (vm,) = vm_rows(team, 1, prefix=name, **fields | changes)
    return vm


def test_a_row_tells_what_it_is_whose_it_was_where_and_what_it_costs(
    client: Client, team: Team
) -> None:
    vm = ended_vm(team)
    actor = Actor(kind="user", name="Petra")
    Operation.objects.create(
        team=team,
        target_type="vm",
        target_id=vm.target_id,
        kind=Action.VM_TERMINATE,
        state=Operation.State.SUCCEEDED,
        actor_data=actor.as_json(),
        target_name=vm.name,
    )
    assert vm.account
    storage_rows(vm.account, 1, origin=vm, role="BOOT", name="web-0-boot", price_hour="0.0027")
    text = page(client, team)
    for words in (
        *("web-0-boot", "Boot disk", "25 GB NVME", "Warsaw", "PL · Vistula"),
        *("$1.97/mo", "$0.00270/h", "was of web-0", "terminated by Petra", "free since"),
        f'href="../vms/{vm.pk}/"',
    ):
        assert words in text, words


def test_one_that_ended_elsewhere_or_is_of_no_known_vm_says_so(client: Client, team: Team) -> None:
    vm = ended_vm(team)
    assert vm.account
    storage_rows(vm.account, 1, origin=vm)
    assert "outside the panel" in page(client, team)
    Storage.objects.update(origin=None)
    text = page(client, team)
    assert "no VM" in text
    assert "was of" not in text


def test_the_dearest_come_first_fifty_to_a_page_and_the_total_is_of_all(
    client: Client, team: Team
) -> None:
    storage_rows(account_row(team), 60)
    first, second = page(client, team), page(client, team, page="2")
    assert first.index("disk-59") < first.index("disk-10")
    assert ">disk-9<" not in first
    assert ">disk-9<" in second
    assert "$1,335.90/mo" in first
    assert "$1,335.90/mo" in second
    for number in ("nonsense", "0", "99", "-1"):
        assert "disk-59" in page(client, team, page=number)


def test_a_full_page_is_light(client: Client, team: Team) -> None:
    account = account_row(team)
    for vm in vm_rows(team, 50, status="terminated", terminated_at=timezone.now()):
        storage_rows(account, 1, origin=vm, remote_id=str(vm.pk), name=f"{vm.name}-boot")
    assert len(page(client, team)) < 60_000


def test_what_has_no_price_is_listed_last_and_makes_the_total_a_least_one(
    client: Client, team: Team
) -> None:
    account = account_row(team)
    storage_rows(account, 1)
    storage_rows(account, 1, name="unpriced", remote_id="unpriced", price_hour=None)
    text = page(client, team)
    assert text.index("disk-0") < text.index("unpriced")
    assert "at least $0.73/mo" in text


def test_one_whose_vm_has_just_ended_is_being_checked(client: Client, team: Team) -> None:
    vm = ended_vm(team)
    assert vm.account
    storage_rows(vm.account, 1, vm=vm, attached_to="web-0", is_left_over=True, is_checked=False)
    text = page(client, team)
    assert "checking: its VM has ended" in text
    assert "1 being checked" in text


def test_all_attached_and_found_ones_are_other_parts_of_the_list(
    client: Client, team: Team
) -> None:
    (vm,) = vm_rows(team, 1)
    assert vm.account
    storage_rows(vm.account, 1, name="held", remote_id="held", vm=vm, attached_to=vm.remote_id)
    storage_rows(vm.account, 1, name="spare", remote_id="spare", cluster=cluster_row("Rhine"))
    shown = {
        query: {name for name in ("held", "spare") if f">{name}<" in page(client, team, **asked)}
        for query, asked in {
            "all": {"show": ""},
            "attached": {"show": "attached"},
            "left over": {},
            "found": {"show": "", "q": "PAR"},
            "place": {"show": "", "place": "Rhine"},
            "nonsense": {"show": "nonsense"},
        }.items()
    }
    both = {"held", "spare"}
    spare = {"spare"}
    assert shown == {
        "all": both,
        "attached": {"held"},
        "left over": spare,
        "found": spare,
        "place": spare,
        "nonsense": both,
    }
    assert "Nothing matches" in page(client, team, q="nowhere")


def test_without_any_it_says_so_only_once_it_was_looked(client: Client, team: Team) -> None:
    assert "Connect a Fluence account" in page(client, team)
    account = account_row(team)
    assert "Not read yet" in page(client, team)
    storage_rows(account, 0)
    assert "Nothing is left over" in page(client, team)
    FluenceAccount.objects.update(refused_kinds=["storage"])
    text = page(client, team)
    assert "This key may not read disks" in text
    assert "Nothing is left over" not in text
    ips = client.get(reverse("vms:public-ips", args=[team.slug])).content.decode()
    assert "may not read" not in ips
    FluenceAccount.objects.update(refused_kinds=["public_ip"])
    ips = client.get(reverse("vms:public-ips", args=[team.slug])).content.decode()
    assert "This key may not read public IPs" in ips


def test_an_open_page_is_sent_anew_only_when_what_is_left_over_changed(
    client: Client, team: Team
) -> None:
    (vm,) = vm_rows(team, 1)
    assert vm.account
    storage_rows(vm.account, 1)
    vm.account.refresh_from_db()
    seen = str(vm.account.resources_revision)
    touch(vm, name="renamed")
    asked = {"revision": seen}
    response = client.get(url_of(team), asked, headers={"HX-Request": "true"})
    assert response.status_code == 204
    storage_rows(vm.account, 1, name="another", remote_id="another")
    response = client.get(url_of(team), asked, headers={"HX-Request": "true"})
    text = response.content.decode()
    assert "another" in text
    assert "<html" not in text


def test_the_list_of_vms_leads_there_with_the_cost_of_a_month(client: Client, team: Team) -> None:
    vms = reverse("vms:list", kwargs={"slug": team.slug})
    (vm,) = vm_rows(team, 1)
    text = client.get(vms).content.decode()
    assert "Left over" not in text, "nothing is left over"
    assert f'href="{url_of(team)}"' in text, "the navigation leads there all the same"
    assert vm.account
    storage_rows(vm.account, 2)
    public_ip_rows(vm.account, 1, price_hour="0.004")
    text = client.get(vms).content.decode()
    assert "$5.11/mo" in text
    assert f'href="{url_of(team)}?show=left-over">2 disks</a>' in text
    assert "1 public IP</a>" in text


def test_an_ended_vms_page_tells_what_of_it_still_costs(client: Client, team: Team) -> None:
    vm = ended_vm(team)
    assert vm.account
    detail = reverse("vms:detail", args=(team.slug, vm.pk))
    assert "is being checked with Fluence" in client.get(detail).content.decode()
    FluenceAccount.objects.update(refused_kinds=["public_ip"])
    assert "This key may not read all" in client.get(detail).content.decode()
    FluenceAccount.objects.update(refused_kinds=[])
    storage_rows(vm.account, 1, origin=vm, name="web-0-boot", role="BOOT")
    text = client.get(detail).content.decode()
    assert "Boot disk web-0-boot" in text
    assert "$0.73/mo" in text
    assert f'href="{url_of(team)}?show=left-over"' in text
    vm.account.refresh_from_db()
    asked = {"revision": str(vm.account.resources_revision)}
    unchanged = client.get(detail, asked, headers={"HX-Request": "true"})
    assert unchanged.status_code == 204
    Storage.objects.all().delete()
    storage_rows(vm.account, 0)
    changed = client.get(detail, asked, headers={"HX-Request": "true"})
    assert "Neither the VM nor what it left costs anything" in changed.content.decode()


def test_another_teams_is_not_shown(
    client_for: Callable[[User], Client], team: Team, other_team: Team, outsider: User
) -> None:
    storage_rows(account_row(team), 1)
    account_row(other_team)
    client = client_for(outsider)
    assert "disk-0" not in page(client, other_team)
    assert client.get(url_of(team)).status_code == 404
