"""Disks, addresses, keys, the balance and the catalogue: each record is judged alone."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient, NewPublicIp, NewStorage
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import client_for
from tests.fluence.renting import ED25519, cluster_named, public_key
from tests.vms.deploying import settle
from vms.account.services import account_connect
from vms.core.errors import KeyRejected
from vms.mirror.catalogue import catalogue_read
from vms.mirror.reconcile import account_reconcile
from vms.models import (
    CatalogueState,
    Cluster,
    Configuration,
    Datacenter,
    FluenceAccount,
    Image,
    Offer,
    Operation,
    PublicIp,
    SSHKey,
    Storage,
)
from vms.ssh_key.services import ssh_key_create, ssh_key_delete

from .spoiling import answer_with, spoil

pytestmark = pytest.mark.usefixtures("account")
DISKS, ADDRESSES, KEYS = "GET /v1/storages", "GET /v1/public_ips", "GET /v1/ssh_keys"
BALANCES = "GET /v2/users/balances"


@pytest.fixture
def rented(fluence: FluenceClient[Changes], account: FluenceAccount) -> None:
    """Two disks and two addresses that no VM has, mirrored."""
    place = cluster_named("Vistula").id
    for name in ("one", "two"):
        fluence.storages.create(NewStorage(name=name, cluster_id=place, volume_gb=25))
        fluence.public_ips.create(NewPublicIp(name=name, cluster_id=place))
    account_reconcile(account.pk)
    assert (Storage.objects.count(), PublicIp.objects.count()) == (2, 2)


@pytest.mark.usefixtures("rented")
@pytest.mark.parametrize(
    ("operation", "kind", "bad"),
    [
        (DISKS, "disk", {"volumeGb": 2**31}),
        (DISKS, "disk", {"volumeGb": -1}),
        (DISKS, "disk", {"priceHourlyUsd": "1e30"}),
        (DISKS, "disk", {"createdAt": "9999-12-31T23:59:59Z"}),
        (ADDRESSES, "public_ip", {"clusterId": "c" * 41}),
        (ADDRESSES, "public_ip", {"priceHourlyUsd": 1e300}),
        (ADDRESSES, "public_ip", {"attachedTo": "a text"}),
    ],
)
def test_a_disk_or_an_address_that_cannot_be_read_stays_and_stops_no_other(
    account: FluenceAccount,
    sim: RunningSimulator,
    team: Team,
    owner: User,
    operation: str,
    kind: str,
    bad: dict[str, Any],
) -> None:
    model = {"disk": Storage, "public_ip": PublicIp}[kind]
    model._default_manager.filter(name="two").delete()
    spoil(sim, operation, named="one", **bad)
    account_reconcile(account.pk)
    assert model._default_manager.count() == 2, "one as it was, two is read"
    page = client_for(owner).get(reverse("vms:account", args=[team.slug]))
    words = {"disk": "1 disk could not be read.", "public_ip": "1 public IP could not be read."}
    assertContains(page, words[kind])


@pytest.mark.usefixtures("rented")
def test_beside_a_disk_without_an_id_none_is_gone(
    account: FluenceAccount, sim: RunningSimulator
) -> None:
    def change(records: list[Any]) -> None:
        records[:] = [{"name": "whose?"}]

    answer_with(sim, change, DISKS)
    account_reconcile(account.pk)
    assert Storage.objects.count() == 2


def test_a_key_that_cannot_be_read_stays_and_stops_no_other(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator
) -> None:
    for number in (1, 2):
        fluence.ssh_keys.create(f"key-{number}", public_key(number))
    account_reconcile(account.pk)
    spoil(sim, KEYS, named="key-1", publicKey=None)
    SSHKey.objects.filter(name="key-2").delete()
    account_reconcile(account.pk)
    assert set(SSHKey.objects.values_list("name", flat=True)) == {"key-1", "key-2"}
    account.refresh_from_db()
    assert account.unreadable["SSHKey"]["count"] == 1


def test_a_key_that_may_be_there_unreadable_is_not_taken_for_absent(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
) -> None:
    sim.faults.add("truncated", operation="POST /v1/ssh_keys", times=1)
    ssh_key_create(team=team, actor=petra, name="laptop", public_key=ED25519)
    spoil(sim, KEYS, publicKey=[])
    Operation.objects.update(run_after="2026-01-01T00:00Z")
    settle()
    assert Operation.objects.get().state == "unknown"
    sim.faults.clear()
    Operation.objects.update(run_after="2026-01-01T00:00Z")
    FluenceAccount.objects.update(poll_after="2026-01-01T00:00Z")
    settle()
    assert Operation.objects.get().state == "succeeded"
    assert SSHKey.objects.get().name == "laptop"


@pytest.mark.usefixtures("catalogue")
def test_a_key_that_is_still_there_unreadable_is_not_taken_for_deleted(
    team: Team, petra: Actor, key: SSHKey, sim: RunningSimulator
) -> None:
    spoil(sim, KEYS, publicKey=None)
    sim.faults.add("timeout_before", operation="DELETE /v1/ssh_keys/{ssh_key_id}", seconds=1)
    ssh_key_delete(ssh_key=key, team=team, actor=petra)
    Operation.objects.update(run_after="2026-01-01T00:00Z")
    settle()
    assert SSHKey.objects.filter(pk=key.pk).exists()


@pytest.mark.parametrize(
    ("bad", "is_read"),
    [
        ({"usageDaysLeft": -3}, True),
        ({"usageDaysLeft": 2**31}, False),
        ({"usageDaysLeft": 1.5}, False),
        ({"balance": "1e30"}, False),
        ({"balance": None}, False),
    ],
)
def test_a_balance_that_cannot_be_read_stays_as_it_was_and_stops_nothing(
    account: FluenceAccount, sim: RunningSimulator, bad: dict[str, Any], is_read: bool
) -> None:
    FluenceAccount.objects.update(balance=Decimal(7))
    spoil(sim, BALANCES, **bad)
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert account.reconciled_at
    if not is_read:
        assert account.balance == 7
        assert account.unreadable["Entitlement"]["count"] == 1
    else:
        assert account.balance != 7
        assert account.unreadable == {}


CATALOGUE: list[tuple[str, dict[str, Any]]] = [
    ("GET /v1/datacenters", {"tier": 2**31}),
    ("GET /v1/datacenters", {"id": "d" * 41}),
    ("GET /v1/clusters", {"dcId": None}),
    ("GET /v1/configurations/virtual_machines", {"vcpu": -5}),
    ("GET /v1/configurations/virtual_machines", {"ramGb": 2**31}),
    ("GET /v1/storages/default_images", {"downloadUrl": "https://x/" + "y" * 500}),
    ("GET /v1/storages/default_images", {"id": "i" * 65}),
    ("GET /v1/storages/types", {"minVolumeGb": 2**31}),
    ("GET /v1/prices/vm", {"priceInfo": {"pricePerHourPerQty": "1e30"}}),
    ("GET /v1/prices/storage", {"priceInfo": None}),
    ("GET /v1/prices/public-ip", {"priceInfo": {"pricePerHourPerQty": "NaN"}}),
]


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize(("operation", "bad"), CATALOGUE)
def test_an_entry_of_the_catalogue_that_cannot_be_read_is_not_on_offer(
    fluence: FluenceClient,
    sim: RunningSimulator,
    team: Team,
    owner: User,
    operation: str,
    bad: dict[str, Any],
) -> None:
    models = (Datacenter, Cluster, Configuration, Image, Offer)
    before = [model._default_manager.count() for model in models]
    for model in reversed(models):
        model._default_manager.all().delete()
    spoil(sim, operation, **bad)
    catalogue_read(fluence)
    after = [model._default_manager.count() for model in models]
    assert all(now >= then * 0.7 for now, then in zip(after, before, strict=True)), after
    assert sum(of["count"] for of in CatalogueState.objects.get().unreadable.values()) == 1
    page = client_for(owner).get(reverse("vms:account", args=[team.slug]))
    assertContains(page, "1 entry of the catalogue could not be read.")
    sim.faults.clear()
    catalogue_read(fluence)
    assert [model._default_manager.count() for model in models] == before
    assert CatalogueState.objects.get().unreadable == {}


@pytest.mark.parametrize("operation", sorted({operation for operation, _ in CATALOGUE}))
def test_an_entry_that_comes_twice_is_one(
    fluence: FluenceClient, sim: RunningSimulator, operation: str
) -> None:
    catalogue_read(fluence)
    before = Offer.objects.count()
    answer_with(sim, lambda records: records.extend(records[:3]), operation)
    catalogue_read(fluence)
    assert Offer.objects.count() == before


@pytest.mark.parametrize(
    ("bad", "is_connected"),
    [({"id": "u" * 41}, False), ({"email": "e" * 500}, True), ({"email": "a\x00@b.c"}, True)],
)
def test_whose_key_it_is_fits_its_columns(
    team: Team, olga: Actor, sim: RunningSimulator, bad: dict[str, Any], is_connected: bool
) -> None:
    me = {"id": "u1", "email": "", "permissions": ["vms:read"]}
    FluenceAccount.objects.all().delete()
    body = json.dumps(me | bad)
    sim.faults.add("status", operation="GET /v1/users/me", status=200, body=body)
    if is_connected:
        account = account_connect(team=team, actor=olga, api_key=FULL_KEY)
        account.refresh_from_db()
        assert account.email in {"e" * 254, "a@b.c"}
    else:
        with pytest.raises(KeyRejected, match="could not be checked"):
            account_connect(team=team, actor=olga, api_key=FULL_KEY)
