"""Disks and addresses for the teams of `data`: one of each for every VM, some of them left over."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from vms.core.statuses import ENDED
from vms.models import VM, FluenceAccount, PublicIp, Storage

from .charges import charges_fill

BATCH = 1_000


def holdings_fill(account: FluenceAccount) -> None:
    """Make a boot disk and an address for each of the account's VMs; those of ended ones are left
    over.
    """
    now, dice = timezone.now(), random.Random(account.remote_user_id)  # noqa: S311 - the same data
    disks, ips = list[Storage](), list[PublicIp]()
    vms = VM.objects.filter(account=account).only("id", "name", "remote_id", "status", "cluster_id")
    for number, vm in enumerate(vms.order_by("created_at")):
        is_ended = vm.status in ENDED
        common: dict[str, Any] = {
            "account": account,
            "cluster_id": vm.cluster_id,
            "status": "ready",
            "created_at": now - timedelta(minutes=7 * number),
            "vm": None if is_ended else vm,
            "origin": vm,
            "attached_to": "" if is_ended else vm.remote_id,
            "free_since": now if is_ended else None,
            "is_left_over": is_ended,
        }
        price = Decimal(dice.randrange(20, 900)) / 100_000
        disks.append(
            Storage(
                remote_id=f"disk-{vm.remote_id}",
                name=f"{vm.name}-boot",
                role="BOOT",
                volume_gb=25,
                storage_type="NVME",
                price_hour=price,
                **common,
            )
        )
        ips.append(
            PublicIp(
                remote_id=f"ip-{vm.remote_id}",
                name=f"{vm.name}-ip",
                address=f"203.0.{number // 250 % 250}.{number % 250}",
                price_hour=Decimal("0.0035"),
                **common,
            )
        )
    Storage.objects.bulk_create(disks, batch_size=BATCH)
    PublicIp.objects.bulk_create(ips, batch_size=BATCH)
    charges_fill(account, len(disks))
    FluenceAccount.objects.filter(pk=account.pk).update(
        disks_read_at=now,
        public_ips_read_at=now,
        networks_read_at=now,
        reconciled_at=now,
        charges_read_at=now,
    )
