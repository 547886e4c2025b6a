"""The test controls: set faults and see requests over HTTP. Off unless asked for."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from controlpanel.simulator.answers import Answer, error_answer
from controlpanel.simulator.payments import finish_top_up
from controlpanel.simulator.world import World

PREFIX = "/_control/"


def control_answer(world: World, method: str, path: str, body: bytes) -> Answer:
    """Answer a control request.

    POST /_control/faults    {"kind": …} with the other fields of `Fault`: set it
    GET /_control/faults     those that are set, and have not struck as often as they will
    DELETE /_control/faults  clear all faults
    GET /_control/requests   the requests seen
    POST /_control/clock     {"advance": seconds}
    POST /_control/top_ups   {"id": …, "status": "resolved" or another end}: let a payment end
    """
    try:
        return _answered(world, f"{method} {path}", body)
    except (ValueError, TypeError, KeyError) as error:
        return error_answer("bad_request", f"The control request is wrong: {error}", 400)


def _answered(world: World, operation: str, body: bytes) -> Answer:
    if operation == f"POST {PREFIX}faults":
        fault: dict[str, Any] = json.loads(body)
        world.faults.add(fault.pop("kind"), **fault)
    elif operation == f"GET {PREFIX}faults":
        return Answer(200, [asdict(fault) for fault in world.faults.left()])
    elif operation == f"DELETE {PREFIX}faults":
        world.faults.clear()
    elif operation == f"GET {PREFIX}requests":
        return Answer(200, [asdict(request) for request in tuple(world.requests)])
    elif operation == f"POST {PREFIX}clock":
        world.advance(float(json.loads(body)["advance"]))
    elif operation == f"POST {PREFIX}top_ups":
        top_up = json.loads(body)
        with world.lock:
            finish_top_up(world, top_up["id"], top_up["status"])
    else:
        return error_answer("not_found", "No such control.", 404)
    return Answer(200, {})
