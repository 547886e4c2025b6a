"""Whose a charged thing is: the VM that it belongs to, and who deployed it here."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from controlpanel.audit.actions import Action
from vms.models import VM, Charge, ChargeMonth, FluenceAccount, Operation, PublicIp, Storage
from vms.models.billing import PUBLIC_IP_CHARGE, STORAGE_CHARGE, VM_CHARGE

from .attachments import vms_of_disks, vms_of_ips

CREATES = (Action.STORAGE_CREATE, Action.PUBLIC_IP_CREATE)


class Holder(NamedTuple):
    """A VM, or what belongs to none; `person` is empty for what nobody deployed here."""

    id: str
    name: str
    person: str


def holders_of(
    account: FluenceAccount, charges: Mapping[str, Charge], known: Mapping[str, ChargeMonth]
) -> dict[str, Holder]:
    """Return the holder of each thing by its id.

    A disk or an address is of the VM that has it, or had it last. Whoever made it by itself
    deployed it; otherwise whoever deployed its VM. Of what has no row any more the sums of this
    month, `known`, and of others still tell.
    """
    vms = {vm.pk: vm for vm in VM.objects.filter(team=account.team_id).only(*_OF_VM)}
    by_remote = {vm.remote_id: vm for vm in vms.values() if vm.remote_id}
    owners = _owners(account, charges.values())
    lost = {
        id_
        for id_, charge in charges.items()
        if id_ not in owners and charge.resource_type != VM_CHARGE
    }
    told = _told_before(account, lost, known)
    origins = _origins(account, [charges[id_] for id_ in lost - told.keys()])
    found: dict[str, Holder] = {}
    for id_, charge in charges.items():
        if charge.resource_type == VM_CHARGE:
            vm = by_remote.get(id_)
            found[id_] = Holder(id_, charge.name, vm.created_by_name if vm else "")
        elif id_ in told:
            found[id_] = told[id_]
        else:
            pk, person = owners.get(id_, (origins.get(id_), ""))
            found[id_] = _holder(charge, vms.get(pk) if pk else None, person)
    return found


_OF_VM = ("remote_id", "name", "created_by_name")


def _holder(charge: Charge, vm: VM | None, person: str) -> Holder:
    if vm is None or vm.remote_id is None:
        return Holder(charge.resource_id, charge.name, person)
    return Holder(vm.remote_id, vm.name, person or vm.created_by_name)


def _owners(
    account: FluenceAccount, charges: Iterable[Charge]
) -> dict[str, tuple[UUID | None, str]]:
    """Return the VM, if any, and the maker, if it was made by itself, of what has a row."""
    kinds = {charge.resource_type for charge in charges}
    makers: dict[str, str] = {}
    if kinds - {VM_CHARGE}:
        creates = Operation.objects.filter(team=account.team_id, kind__in=CREATES)
        makers = dict(creates.values_list("target_id", "actor_data__name"))
    found: dict[str, tuple[UUID | None, str]] = {}
    for model in (Storage, PublicIp):
        rows = model._default_manager.filter(account=account, remote_id__isnull=False)
        for pk, remote_id, vm, origin in rows.values_list("pk", "remote_id", "vm", "origin"):
            found[remote_id or ""] = (vm or origin, makers.get(pk.hex, ""))
    return found


def _told_before(
    account: FluenceAccount, ids: Collection[str], known: Mapping[str, ChargeMonth]
) -> dict[str, Holder]:
    """Return what sums of this month, or else of earlier ones, say of things without a row."""
    elsewhere = [id_ for id_ in ids if id_ not in known]
    rows = [known[id_] for id_ in ids if id_ in known]
    for start in range(0, len(elsewhere), 500):
        some = elsewhere[start : start + 500]
        rows += ChargeMonth.objects.filter(account=account, resource_id__in=some).order_by("month")
    return {row.resource_id: Holder(row.holder_id, row.holder_name, row.person) for row in rows}


def _origins(account: FluenceAccount, charges: Collection[Charge]) -> dict[str, UUID]:
    """Return the VMs that had what was gone before anything was told of it."""
    disks = {c.resource_id for c in charges if c.resource_type == STORAGE_CHARGE}
    addresses = {c.resource_id for c in charges if c.resource_type == PUBLIC_IP_CHARGE}
    origins = vms_of_disks(account, disks)[0] if disks else {}
    return origins | (vms_of_ips(account, addresses) if addresses else {})
