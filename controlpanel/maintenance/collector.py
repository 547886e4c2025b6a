"""Metrics that are read when they are asked for, from the database and the queue."""

from collections.abc import Iterable

from django.db import DatabaseError, InterfaceError
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from . import figures, readiness


class PanelCollector(Collector):
    """The panel as a whole, the same whichever web process is asked.

    What cannot be read is left out; `panel_part_up` then says why.
    """

    def collect(self) -> Iterable[Metric]:
        parts = readiness.parts()
        yield _parts_up(parts)
        yield from (_seconds(part) for part in parts if part.seconds is not None)
        for read in (_open_operations, _accounts, _queues):
            try:
                yield read()
            except (DatabaseError, InterfaceError, RedisError, OSError):
                continue


def _parts_up(parts: list[readiness.Part]) -> Metric:
    up = GaugeMetricFamily(
        "panel_part_up", "Whether a part does its work, as /readyz.", labels=["part"]
    )
    for part in parts:
        up.add_metric([part.name], float(part.is_ok))
    return up


def _seconds(part: readiness.Part) -> Metric:
    name, text = {
        "beat": ("panel_beat_age_seconds", "Time since beat last reached a worker."),
        "poll": ("panel_poll_lag_seconds", "How long the most overdue VM has waited."),
    }[part.name]
    return GaugeMetricFamily(name, text, value=part.seconds or 0.0)


def _open_operations() -> Metric:
    metric = GaugeMetricFamily(
        "panel_operations_open",
        "Changes under way, by kind and state; attention: only a person can settle them.",
        labels=["kind", "state", "attention"],
    )
    for (kind, state, attention), count in figures.open_operations().items():
        metric.add_metric([kind, state, "yes" if attention else "no"], count)
    return metric


def _accounts() -> Metric:
    metric = GaugeMetricFamily(
        "panel_fluence_accounts", "Connected Fluence accounts, by health.", labels=["health"]
    )
    for health, count in figures.accounts_by_health().items():
        metric.add_metric([health], count)
    return metric


def _queues() -> Metric:
    metric = GaugeMetricFamily(
        "panel_queue_depth", "Tasks that wait for a worker.", labels=["queue"]
    )
    for name, depth in figures.queue_depths().items():
        metric.add_metric([name], depth)
    return metric
