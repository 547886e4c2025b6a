"""What the client makes of its limits: nothing is sent, and the error says so."""

import time
from typing import Any

import pytest

from controlpanel.fluence import Changes, FluenceClient, FluenceError, RateLimited, Unavailable
from controlpanel.fluence.limiter import Lease, Refused
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator

ME = "GET /v1/users/me"


class Recorder:
    """A limiter that notes what it is told, and refuses if it is to."""

    def __init__(self, refuse: Refused | None = None) -> None:
        self.refuse = refuse
        self.entered = 0
        self.left: list[tuple[bool, float | None]] = []

    def enter(self) -> Lease:
        if self.refuse:
            raise self.refuse
        self.entered += 1
        return Lease("a")

    def leave(self, lease: Lease, *, failed: bool, pause: float | None) -> None:
        self.left.append((failed, pause))


def limited(sim: RunningSimulator, limiter: Recorder, retries: int = 0) -> FluenceClient[Changes]:
    client = FluenceClient(FULL_KEY, sim.url, retries=retries, read_timeout=0.5, limiter=limiter)
    return client.for_changes()


@pytest.mark.parametrize("retries", [0, 3])
@pytest.mark.parametrize("code", ["circuit_open", "busy"])
def test_a_call_held_back_did_not_happen(sim: RunningSimulator, code: str, retries: int) -> None:
    client = limited(sim, Recorder(Refused(code, 12.3)), retries)
    for call in (client.account.me, lambda: client.vms.terminate("abc")):
        with pytest.raises(FluenceError) as caught:
            call()
        error = caught.value
        assert type(error) is Unavailable
        assert (error.code, error.retry_after) == (code, 12.3)
        assert error.outcome_known
        assert error.may_retry
        assert "13 seconds" in error.message
    assert sim.requests() == []


def test_a_key_that_was_told_to_wait_is_rate_limited(sim: RunningSimulator) -> None:
    with pytest.raises(RateLimited) as caught:
        limited(sim, Recorder(Refused("rate_limited", 30.0))).account.me()
    assert caught.value.retry_after == 30.0
    assert sim.requests() == []


@pytest.mark.parametrize(
    ("fault", "failed", "pause"),
    [
        (None, False, None),
        ({"kind": "status", "status": 400}, False, None),
        ({"kind": "status", "status": 401}, False, None),
        ({"kind": "status", "status": 404}, False, None),
        ({"kind": "status", "status": 422}, False, None),
        ({"kind": "status", "status": 429}, False, 1.0),
        ({"kind": "status", "status": 429, "headers": {"Retry-After": "7"}}, False, 7.0),
        ({"kind": "status", "status": 503, "headers": {"Retry-After": "9"}}, False, 9.0),
        ({"kind": "maintenance"}, False, None),
        ({"kind": "status", "status": 500}, True, None),
        ({"kind": "status", "status": 502, "body": "<html>"}, True, None),
        ({"kind": "timeout_before"}, True, None),
    ],
)
def test_only_trouble_counts_against_fluence(
    sim: RunningSimulator, fault: dict[str, Any] | None, failed: bool, pause: float | None
) -> None:
    if fault:
        sim.faults.add(operation=None if fault["kind"] == "maintenance" else ME, **fault)
    limiter = Recorder()
    try:
        limited(sim, limiter).account.me()
    except FluenceError:
        assert fault
    assert limiter.left == [(failed, pause)]


def test_each_attempt_takes_a_slot_and_none_is_held_between(sim: RunningSimulator) -> None:
    sim.faults.add("status", operation=ME, status=500, times=2)
    limiter = Recorder()
    began = time.monotonic()
    limited(sim, limiter, retries=3).account.me()
    assert time.monotonic() - began > 0.2
    assert limiter.left == [(True, None), (True, None), (False, None)]


def test_a_slot_is_given_back_whatever_happens(
    sim: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    limiter = Recorder()
    client = limited(sim, limiter)
    monkeypatch.setattr("requests.Session.request", interrupted)
    with pytest.raises(KeyboardInterrupt):
        client.account.me()
    assert len(limiter.left) == limiter.entered == 1
