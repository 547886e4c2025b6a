"""What Fluence says no with is kept as far as its column holds it, on every database."""

import json

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.audit.models import AuditEntry
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import deploy
from vms.models import VM, Operation
from vms.vm.services import vm_terminate

pytestmark = pytest.mark.usefixtures("catalogue", "key")
CALLS = {"vm.create": "POST /v2/vms", "vm.terminate": "POST /v2/vms/{vm_id}/terminate"}
CODE = "a_code_that_nobody_has_ever_thought_of_before"
BODY = json.dumps({"code": CODE, "error": "No."})


def refused(team: Team, petra: Actor, act: str, sim: RunningSimulator) -> Operation:
    vm = VM.objects.get(pk=deploy(team, petra).target_id) if act == "vm.terminate" else None
    sim.faults.add("status", operation=CALLS[act], times=1, status=409, body=BODY)
    return vm_terminate(vm=vm, actor=petra) if vm else deploy(team, petra)


@pytest.mark.parametrize(("act", "state"), [("vm.create", "unknown"), ("vm.terminate", "failed")])
def test_a_code_is_as_long_as_its_column(
    team: Team, petra: Actor, sim: RunningSimulator, act: str, state: str
) -> None:
    """What is said to a create is doubted for a while, to other acts it is taken at its word."""
    operation = refused(team, petra, act, sim)
    assert (operation.state, operation.error_code) == (state, CODE[:40])
    assert AuditEntry.objects.order_by("-pk")[0].error_code == CODE[:40]
