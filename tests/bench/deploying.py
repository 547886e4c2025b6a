"""Deploying 100 VMs at once: what the panel adds to the time that Fluence itself takes."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from time import perf_counter
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from vms.core.clients import client_for
from vms.mirror.catalogue import catalogue_read
from vms.models import VM, Cluster, Configuration, Image, Operation, SSHKey
from vms.operations.engine import operation_run
from vms.vm.deployment import Deployment
from vms.vm.kinds import create
from vms.vm.services import vm_create

from . import fluence
from .crowd import crowd_fill, simulator_process
from .figures import Figure
from .inserts import inserts_per_second

COUNT = 100


def deploying_figures(owner: User) -> Iterator[Figure]:
    """Time the request that asks for the VMs and the worker's run of each, one after the other.

    Fluence's own time is that of the same creates, sent by nothing but a connection.
    """
    (team,) = crowd_fill(owner, teams=1, vms=0, prefix="deploy-")
    with simulator_process(teams=1, vms=0):
        deployment = _prepared(team)
        actor = Actor(kind="user", id=str(owner.pk), name=str(owner), role="owner")
        began = perf_counter()
        operations = vm_create(team=team, actor=actor, deployment=deployment, form_key=uuid4())
        asked = perf_counter() - began
        for operation in operations:
            if operation_run(operation.pk, patient=True).state != Operation.State.SUCCEEDED:
                raise RuntimeError("a VM was not made")
        ran = perf_counter() - began - asked
        alone = _alone(operations)
    # Their simulator is gone: nobody is to poll them.
    VM.objects.filter(team=team).update(poll_after=None)
    yield Figure("deploy_request_100", asked * 1000, "ms")
    yield Figure("deploy_fluence_each", alone / COUNT * 1000, "ms")
    overhead = (asked + ran - alone) / COUNT
    yield Figure("deploy_overhead_each_time", overhead * 1000, "ms")
    yield Figure("deploy_overhead_each", overhead * inserts_per_second(1), "x insert", 80.0)


def _prepared(team: Team) -> Deployment:
    client = client_for(team.account)
    catalogue_read(client)
    key = SSHKey.objects.create(
        account=team.account, remote_id=fluence.fixed_id("key", 0), name="laptop"
    )
    return Deployment(
        name="web",
        cluster=Cluster.objects.get(name="Potomac"),
        configuration=Configuration.objects.get(slug="cpu-regular-2vcpu-4gb"),
        image=Image.objects.get(slug="ubuntu-24-04-x64"),
        boot_disk_gb=25,
        public_ip=False,
        ssh_keys=[key],
        count=COUNT,
    )


def _alone(operations: list[Operation]) -> float:
    """Return the seconds that Fluence takes for the same creates, under other names."""
    bodies = []
    for operation in operations:
        wire = create._request(operation).to_wire()
        bodies.append(json.dumps({**wire, "name": f"bare-{wire['name']}"}))
    headers = {"X-API-KEY": fluence.api_key(0), "Content-Type": "application/json"}
    connection = HTTPConnection(urlsplit(settings.FLUENCE_API_URL).netloc)
    began = perf_counter()
    for body in bodies:
        connection.request("POST", "/v2/vms", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"Fluence answers {answer.status}")
    seconds = perf_counter() - began
    connection.close()
    return seconds
