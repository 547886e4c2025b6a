"""The figures a process counts itself. What the database knows is read when it is asked for.

With PROMETHEUS_MULTIPROC_DIR the web processes of one server keep their figures in files there,
so that whichever is asked answers for all. Labels hold kinds and routes, never names or ids.
"""

import os
import re
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

if folder := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    # The library does not make it.
    Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)

REQUEST_SECONDS = Histogram(
    "panel_http_request_seconds",
    "Time to answer a web request, by the name of its view.",
    ("view", "method", "status"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
OPERATIONS = Counter(
    "panel_operations_total",
    "Changes asked of Fluence that came to an end, by kind, outcome and error code.",
    ("kind", "outcome", "code"),
)
FLUENCE_SECONDS = Histogram(
    "panel_fluence_call_seconds",
    "Time of a request to Fluence with the wait for the key's turn, by route.",
    ("method", "route"),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40),
)
FLUENCE_CALLS = Counter(
    "panel_fluence_calls_total",
    "Requests to Fluence, by route and code: the HTTP status, or why no answer came.",
    ("method", "route", "code"),
)
AUDIT_SECONDS = Histogram(
    "panel_audit_write_seconds",
    "Time to append one audit entry, with the wait for its team's chain.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)

PAGE_WORKERS = Counter(
    "panel_page_workers_total",
    "Processes that render pages: started, and ended as asked. Others run, or have crashed.",
    ("what",),
)

# Parts of Fluence's paths that are words; whatever else stands there is an id or a name.
_WORD = re.compile(r"v\d|[a-z]+([-_][a-z]+)*")


def fluence_call(method: str, path: str, code: str, seconds: float) -> None:
    """Count a call to Fluence: the observer of `controlpanel.fluence.FluenceClient`."""
    route = "/".join(
        part if not part or _WORD.fullmatch(part) else "{id}" for part in path.split("/")
    )
    FLUENCE_SECONDS.labels(method, route).observe(seconds)
    FLUENCE_CALLS.labels(method, route, code).inc()


def operation_ended(kind: str, outcome: str, code: str) -> None:
    OPERATIONS.labels(kind, outcome, code).inc()


def exposition(*more: Collector) -> bytes:
    """Return all figures in Prometheus' text format, with what `more` collects now."""
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REGISTRY)
    for collector in more:
        registry.register(collector)
    return generate_latest(registry)
