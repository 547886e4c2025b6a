"""Calls that the client would never make."""

from typing import Any

import requests

from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator


def send(
    sim: RunningSimulator,
    operation: str,
    body: Any = None,  # noqa: ANN401
    *,
    headers: dict[str, str] | None = None,
    data: bytes | None = None,
) -> requests.Response:
    """Send "GET /path?query"; with the full key unless other headers are given."""
    method, target = operation.split(" ", 1)
    return requests.request(
        method,
        sim.url + target,
        json=body,
        data=data,
        headers={"X-API-KEY": FULL_KEY} if headers is None else headers,
        timeout=5,
    )


def refusal(response: requests.Response) -> tuple[int, str, str]:
    """Return status, code and message of an error answer."""
    body = response.json()
    return response.status_code, body["code"], body["error"]
