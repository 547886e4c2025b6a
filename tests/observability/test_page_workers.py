"""A worker that crashes is replaced, and counted: it started and never ended."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

from tests.stack import BASE_DIR

pytestmark = pytest.mark.stack


@pytest.fixture
def gunicorn(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    words = (sys.executable, "-m", "gunicorn", "--config", "python:controlpanel.serving")
    environment = os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
        "WEB_CONCURRENCY": "1",
    }
    process = subprocess.Popen(
        (*words, "--bind", f"unix:{tmp_path}/pages"), cwd=BASE_DIR, env=environment
    )
    yield process
    process.kill()
    process.wait(20)


@pytest.fixture
def counted(tmp_path: Path) -> Callable[[str], float]:
    def counted(what: str) -> float:
        (tmp_path / "metrics").mkdir(exist_ok=True)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(tmp_path / "metrics"))  # type: ignore[no-untyped-call]
        return registry.get_sample_value("panel_page_workers_total", {"what": what}) or 0

    return counted


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_crash_is_counted_and_an_end_is_told_from_it(
    gunicorn: "subprocess.Popen[bytes]", counted: Callable[[str], float]
) -> None:
    wait_for(lambda: counted("started") == 1)
    (worker,) = Path(f"/proc/{gunicorn.pid}/task/{gunicorn.pid}/children").read_text().split()
    os.kill(int(worker), signal.SIGKILL)
    wait_for(lambda: counted("started") == 2)
    assert counted("ended") == 0
    gunicorn.terminate()
    gunicorn.wait(30)
    assert (counted("started"), counted("ended")) == (2, 1)
