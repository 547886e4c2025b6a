"""The one ledger of what runs: what an account burns per hour now.

Every figure of what runs, on every page, is this one or a named part of it. It is added up from
what Fluence last said of each VM, disk and address by itself, so that its parts add up to it to
the last digit.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, Sum

from controlpanel.lib.remembered import remembered
from controlpanel.teams.models import Team
from vms.core import statuses
from vms.core.amounts import sum_exact
from vms.models import VM, FluenceAccount, PublicIp, Storage, account_of
from vms.resource.selectors.totals import resource_totals


@dataclass(frozen=True, slots=True)
class Burn:
    """USD per hour, exact: of all that Fluence charges now, and of each part of it.

    `vms` are VMs alone; `disks` and `public_ips` are all of them, attached or free, and
    `left_over` is what of these no VM has. `unlisted` is what VMs say of disks and addresses that
    the key may not list, which `hides_free`. `pending` is asked for and not seen at Fluence yet: it
    is not in `total`. `unpriced` counts what is charged at a price that Fluence does not tell.
    """

    vms: Decimal = Decimal(0)
    disks: Decimal = Decimal(0)
    public_ips: Decimal = Decimal(0)
    left_over: Decimal = Decimal(0)
    unlisted: Decimal = Decimal(0)
    pending: Decimal = Decimal(0)
    unpriced: int = 0
    hides_free: bool = False
    # How many there are, from the same look: VMs by status, what is left over by its kind, and of
    # how many of these Fluence is still being asked.
    vm_counts: dict[str, int] = field(default_factory=dict)
    left_over_disks: int = 0
    left_over_public_ips: int = 0
    left_over_unpriced: int = 0
    unchecked: int = 0

    @property
    def total(self) -> Decimal:
        return self.vms + self.disks + self.public_ips + self.unlisted

    @property
    def is_least(self) -> bool:
        """Whether more may be charged than can be told: without a price, or out of sight."""
        return bool(self.unpriced) or self.hides_free

    @property
    def is_left_over_least(self) -> bool:
        """The same of what is left over."""
        return bool(self.left_over_unpriced) or self.hides_free

    @property
    def has_left_over(self) -> bool:
        return bool(self.left_over_disks or self.left_over_public_ips)


def burn_of(team: Team) -> Burn:
    """Return what the team's account burns, as of `team.revision` or later."""
    account = account_of(team)
    if account is None:
        return Burn(vm_counts=_vms_of(team, None).counts)
    disks, ips = resource_totals(account).values()
    vms = _vms_of(team, account)
    refused = {Storage.TARGET_TYPE, PublicIp.TARGET_TYPE} & set(account.refused_kinds)
    told = disks.attached_hour + ips.attached_hour
    return Burn(
        vms=vms.price_hour,
        disks=disks.price_hour,
        public_ips=ips.price_hour,
        left_over=disks.left_over_hour + ips.left_over_hour,
        unlisted=max(vms.extras_hour - told, Decimal(0)) if refused else Decimal(0),
        pending=vms.pending_hour + disks.pending_hour + ips.pending_hour,
        unpriced=vms.unpriced + disks.unpriced + ips.unpriced,
        hides_free=bool(refused),
        vm_counts=vms.counts,
        left_over_disks=disks.left_over,
        left_over_public_ips=ips.left_over,
        left_over_unpriced=disks.left_over_unpriced + ips.left_over_unpriced,
        unchecked=disks.unchecked + ips.unchecked,
    )


@dataclass(frozen=True, slots=True)
class _VMSums:
    """USD per hour of VMs alone; `extras_hour` is what they say of what they have besides."""

    price_hour: Decimal
    extras_hour: Decimal
    pending_hour: Decimal
    unpriced: int
    counts: dict[str, int]


def _vms_of(team: Team, account: FluenceAccount | None) -> _VMSums:
    kept = _vms_added_up(team.pk, account.pk if account else None, team.revision)
    amounts = {name: Decimal(kept[name]) for name in kept if name.endswith("_hour")}
    return _VMSums(**kept | amounts)


@remembered("burn-vms:1")
def _vms_added_up(team_id: UUID, account_id: UUID | None, _revision: int) -> dict[str, Any]:
    """Add up by columns of one index, which has the team's VMs by status; amounts as text."""
    ours = Q(account=account_id) if account_id else Q(pk__in=[])
    live = VM.objects.filter(team=team_id, hidden_at__isnull=True)
    found = live.values_list("status").annotate(
        count=Count("*"),
        alone=Sum("price_vm_hour", filter=ours),
        extras=Sum(F("price_hour") - F("price_vm_hour"), filter=ours),
        unpriced=Count("status", filter=ours & Q(price_vm_hour=None)),
    )
    by_status = {status: added for status, *added in found}
    charged = [added for status, added in by_status.items() if status not in statuses.UNCHARGED]
    pending = by_status.get(statuses.REQUESTED, (0, None, None, 0))
    return {
        "price_hour": str(sum((sum_exact(alone) for _, alone, _, _ in charged), Decimal(0))),
        "extras_hour": str(sum((sum_exact(extras) for _, _, extras, _ in charged), Decimal(0))),
        "pending_hour": str(sum_exact(pending[1])),
        "unpriced": sum(unpriced for *_, unpriced in charged),
        "counts": {status: added[0] for status, added in by_status.items()},
    }
