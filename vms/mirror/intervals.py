"""When Fluence is asked about a VM again."""

import math
import random
from datetime import datetime, timedelta

from django.utils import timezone

from vms.core.clients import fluence_now
from vms.models import VM

SHORTEST, LONGEST = timedelta(seconds=2), timedelta(seconds=30)
AGE_PER_INTERVAL = 25


def next_poll(
    vm: VM, now: datetime | None = None, *, jitter: float | None = None
) -> datetime | None:
    """Return when to ask Fluence about the VM again; None once it will not change by itself.

    `jitter`, of `poll_jitter`, is one for all VMs of a call: they are to come due together.
    """
    if vm.is_settled:
        return None
    changed_at = max(vm.created_at, vm.remote_updated_at or vm.created_at)
    pause = poll_interval(fluence_now() - changed_at) * (jitter or poll_jitter())
    return (now or timezone.now()) + pause


def poll_interval(age: timedelta) -> timedelta:
    """Return the pause before a VM is asked about again, by the time since its last change.

    2 s in the first minute, then growing, in steps of a quarter so that VMs of about one age
    come due together, to 30 s after some twelve minutes.
    """
    wanted = max(age / AGE_PER_INTERVAL, SHORTEST)
    if wanted >= LONGEST:
        return LONGEST
    return SHORTEST * 1.25 ** math.floor(math.log(wanted / SHORTEST, 1.25))


def poll_jitter() -> float:
    """Return a factor within 15 % of 1, so that keys which began together drift apart."""
    return random.uniform(0.85, 1.15)  # noqa: S311 - no secret
