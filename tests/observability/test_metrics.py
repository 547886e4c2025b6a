"""/metrics: for Prometheus alone, and without anything that tells whose figures they are."""

import urllib.error
import urllib.request

import pytest
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families

from controlpanel.audit.actors import Actor
from controlpanel.lib.addresses import BindAddress
from controlpanel.observability import metrics
from controlpanel.observability.exporter import exporter_start
from controlpanel.teams.models import Team
from tests.stack import free_ports
from tests.vms.deploying import deploy
from vms.models import FluenceAccount

TOKEN = "swordfish"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _metrics_on(db: None) -> object:
    with override_settings(METRICS_TOKEN=TOKEN):
        yield


def figures() -> dict[tuple[str, ...], float]:
    """All samples, by name and the values of their labels in the order of their names."""
    text = Client().get("/metrics", headers=BEARER).content.decode()
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@override_settings(METRICS_TOKEN="")
def test_without_a_token_set_there_is_no_such_page() -> None:
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Basic swordfish", "Bearer é"])
def test_a_wrong_token_learns_nothing(given: str) -> None:
    response = Client().get("/metrics", headers={"Authorization": given} if given else {})
    assert response.status_code == 401
    assert b"panel_" not in response.content


@pytest.mark.usefixtures("catalogue", "key", "heartbeat")
def test_a_deployment_is_in_operations_audit_and_fluence_calls(
    team: Team, petra: Actor, account: FluenceAccount
) -> None:
    before = figures()
    operation = deploy(team, petra, "swordfish-1")
    after = figures()

    def grown(*labels: str) -> float:
        return after.get(labels, 0.0) - before.get(labels, 0.0)

    assert operation.state == "succeeded"
    assert grown("panel_operations_total", "", "vm.create", "succeeded") == 1
    assert grown("panel_audit_write_seconds_count") == 2
    assert grown("panel_fluence_calls_total", "200", "POST", "/v2/vms") == 1
    assert grown("panel_fluence_call_seconds_count", "POST", "/v2/vms") == 1
    assert after["panel_fluence_accounts", "ok"] == 1
    assert after["panel_part_up", "database"] == 1
    assert after["panel_queue_depth", "celery"] >= 0
    assert after["panel_poll_lag_seconds",] >= 0
    # The first reading of the page is itself a request.
    assert grown("panel_http_request_seconds_count", "GET", "200", "metrics") == 1


@pytest.mark.usefixtures("catalogue", "key")
def test_labels_name_no_team_no_vm_and_no_key(
    team: Team, petra: Actor, account: FluenceAccount
) -> None:
    operation = deploy(team, petra, "swordfish-1")
    text = Client().get("/metrics", headers=BEARER).content.decode()
    hidden = (team.name, team.slug, str(team.pk), "swordfish", account.api_key(), account.email)
    assert not [word for word in (*hidden, str(operation.pk)) if word in text]


def test_ids_in_fluences_paths_are_left_out() -> None:
    metrics.fluence_call("GET", "/v2/vms/0x3fe2b3d8-9c0f", "404", 0.1)
    assert figures()["panel_fluence_calls_total", "404", "GET", "/v2/vms/{id}"] >= 1


@pytest.mark.usefixtures("unreachable_broker")
def test_what_cannot_be_read_is_left_out_and_the_rest_is_there() -> None:
    found = figures()
    assert found["panel_part_up", "broker"] == 0
    assert found["panel_part_up", "database"] == 1
    assert not [name for name in found if name[0] == "panel_queue_depth"]


def test_a_worker_serves_its_own_on_a_port_of_its_own() -> None:
    address = BindAddress("127.0.0.1", free_ports(1)[0])
    server = exporter_start(address, TOKEN)
    try:
        request = urllib.request.Request(f"http://{address}/metrics", headers=BEARER)
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            assert b"panel_operations_total" in answer.read()
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"http://{address}/metrics", timeout=5)
    finally:
        server.shutdown()
        server.server_close()
