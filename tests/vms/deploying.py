"""How tests deploy VMs, let time pass, and do the workers' work by hand."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from redis import Redis
from time_machine import Traveller

from controlpanel.audit.actors import Actor
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Team
from vms.mirror.polling import account_poll
from vms.models import VM, Cluster, Configuration, FluenceAccount, Image, Operation, SSHKey
from vms.operations import engine, following, settling
from vms.vm.deployment import Deployment
from vms.vm.services import vm_create

CREATE = "POST /v2/vms"
LIST = "GET /v2/vms"
TERMINATE = "POST /v2/vms/{vm_id}/terminate"
RESTART = "POST /v2/vms/{vm_id}/restart"
SOFT_REBOOT = "POST /v2/vms/{vm_id}/softreboot"
RENAME = "PATCH /v2/vms/{vm_id}"
SMALLEST = "cpu-regular-2vcpu-4gb"
# Longer than the simulator needs to launch a VM at its usual speed.
LAUNCH = 10
GRACE = 91


class Killed(BaseException):
    """What SIGKILL is to the code: no handler runs."""


def die_at(point: str, patch: pytest.MonkeyPatch) -> None:
    """Raise what no handler catches where the process would be killed."""

    def die(name: str) -> None:
        if name == point:
            raise Killed

    for module in ("ask", "begin", "engine", "transitions"):
        patch.setattr(f"vms.operations.{module}.crash_point", die, raising=False)


def dies(*_: object, **__: object) -> None:
    raise Killed


class Clock:
    """Moves the time of this process, and of the pauses that Valkey keeps by its own clock."""

    def __init__(self, traveller: Traveller, valkey: Redis) -> None:
        self._traveller = traveller
        self._valkey = valkey

    def set_apart(self, seconds: float) -> None:
        """Let the clock of this process alone stand elsewhere, as on another machine."""
        self._traveller.shift(timedelta(seconds=seconds))

    def advance(self, seconds: float) -> None:
        self._traveller.shift(timedelta(seconds=seconds))
        for key in self._valkey.scan_iter("fluence:*:state"):
            for moment in {b"paused", b"open", b"probing"} & set(self._valkey.hkeys(key)):
                self._valkey.hincrby(key, moment, -round(seconds * 1000))


def deployment(name: str = "web-1", **changes: Any) -> Deployment:
    """A deployment that Fluence accepts; needs the fixtures `catalogue` and `key`."""
    fields: dict[str, Any] = {
        "name": name,
        "cluster": Cluster.objects.get(name=changes.pop("place", "Vistula")),
        "configuration": Configuration.objects.get(slug=changes.pop("slug", SMALLEST)),
        "image": Image.objects.get(slug="ubuntu-24-04-x64"),
        "boot_disk_gb": 25,
        "public_ip": True,
        "ssh_keys": list(SSHKey.objects.all()),
    }
    return Deployment(**fields | changes)


def deploy(
    team: Team, actor: Actor, name: str = "web-1", *, form_key: UUID | None = None, **changes: Any
) -> Operation:
    """Deploy one VM; return its operation as it stands after the request."""
    return deploy_many(team, actor, name, form_key=form_key, **changes)[0]


def deploy_many(
    team: Team, actor: Actor, name: str, *, form_key: UUID | None = None, **changes: Any
) -> list[Operation]:
    return vm_create(
        team=team,
        actor=actor,
        deployment=deployment(name, **changes),
        form_key=form_key or uuid4(),
    )


def launched(team: Team, actor: Actor, clock: Clock, name: str = "web-1", **changes: Any) -> VM:
    """Deploy a VM and poll until it runs."""
    operation = deploy(team, actor, name, **changes)
    clock.advance(LAUNCH)
    poll(operation.account)
    vm = VM.objects.get(name=name)
    assert vm.status == "launched"
    return vm


def poll(account: FluenceAccount | None) -> int:
    """Poll now, whatever is due when."""
    assert account
    now = timezone.now()
    VM.objects.filter(account=account, poll_after__isnull=False).update(poll_after=now)
    FluenceAccount.objects.filter(pk=account.pk).update(poll_after=now)
    return account_poll(account.pk)


def settle() -> None:
    """Do what beat and a worker do in one round with the operations that wait."""
    settling.operations_orphaned()
    following.followers_release()
    for operation_id, is_unknown in settling.operations_due():
        if is_unknown:
            settling.operation_settle(operation_id)
        else:
            engine.operation_run(operation_id, patient=True)


def settle_for(clock: Clock, seconds: int, step: int = 5) -> None:
    """Let so much time pass, with a round of the workers every `step` seconds."""
    for _ in range(0, seconds, step):
        clock.advance(step)
        settle()


def log_of(team: Team, action: str = "") -> list[str]:
    """The team's log, oldest first, as "action outcome"; connecting and keys left out."""
    rows = AuditEntry.objects.filter(team_id=team.pk).order_by("sequence")
    lines = [f"{entry.action} {entry.outcome}" for entry in rows]
    setting_up = ("account.connect", "ssh_key.create")
    return [line for line in lines if line.startswith(action) and not line.startswith(setting_up)]


def entry_of(team: Team, action: str, outcome: str) -> AuditEntry:
    return AuditEntry.objects.filter(team_id=team.pk, action=action, outcome=outcome).latest(
        "sequence"
    )
