"""A hundred teams whose VMs all launch at once: their rows, and the simulator that has the VMs."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.lib.encryption import encrypt
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from tests.stack import BASE_DIR
from vms.models import VM, Cluster, Configuration, FluenceAccount

from . import fluence

PREFIX = "crowd-"


@dataclass(slots=True)
class Simulator:
    """The simulator's process; `report` is what it printed at its end."""

    process: "subprocess.Popen[str]"
    report: dict[str, Any] = field(default_factory=dict)


def crowd_fill(owner: User, *, teams: int, vms: int, prefix: str = PREFIX) -> list[Team]:
    """Make teams with connected accounts, each with so many VMs in status "new"."""
    now = timezone.now()
    cluster, _ = Cluster.objects.get_or_create(id=fluence.CLUSTER.id, defaults={"name": "Vistula"})
    size = fluence.CONFIGURATION
    configuration, _ = Configuration.objects.get_or_create(
        id=size.id, defaults={"slug": size.slug, "vcpu": size.vcpu, "ram_gb": size.ram_gb}
    )
    made = [Team(slug=f"{prefix}{number}", name=f"{prefix}{number}") for number in range(teams)]
    Team.objects.bulk_create(made)
    Membership.objects.bulk_create(
        Membership(team=team, user=owner, role=Role.OWNER) for team in made
    )
    accounts = FluenceAccount.objects.bulk_create(
        FluenceAccount(
            team=team,
            api_key_encrypted=encrypt(fluence.api_key(number)),
            remote_user_id=f"{prefix}{number}",
            email=f"team-{number}@bench.example",
            can_write=True,
            # Only polling is measured.
            reconcile_after=now + timedelta(days=9),
            newest_after=now + timedelta(days=9),
        )
        for number, team in enumerate(made)
    )
    VM.objects.bulk_create(
        (
            VM(
                team=account.team,
                account=account,
                remote_id=fluence.vm_id(number, vm),
                name=f"web-{vm}",
                status="new",
                cluster=cluster,
                configuration=configuration,
                poll_after=now,
            )
            for number, account in enumerate(accounts)
            for vm in range(vms)
        ),
        batch_size=500,
    )
    return made


@contextmanager
def simulator_process(*, teams: int, vms: int, speed: float = 1.0) -> Iterator[Simulator]:
    """Run the simulator at FLUENCE_API_URL; its VMs begin to launch now."""
    port = settings.FLUENCE_API_URL.rpartition(":")[2]
    words = [sys.executable, "-m", "tests.bench.fluence", port, str(teams), str(vms), str(speed)]
    process = subprocess.Popen(words, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True)
    simulator = Simulator(process)
    assert process.stdout
    try:
        process.stdout.readline()
        yield simulator
    finally:
        process.terminate()
        simulator.report = json.loads(process.communicate(timeout=30)[0])
