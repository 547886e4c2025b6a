"""What must hold once everything is back: all of it is there once, and the log is whole."""

import json

from tests.stack import Stack

ACCOUNTED = """
import json
from collections import Counter
from controlpanel.audit.models import AuditEntry
from vms.core.clients import client_for
from vms.models import VM, FluenceAccount, Operation
account = FluenceAccount.objects.get(team__slug="acme-robotics")
remote = client_for(account).vms.list(per_page=100).items
live = [vm for vm in remote if vm.status.lower() != "terminated"]
entries = AuditEntry.objects.filter(team_id=account.team_id, operation_id__isnull=False)
ends = Counter(entries.filter(outcome__in=["succeeded", "failed"]).values_list("operation_id"))
begins = Counter(entries.filter(outcome="requested").values_list("operation_id"))
operations = Operation.objects.filter(team_id=account.team_id)
print(json.dumps({
    "at_fluence": sorted(vm.name for vm in live),
    "in_mirror": sorted(VM.objects.exclude(status="terminated").filter(
        account=account, remote_id__in=[vm.id for vm in live]).values_list("name", flat=True)),
    "rows": sorted(VM.objects.filter(account=account, hidden_at=None).exclude(
        status="terminated").values_list("name", flat=True)),
    "open": operations.filter(state__in=["pending", "running", "unknown"]).count(),
    "each_begun_once": set(begins.values()) == {1} and len(begins) == operations.count(),
    "each_ended_once": set(ends.values()) == {1} and len(ends) == operations.count(),
}))
"""
OPEN = """
from vms.models import VM, Operation
print(Operation.objects.filter(state__in=["pending", "running", "unknown"]).count()
      + VM.objects.filter(status__in=["new", "launching", "terminating"]).count())
"""
BEGUN = """
from vms.models import Operation
print(*Operation.objects.filter(kind="vm.create").values_list("target_name", flat=True))
"""


def deployments_begun(stack: Stack) -> set[str]:
    """Return the names of all VMs whose deployment was ever written down."""
    return set(stack.shell(BEGUN).split())


def expect_all_accounted_for(stack: Stack, *names: str, seconds: float = 100) -> None:
    """Wait until nothing is under way; then each VM is at Fluence and in the panel once.

    Raises:
        AssertionError: one is missing, doubled or unfinished, or the log has a gap.
    """
    stack.wait_for(lambda: stack.shell(OPEN) == "0\n", seconds)
    found = json.loads(stack.shell(ACCOUNTED))
    wanted = sorted(names)
    expected = {
        "at_fluence": wanted,
        "in_mirror": wanted,
        "rows": wanted,
        "open": 0,
        "each_begun_once": True,
        "each_ended_once": True,
    }
    assert found == expected, f"{found} instead of {expected}"
    assert stack.manage("audit", "verify").count("entries hold") == 2
