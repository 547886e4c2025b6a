"""A page needs as many queries for many rows as for few."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import FLUENCE
from controlpanel.audit.services import audit_record
from controlpanel.teams.models import Team
from tests.cast import actor_of
from vms.models import (
    VM,
    VPC,
    Batch,
    Configuration,
    FluenceAccount,
    Image,
    Offer,
    Operation,
    SecurityGroup,
    SSHKey,
    TopUp,
)

from .rows import cluster_row, public_ip_rows, storage_rows, vm_rows

# What a page may ask of the database, at any size.
MOST = 8


@pytest.fixture
def queries(client_for: Callable[[User], Client], owner: User) -> Callable[..., int]:
    """Return how many queries a page takes, the second time that it is read."""
    client = client_for(owner)

    def count(url: str, **query: str) -> int:
        client.get(url, query)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(url, query).status_code in {200, 302}
        return len(captured)

    return count


def url_of(team: Team, name: str, **kwargs: object) -> str:
    return reverse(name, kwargs={"slug": team.slug, **kwargs})


@pytest.mark.parametrize(
    ("name", "query"), [("vms:list", {}), ("vms:list", {"status": "all"}), ("vms:changes", {})]
)
def test_lists(team: Team, queries: Callable[..., int], name: str, query: dict[str, str]) -> None:
    vm_rows(team, 3)
    few = queries(url_of(team, name), **query)
    vm_rows(team, 40, prefix="more")
    assert queries(url_of(team, name), **query) == few <= MOST


def test_top_ups(team: Team, account: FluenceAccount, queries: Callable[..., int]) -> None:
    def paid(count: int, status: str) -> None:
        TopUp.objects.bulk_create(
            TopUp(
                account=account,
                remote_id=str(uuid4()),
                amount_cents=5000,
                status=status,
                created_at=timezone.now(),
            )
            for _ in range(count)
        )

    paid(1, "open")
    few = queries(url_of(team, "vms:top-ups"))
    paid(70, "resolved")
    assert queries(url_of(team, "vms:top-ups")) == few <= MOST


def test_where_a_login_leads(team: Team, queries: Callable[..., int]) -> None:
    vm_rows(team, 3)
    assert queries(reverse("home")) <= 3


def test_the_first_look_after_a_change_that_counts_anew(
    team: Team, client_for: Callable[[User], Client], owner: User
) -> None:
    client = client_for(owner)
    client.get(url_of(team, "vms:list"))
    vm_rows(team, 60)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url_of(team, "vms:list")).status_code == 200
    assert len(captured) <= MOST


def test_a_batch(team: Team, owner: User, queries: Callable[..., int]) -> None:
    actor = actor_of(owner, team).as_json()
    batch = Batch.objects.create(team=team, kind="vm.terminate", actor_data=actor)

    def asked(count: int, prefix: str) -> None:
        Operation.objects.bulk_create(
            Operation(
                team=team,
                batch=batch,
                target_type="vm",
                target_id=vm.target_id,
                kind=batch.kind,
                actor_data=actor,
            )
            for vm in vm_rows(team, count, prefix=prefix)
        )

    asked(3, "few")
    few = queries(url_of(team, "vms:batch", pk=batch.pk))
    few_in_list = queries(url_of(team, "vms:batches"))
    asked(97, "many")
    assert queries(url_of(team, "vms:batch", pk=batch.pk)) == few <= MOST
    for number in range(12):
        batch = Batch.objects.create(team=team, kind="vm.terminate", actor_data=actor)
        asked(3, f"more-{number}")
    assert queries(url_of(team, "vms:batches")) == few_in_list <= MOST


def test_what_is_left_over(team: Team, queries: Callable[..., int]) -> None:
    (vm,) = vm_rows(team, 1)
    assert vm.account
    storage_rows(vm.account, 3)
    few = queries(url_of(team, "vms:storages"))
    for number, ended in enumerate(vm_rows(team, 40, prefix="ended", status="terminated")):
        storage_rows(vm.account, 1, origin=ended, remote_id=f"of-{number}")
    assert queries(url_of(team, "vms:storages")) == few <= MOST


@pytest.mark.parametrize("name", ["vms:storages", "vms:public-ips", "vms:networks"])
def test_what_else_the_account_holds(team: Team, queries: Callable[..., int], name: str) -> None:
    (vm,) = vm_rows(team, 1)
    assert vm.account

    def hold(count: int, prefix: str) -> None:
        for held in vm_rows(team, count, prefix=prefix):
            attached: dict[str, Any] = {"vm": held, "attached_to": held.remote_id}
            storage_rows(vm.account, 1, remote_id=f"d-{held.name}", **attached)  # type: ignore[arg-type]
            public_ip_rows(vm.account, 1, remote_id=f"i-{held.name}", **attached)  # type: ignore[arg-type]
            network = {"account": vm.account, "cluster": held.cluster, "status": "ready"}
            VPC.objects.create(name="n", remote_id=f"v-{held.name}", **network)
            SecurityGroup.objects.create(name="g", remote_id=f"g-{held.name}", **network)

    hold(3, "few")
    few = queries(url_of(team, name))
    hold(40, "many")
    assert queries(url_of(team, name)) == few <= MOST


def test_one_vm_with_its_history(team: Team, queries: Callable[..., int]) -> None:
    (vm,) = vm_rows(team, 1)
    page = url_of(team, "vms:detail", pk=vm.pk)

    def entries(count: int) -> None:
        for _ in range(count):
            audit_record(
                team_id=team.pk, actor=FLUENCE, action=Action.VM_STATUS, target=vm.audit_target
            )

    entries(3)
    few, few_in_log = queries(page), queries(url_of(team, "teams:audit"))
    entries(40)
    assert queries(page) == few <= MOST
    assert queries(url_of(team, "teams:audit")) == few_in_log <= MOST


def sell(count: int, account: FluenceAccount) -> None:
    """Fill the catalogue: `count` places that each sell `count` configurations, images, keys."""
    for n in range(count):
        Configuration.objects.get_or_create(
            id=f"c{n}", defaults={"slug": f"cpu-regular-{n}vcpu-4gb", "listed": True}
        )
        Image.objects.get_or_create(
            id=f"i{n}", defaults={"slug": f"i{n}", "name": f"{n}", "listed": True}
        )
        SSHKey.objects.get_or_create(account=account, remote_id=f"k{n}", defaults={"name": f"{n}"})
    for n in range(count):
        cluster = cluster_row(f"Place {n}", city=f"Town {n}")
        for configuration in Configuration.objects.all():
            Offer.objects.get_or_create(
                cluster=cluster,
                configuration=configuration,
                defaults={"price_hour": 1, "available": True},
            )


@pytest.mark.parametrize("name", ["vms:create", "vms:places", "vms:ssh-keys"])
def test_the_catalogues_pages(team: Team, queries: Callable[..., int], name: str) -> None:
    (vm,) = vm_rows(team, 1)
    assert vm.account
    sell(3, vm.account)
    few = queries(url_of(team, name))
    sell(30, vm.account)
    assert queries(url_of(team, name)) == few
    assert few <= MOST
    assert VM.objects.count() == 1
