"""`manage.py simulator` as a process."""

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from controlpanel.fluence import FluenceClient
from tests.fluence.renting import ED25519, public_key, rent

ROOT = Path(__file__).parents[2]


def start(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "simulator", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def url_of(process: subprocess.Popen[str]) -> str:
    """Return the address that it prints once it serves."""
    assert process.stdout
    return process.stdout.readline().split()[-1]


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_stops_cleanly_and_keeps_its_state(
    tmp_path: Path, stop: signal.Signals
) -> None:
    state = tmp_path / "state.json"
    process = start("--port", "0", "--state", str(state))
    url = url_of(process)
    with FluenceClient("sim-demo-full", url).for_changes() as client:
        client.ssh_keys.create("laptop", ED25519)
        assert requests.get(f"{url}/_control/requests", timeout=2).status_code == 404
        process.send_signal(stop)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert errors == ""
    assert len(json.loads(state.read_text())["ssh_keys"]) == 1


def test_nothing_that_was_answered_is_lost_by_a_sigkill(tmp_path: Path) -> None:
    options = ("--port", "0", "--state", str(tmp_path / "state.json"), "--control")
    process = start(*options)
    with FluenceClient("sim-demo-full", url_of(process)).for_changes() as client:
        # A minute of the past, which the clock must not lose either.
        requests.post(f"{client.base_url}/_control/clock", json={"advance": 60}, timeout=2)
        vm = rent(client)
    process.kill()
    process.communicate(timeout=10)
    again = start(*options)
    with FluenceClient("sim-demo-full", url_of(again)).for_changes() as client:
        assert client.vms.get(vm.id).created_at == vm.created_at
        assert client.vms.get(vm.id).boot_disk == vm.boot_disk
        later = client.ssh_keys.create("later", public_key(1))
        assert {key.id for key in client.ssh_keys.iterate()} == {*vm.ssh_keys, later.id}
        assert rent(client, "web-2").created_at >= vm.created_at
    again.terminate()
    again.communicate(timeout=10)


def test_a_port_in_use_is_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start("--port", str(port))
        out, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert out == ""
    assert errors.strip().endswith(
        f"Port {port} on 127.0.0.1 is in use: choose another with --port."
    )
    assert len(errors.strip().splitlines()) == 1


def test_a_wrong_state_file_is_left_alone(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    state.write_text("not a state")
    process = start("--port", "0", "--state", str(state))
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "choose another file with --state" in errors
    assert state.read_text() == "not a state"


def test_it_starts_with_the_faults_that_are_asked_for() -> None:
    fault = "rate_limited,operation=GET /v1/clusters,seconds=9,times=1"
    process = start("--port", "0", "--fault", fault, "--fault", "unknown_fields")
    url = url_of(process)
    headers = {"X-API-KEY": "sim-demo-full"}
    limited = requests.get(f"{url}/v1/clusters", headers=headers, timeout=2)
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "9")
    assert "addedLater" in requests.get(f"{url}/v1/clusters", headers=headers, timeout=2).json()
    process.terminate()
    process.communicate(timeout=10)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("earthquake", "choose from maintenance"),
        ("latency,seconds=soon", "'soon' is no value for seconds"),
        ("latency,colour=red", "'colour=red' is none of operation=…"),
        ("status,effect=maybe", "'maybe' is no value for effect"),
    ],
)
def test_a_wrong_fault_is_one_clear_sentence(fault: str, says: str) -> None:
    process = start("--port", "0", "--fault", fault)
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert f"--fault {fault}: " in errors
    assert says in errors


def test_it_starts_quickly() -> None:
    began = time.monotonic()
    process = start("--port", "0")
    assert process.stdout
    process.stdout.readline()
    process.terminate()
    process.communicate(timeout=10)
    assert time.monotonic() - began < 10
