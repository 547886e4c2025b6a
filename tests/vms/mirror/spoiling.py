"""Answers of the simulator in which some records make no sense."""

import json
from collections.abc import Callable
from typing import Any

import requests

from controlpanel.fluence.queries import query
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from vms.mirror.fields import EXPAND

Record = dict[str, Any]
LIST = "GET /v2/vms"


def listed(sim: RunningSimulator, operation: str = LIST) -> Any:  # noqa: ANN401
    """Return what the simulator answers to a list, as JSON."""
    method, path = operation.split()
    answer = requests.request(
        method,
        sim.url + path,
        params=query(expand=EXPAND, per_page=100) if operation == LIST else {},
        headers={"X-API-KEY": FULL_KEY},
        timeout=10,
    )
    assert answer.ok
    return answer.json()


def answer_with(
    sim: RunningSimulator, change: Callable[[list[Record]], None], operation: str = LIST
) -> None:
    """Let a list be answered with its records as `change` leaves them, until faults are cleared."""
    payload = listed(sim, operation)
    change(payload if isinstance(payload, list) else payload["items"])
    sim.faults.add("status", operation=operation, status=200, body=json.dumps(payload))


def spoil(
    sim: RunningSimulator, operation: str = LIST, *, named: str | None = None, **fields: Any
) -> None:
    """Put such fields into a list's first record, or into the one of this name."""

    def change(records: list[Record]) -> None:
        record = next(each for each in records if named in (None, each.get("name")))
        record.update(fields)

    answer_with(sim, change, operation)
