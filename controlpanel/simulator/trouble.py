"""What faults do to a request: before it is handled, while it is, and to its answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from controlpanel.simulator.answers import Answer, error_answer
from controlpanel.simulator.faults import Fault, Kind
from controlpanel.simulator.lifecycle import enter
from controlpanel.simulator.records import AccountRecord
from controlpanel.simulator.world import World

STATUS_OPERATION = "GET /v1/service/status"
UNKNOWN_STATUS = "hibernating"
UNKNOWN_FIELD = "addedLater"

KEYED = ("resources", "availablePublicIps", "availableStorage", "kind")
"""Objects whose names are data: a field more would be one more cluster, not an unknown field."""

HTML = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"


def before(world: World, operation: str) -> Answer | None:
    """Return the answer of a fault that strikes before anything is done."""
    if slow := world.faults.take("latency", operation):
        time.sleep(slow.seconds)
    if operation != STATUS_OPERATION and world.faults.take("maintenance", operation):
        answer = error_answer("service_unavailable", "Fluence is closed for maintenance.", 503)
        return _spoilt(answer)
    if fault := world.faults.take("timeout_before", operation):
        return _spoilt(Answer(None, hold=fault.seconds))
    return None


def instead(world: World, operation: str) -> tuple[Answer | None, bool]:
    """Return the answer to give instead of the true one, and whether to do all the same."""
    for kind, answer_of in _INSTEAD.items():
        if fault := world.faults.take(kind, operation):
            return _spoilt(answer_of(fault)), fault.effect
    return None, True


def meanwhile(world: World, account: AccountRecord, operation: str) -> None:
    """Let happen to the account what was not asked for. The caller holds the world's lock."""
    faults = world.faults
    if not account.id:
        return
    if faults.take("balance_runs_out", operation):
        account.balance = min(account.balance, Decimal(0))
        world.changed()
    if not faults.is_set("provider_terminates"):
        return
    for vm in world.state.vms.values():
        if vm.user_id != account.id or vm.status != "launched":
            continue
        if faults.take("provider_terminates", operation) is None:
            return
        enter(world, vm, "terminating", world.clock.now())
        world.changed()


def after(world: World, operation: str, answer: Answer) -> Answer:
    """Return the answer as a fault leaves it that strikes when everything is done."""
    faults = world.faults
    if fault := faults.take("timeout_after", operation):
        return _spoilt(Answer(None, hold=fault.seconds))
    if faults.take("truncated", operation):
        return _spoilt(
            Answer(answer.status, text=answer.body[: len(answer.body) // 2].decode(errors="ignore"))
        )
    for kind, change in _CHANGES.items():
        if answer.body and faults.take(kind, operation):
            payload = json.loads(answer.body)
            change(payload)
            answer = _spoilt(Answer(answer.status, payload, headers=answer.headers))
    return answer


def _spoilt(answer: Answer) -> Answer:
    answer.spoilt = True
    return answer


def _status(fault: Fault) -> Answer:
    return Answer(fault.status, text=fault.body, headers=fault.headers)


def _rate_limited(fault: Fault) -> Answer:
    headers = {"Retry-After": str(round(fault.seconds))}
    return Answer(429, {"error": "Too many requests"}, headers=headers)


def _server_error(_fault: Fault) -> Answer:
    return error_answer("internal_server_error", "Something went wrong.", 500)


def _bad_gateway(_fault: Fault) -> Answer:
    return Answer(502, text=HTML, headers={"Content-Type": "text/html"})


def _make_status_unknown(payload: Any) -> None:  # noqa: ANN401
    for each in _objects(payload):
        if "restartRequired" in each:
            each["status"] = UNKNOWN_STATUS


def _add_fields(payload: Any) -> None:  # noqa: ANN401
    for each in _objects(payload):
        each[UNKNOWN_FIELD] = {"by": "a newer server"}


def _objects(value: Any, name: str = "") -> list[dict[str, Any]]:  # noqa: ANN401
    """Return all objects in a payload but those whose names are data."""
    if isinstance(value, list):
        return [each for part in value for each in _objects(part)]
    if not isinstance(value, dict):
        return []
    inner = [each for key, part in value.items() for each in _objects(part, key)]
    return inner if name in KEYED else [value, *inner]


_INSTEAD: dict[Kind, Callable[[Fault], Answer]] = {
    "status": _status,
    "rate_limited": _rate_limited,
    "server_error": _server_error,
    "bad_gateway": _bad_gateway,
}

_CHANGES: dict[Kind, Callable[[Any], None]] = {
    "unknown_status": _make_status_unknown,
    "unknown_fields": _add_fields,
}
