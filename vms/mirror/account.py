"""What of an account must hold while its mirror is written."""

from controlpanel.audit.actions import Action
from vms.models import FluenceAccount, Operation
from vms.models.operation import OPEN_STATES


def account_lock(account: FluenceAccount) -> bool:
    """Lock the account until the transaction ends; false if it was disconnected meanwhile."""
    row = FluenceAccount.objects.select_for_update(no_key=True).filter(pk=account.pk)
    return bool(row.values_list("pk"))


def names_being_made(account: FluenceAccount) -> set[str]:
    """Return the names of the VMs that open operations may be making at this moment."""
    creates = Operation.objects.filter(
        account=account,
        kind=Action.VM_CREATE,
        state__in=OPEN_STATES,
        needs_attention=False,
    )
    return set(creates.values_list("target_name", flat=True))
