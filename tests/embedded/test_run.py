"""`manage.py run`: the whole panel starts, survives, and stops without leaving anything behind."""

import os
import signal
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack, is_running

pytestmark = pytest.mark.stack

CHILDREN = {"front", "pages", "stream", "worker", "beat", "simulator", "valkey"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


def test_it_answers_and_says_who_can_log_in(stack: Stack) -> None:
    assert stack.answers()
    assert set(stack.processes) == {"supervisor", *CHILDREN}
    for role in ("owner", "admin", "operator", "viewer", "auditor"):
        assert f"{role}@demo.example" in stack.log()
    assert stack.password in stack.log()
    assert stack.url in stack.log()


def test_it_keeps_its_secrets_to_itself(stack: Stack) -> None:
    folder = stack.folder / "var"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("secrets.env", "run.json", "valkey.conf", "demo.sqlite3"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("name", sorted(CHILDREN))
def test_a_killed_process_comes_back_by_itself(stack: Stack, name: str) -> None:
    killed = stack.kill(name)
    stack.wait_for(lambda: stack.processes.get(name, killed) != killed)
    assert is_running(stack.pid(name))
    stack.wait_for(stack.answers)


def test_a_second_panel_on_the_same_data_is_refused(stack: Stack) -> None:
    second = Stack(stack.folder)
    second.launch()
    assert second.supervisor.wait(20) == 1
    assert "A panel already runs on the data in" in stack.log()
    assert stack.answers()


def test_a_port_in_use_is_named_before_anything_starts(tmp_path: Path) -> None:
    for setting in ("PORT", "VALKEY_PORT", "SIMULATOR_PORT"):
        stack = Stack(tmp_path / setting)
        port = int(stack.environment[setting])
        with socket.create_server(("127.0.0.1", port)):
            stack.launch()
            assert stack.supervisor.wait(20) == 1
        assert stack.log().startswith(f"Port {port} is already in use")
        assert f"{setting}={port + 1}" in stack.log()
        assert len(stack.log().splitlines()) == 1
        assert stack.processes == {}


def test_ctrl_c_stops_everything_and_the_next_start_is_quick(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    stack.start()
    password, children = stack.password, stack.processes
    assert stack.stop() == 0
    assert not [name for name, pid in children.items() if is_running(pid)]
    assert "Traceback" not in stack.log()

    started = time.monotonic()
    stack.start()
    seconds = time.monotonic() - started
    assert stack.password == password
    assert stack.stop() == 0
    # 5 s is the promise on an idle machine; a test machine is seldom idle.
    assert seconds < 15


def test_nothing_is_left_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    stack = Stack(tmp_path)
    stack.start()
    watchdog = os.getpgid(stack.pid("pages"))
    pids = {watchdog, *stack.processes.values()}
    os.kill(stack.supervisor.pid, signal.SIGKILL)
    stack.supervisor.wait()
    deadline = time.monotonic() + 10
    while any(is_running(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [pid for pid in pids if is_running(pid)]


def test_it_gives_up_with_the_reason_when_a_process_cannot_start(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "simulator.json").write_text("not the state of a simulator")
    stack = Stack(tmp_path)
    stack.launch()
    assert stack.supervisor.wait(60) == 1
    assert "does not hold the state of a simulator" in stack.log()
    last_line = stack.log().splitlines()[-1]
    assert last_line.startswith("The panel has stopped: simulator stopped with exit code 1")
    assert set(stack.processes) <= {"supervisor"}
