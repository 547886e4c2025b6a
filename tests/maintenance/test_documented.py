"""docs/operations.md names every metric and every part, and none that is gone."""

import re

import pytest
from prometheus_client import REGISTRY
from prometheus_client.registry import CollectorRegistry

from controlpanel.maintenance import readiness
from controlpanel.maintenance.collector import PanelCollector
from tests.stack import BASE_DIR

TEXT = (BASE_DIR / "docs" / "operations.md").read_text()


@pytest.mark.django_db
@pytest.mark.usefixtures("heartbeat")
def test_every_metric_is_in_its_table() -> None:
    panel = CollectorRegistry()
    panel.register(PanelCollector())
    kinds = {"counter": "_total"}
    found = {
        metric.name + kinds.get(metric.type, "")
        for registry in (REGISTRY, panel)
        for metric in registry.collect()
        if metric.name.startswith("panel_")
    }
    assert set(re.findall(r"^\| `(panel_\w+)`", TEXT, re.MULTILINE)) == found


@pytest.mark.django_db
def test_every_part_of_readyz_has_a_row() -> None:
    parts = {part.name for part in readiness.parts()}
    assert set(re.findall(r"^\| (\w+) \| `", TEXT, re.MULTILINE)) == parts
