"""VM rows as the mirror writes them, for tests of pages: no Fluence needed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from controlpanel.teams.models import Team
from vms.core.revisions import revision_raise
from vms.models import VM, Cluster, Configuration, Datacenter, FluenceAccount, LeftOver


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


def left_over_rows(account: FluenceAccount, count: int, **changes: Any) -> list[LeftOver]:
    """List boot disks that no VM has, named disk-0 and so on; the first is the cheapest."""
    now = timezone.now()
    fields: dict[str, Any] = {
        "account": account,
        "kind": LeftOver.Kind.DISK,
        "cluster": cluster_row(),
        "role": "BOOT",
        "volume_gb": 25,
        "storage_type": "NVME",
        "created_at": now,
        "free_since": now,
        "is_listed": True,
    }
    rows = [
        LeftOver(
            **fields
            | {
                "name": f"disk-{number}",
                "remote_id": f"disk-{number}",
                "price_hour": Decimal("0.001") * (number + 1),
            }
            | changes
        )
        for number in range(count)
    ]
    revision = revision_raise(account.team_id)
    FluenceAccount.objects.filter(pk=account.pk).update(
        left_over_revision=revision, disks_read_at=now, public_ips_read_at=now, reconciled_at=now
    )
    return LeftOver.objects.bulk_create(rows)
