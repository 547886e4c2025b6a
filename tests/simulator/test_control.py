"""The controls over HTTP are there only when asked for."""

import requests

from controlpanel.simulator.testing import RunningSimulator, running_simulator


def test_they_are_closed_by_default(sim: RunningSimulator) -> None:
    assert requests.get(f"{sim.url}/_control/requests", timeout=2).status_code == 404


def test_faults_are_set_and_cleared_and_requests_seen() -> None:
    with running_simulator(control=True) as sim:
        fault = {"kind": "status", "status": 503, "operation": "GET /v1/users/me"}
        assert requests.post(f"{sim.url}/_control/faults", json=fault, timeout=2).ok
        key = {"X-API-KEY": "sim-demo-full"}
        me = f"{sim.url}/v1/users/me?q=secret"
        assert requests.get(me, headers=key, timeout=2).status_code == 503
        assert requests.delete(f"{sim.url}/_control/faults", timeout=2).ok
        assert requests.get(me, headers=key, timeout=2).status_code == 200
        log = requests.get(f"{sim.url}/_control/requests", timeout=2)
        assert [(seen["path"], seen["status"]) for seen in log.json()] == [
            ("/v1/users/me", 503),
            ("/v1/users/me", 200),
        ]
        assert "sim-demo" not in log.text
        assert "secret" not in log.text


def test_the_clock_is_moved() -> None:
    with running_simulator(control=True) as sim:
        before = sim.clock.now()
        assert requests.post(f"{sim.url}/_control/clock", json={"advance": 60}, timeout=2).ok
        assert (sim.clock.now() - before).total_seconds() >= 60


def test_a_wrong_control_is_refused() -> None:
    with running_simulator(control=True) as sim:
        wrong: list[object] = [{}, {"kind": "earthquake"}, {"kind": "status", "colour": 1}, []]
        for body in wrong:
            answer = requests.post(f"{sim.url}/_control/faults", json=body, timeout=2)
            assert answer.status_code == 400
        assert requests.get(f"{sim.url}/_control/else", timeout=2).status_code == 404
