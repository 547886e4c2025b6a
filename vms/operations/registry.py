"""What the engine asks of each kind of operation."""

from typing import Any, Protocol

from controlpanel.audit.actions import Action
from controlpanel.audit.services import Target
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.teams.permissions import Permission
from vms.models import Operation
from vms.ssh_key.kinds import delete as delete_ssh_key
from vms.ssh_key.kinds import register as register_ssh_key
from vms.vm.kinds import create, rename, restart, terminate

from .findings import Finding


class Kind(Protocol):
    """One kind of operation. `apply` and `refuse` run in the transaction of the outcome."""

    ACTION: Action
    # What whoever asked for it must be allowed, also when a worker carries it out later.
    PERMISSION: Permission
    # Whether sending it twice does no harm. A create is not repeatable: it would be paid twice.
    REPEATABLE: bool

    def target(self, operation: Operation) -> Target:
        """Name what it is about for the audit log."""

    def check(self, client: FluenceClient, operation: Operation) -> None:
        """Read at Fluence what must hold before the call; raise FluenceError if it does not."""

    def send(self, client: FluenceClient[Changes], operation: Operation) -> Any:  # noqa: ANN401
        """Make the one call."""

    def apply(self, operation: Operation, answer: Any, /) -> None:  # noqa: ANN401
        """Mirror what the call did."""

    def refuse(self, operation: Operation) -> None:
        """Mirror that it was not done; `operation.message` says why."""

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        """Look whether a call that may have happened did."""


KINDS: dict[str, Kind] = {
    Operation.Kind.VM_CREATE: create,
    Operation.Kind.VM_RENAME: rename,
    Operation.Kind.VM_RESTART: restart.RESTART,
    Operation.Kind.VM_SOFT_REBOOT: restart.SOFT_REBOOT,
    Operation.Kind.VM_TERMINATE: terminate,
    Operation.Kind.SSH_KEY_CREATE: register_ssh_key,
    Operation.Kind.SSH_KEY_DELETE: delete_ssh_key,
}
