"""VM rows as the mirror writes them, for tests of pages: no Fluence needed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.utils import timezone

from controlpanel.teams.models import Team
from vms.core.revisions import revision_raise
from vms.models import (
    VM,
    Attachable,
    Cluster,
    Configuration,
    Datacenter,
    FluenceAccount,
    PublicIp,
    Storage,
)

Row = TypeVar("Row", bound=Attachable)


def account_row(team: Team) -> FluenceAccount:
    account = FluenceAccount(
        team=team,
        remote_user_id=str(team.pk),
        email="cloud@example.com",
        can_write=True,
        balance=Decimal(100),
    )
    account.set_api_key("sim-demo-full")
    account.save()
    return account


def cluster_row(name: str = "Vistula", city: str = "Warsaw") -> Cluster:
    datacenter, _ = Datacenter.objects.get_or_create(
        id=city, defaults={"city": city, "country_code": "PL"}
    )
    cluster, _ = Cluster.objects.get_or_create(
        id=name, defaults={"name": name, "datacenter": datacenter, "listed": True}
    )
    return cluster


def vm_rows(team: Team, count: int, *, prefix: str = "vm", **changes: Any) -> list[VM]:
    """Make launched VMs, one second apart, named vm-0 (the oldest) and so on; each in its own
    cluster of five, as one change of the team.
    """
    account = FluenceAccount.objects.filter(team=team).first() or account_row(team)
    configuration, _ = Configuration.objects.get_or_create(
        id="small", defaults={"slug": "cpu-regular-2vcpu-4gb", "vcpu": 2, "ram_gb": 4}
    )
    clusters = [cluster_row(f"Cluster {n}", city=f"City {n}") for n in range(5)]
    revision = revision_raise(team.pk)
    now = timezone.now()
    fields: dict[str, Any] = {
        "status": "launched",
        "public_ip": "192.0.2.1",
        "price_vm_hour": Decimal("0.01"),
        "price_hour": Decimal("0.01"),
    }
    rows = [
        VM(
            **fields
            | {
                "team": team,
                "account": account,
                "name": f"{prefix}-{number}",
                "remote_id": f"{prefix}-{number}",
                "cluster": clusters[number % 5],
                "configuration": configuration,
                "created_at": now - timedelta(days=1) + timedelta(seconds=number),
                "revision": revision,
                "revision_created": revision,
            }
            | changes
        )
        for number in range(count)
    ]
    return VM.objects.bulk_create(rows)


def touch(vm: VM, **changes: Any) -> None:
    """Change a row as the mirror would."""
    VM.objects.filter(pk=vm.pk).update(revision=revision_raise(vm.team_id), **changes)


def storage_rows(account: FluenceAccount, count: int, **changes: Any) -> list[Storage]:
    """List data disks that no VM has, named disk-0 and so on; the first is the cheapest."""
    fields: dict[str, Any] = {"role": "DATA", "volume_gb": 25, "storage_type": "NVME"}
    return _attachables(
        account, [Storage(**fields | each) for each in _free("disk", count, changes)]
    )


def public_ip_rows(account: FluenceAccount, count: int, **changes: Any) -> list[PublicIp]:
    """List addresses that no VM has, named ip-0 and so on; the first is the cheapest."""
    fields: dict[str, Any] = {"address_type": "V4", "address": "192.0.2.9"}
    return _attachables(
        account, [PublicIp(**fields | each) for each in _free("ip", count, changes)]
    )


def _free(prefix: str, count: int, changes: dict[str, Any]) -> list[dict[str, Any]]:
    now = timezone.now()
    fields = {"cluster": cluster_row(), "status": "ready", "created_at": now, "free_since": now}
    return [
        {
            **fields,
            "is_left_over": not changes.get("attached_to"),
            "name": f"{prefix}-{number}",
            "remote_id": f"{prefix}-{number}",
            "price_hour": Decimal("0.001") * (number + 1),
            **changes,
        }
        for number in range(count)
    ]


def _attachables(account: FluenceAccount, rows: list[Row]) -> list[Row]:
    """Save rows as the mirror would, which has read all there is."""
    now = timezone.now()
    revision = revision_raise(account.team_id)
    FluenceAccount.objects.filter(pk=account.pk).update(
        resources_revision=revision, disks_read_at=now, public_ips_read_at=now, reconciled_at=now
    )
    for row in rows:
        row.account = account
        row.save()
    return rows
