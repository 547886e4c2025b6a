"""What was charged: a row for each thing, its size and the day, added to hour by hour."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from controlpanel.simulator.catalogue import configurations_by_id
from controlpanel.simulator.records import (
    ChargeRecord,
    PublicIpRecord,
    Rented,
    State,
    StorageRecord,
    VMRecord,
)

STORAGE_TYPES_IN_CHARGES = {"NVME": "NVMe"}
"""The API spells this one otherwise in charges than anywhere else."""


def charge_record(state: State, rented: Rented, at: datetime, amount: Decimal) -> None:
    """Note that the hour which begins at `at` was charged."""
    day = at.astimezone(UTC).date()
    quantity = rented.volume_gb if isinstance(rented, StorageRecord) else 1
    key = f"{day}:{rented.id}:{quantity}"
    charge = state.charges.get(key)
    if charge is None:
        charge = state.charges[key] = ChargeRecord(
            day=day,
            user_id=rented.user_id,
            resource_id=rented.id,
            resource_name=rented.name,
            cluster_id=rented.cluster_id,
            quantity=quantity,
            **_what_it_is(rented),
        )
    charge.hours += 1
    charge.cost += amount
    charge.resource_name = rented.name


def _what_it_is(rented: Rented) -> dict[str, Any]:
    if isinstance(rented, VMRecord):
        slug = configurations_by_id[rented.configuration_id].slug
        return {"resource_type": "VM", "configuration": slug}
    if isinstance(rented, StorageRecord):
        return {
            "resource_type": "STORAGE",
            "storage_type": STORAGE_TYPES_IN_CHARGES[rented.storage_type],
            "replicated": rented.replicated,
        }
    assert isinstance(rented, PublicIpRecord)  # noqa: S101
    return {"resource_type": "PUBLIC_IP", "address_type": rented.address_type}
