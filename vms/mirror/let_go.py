"""What VMs had is left over from the moment they end; whether it is, Fluence says later."""

from collections.abc import Iterable

from vms.core.resource_statuses import GOING
from vms.models import VM, PublicIp, Storage

from .account import accounts_follow_soon, resources_changed_with_vms


def vms_let_go(vms: Iterable[VM]) -> None:
    """Note that of these VMs those that have ended hold their disks and addresses no more."""
    gone = [vm for vm in vms if vm.is_ended]
    ended = [vm.pk for vm in gone]
    if not ended:
        return
    accounts = {vm.account_id: vm.team_id for vm in gone if vm.account_id}
    accounts_follow_soon(accounts.keys())
    let_go = 0
    for model in (Storage, PublicIp):
        theirs = model.objects.filter(vm__in=ended, is_left_over=False).exclude(price_hour=0)
        let_go += theirs.exclude(status__in=GOING).update(is_left_over=True, is_checked=False)
    for account_id, team_id in accounts.items() if let_go else ():
        resources_changed_with_vms(account_id, team_id)
