"""An upgrade keeps what a release without codes wrote: sentences, and whose operations they are."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from vms.models import VM, FluenceAccount, Operation

BEFORE = [("vms", "0008_fluence_account")]


@pytest.mark.django_db(transaction=True)
def test_texts_and_targets_are_taken_over() -> None:
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    try:
        ids = _old_rows(executor.loader.project_state(BEFORE).apps)
    finally:
        MigrationExecutor(connection).migrate(latest)
    vm = VM.objects.get(pk=ids["vm"])
    assert vm.problem == "Not renamed. 100% sure."
    assert FluenceAccount.objects.get().health_message == "Invalid key."
    create, key = Operation.objects.order_by("kind")[::-1]
    assert (create.kind, key.kind) == ("vm.create", "ssh_key.delete")
    assert (create.message, key.message) == ("Fluence has no trace of it.", "")
    assert (create.target_type, create.target_id) == ("vm", vm.pk.hex)
    assert list(vm.operations) == [create]
    assert (key.target_type, key.target_id) == ("ssh_key", "k-1")


def _old_rows(apps: Any) -> dict[str, Any]:  # noqa: ANN401
    def make(app: str, model: str, **values: Any) -> Any:  # noqa: ANN401
        return apps.get_model(app, model).objects.create(**values)

    team = make("teams", "Team", name="Acme", slug="acme")
    account = make(
        "vms",
        "FluenceAccount",
        team=team,
        api_key_encrypted="x",
        key_hint="x",
        remote_user_id="u",
        email="a@acme.test",
        can_write=True,
        health_message="Invalid key.",
    )
    cluster = make("vms", "Cluster", id="c", name="Vistula")
    configuration = make("vms", "Configuration", id="s", slug="cpu-regular-2vcpu-4gb")
    vm = make(
        "vms",
        "VM",
        id=uuid4(),
        team=team,
        account=account,
        name="web-1",
        cluster=cluster,
        configuration=configuration,
        problem="Not renamed. 100% sure.",
    )
    common = {"team": team, "account": account, "actor_data": {"kind": "system"}}
    message = "Fluence has no trace of it."
    make(
        "vms", "Operation", kind="vm.create", vm=vm, target_name="web-1", message=message, **common
    )
    request = {"remote_id": "k-1"}
    make("vms", "Operation", kind="ssh_key.delete", target_name="laptop", request=request, **common)
    return {"vm": vm.pk}
