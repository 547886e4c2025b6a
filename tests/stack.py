"""The whole panel as its own processes, started by `manage.py run` as a person would."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import URLError
from urllib.request import Request, urlopen

from controlpanel.simulator.accounts import FULL_KEY, SECOND_KEY
from tests.contract.observing import DEPARTURES

BASE_DIR = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
# API keys of the demo teams, and what the browser tests type as cloud-init.
SECRETS = (FULL_KEY, SECOND_KEY, "#cloud-config")
# Settings of the test run that the panel must not inherit.
FOREIGN = (
    *("DATABASE_URL", "REDIS_URL", "FLUENCE_API_URL", "SECRET_KEY", "ENCRYPTION_KEYS", "DEBUG"),
    "STATIC_ROOT",
)

T = TypeVar("T")


class Stack:
    """A running panel: `url`, `password` of the demo people, `pid(name)`, `kill(name)`, `log()`.

    Its people are those of `controlpanel.embedded.demo`; its Fluence is the simulator, by default
    30 times as fast as `make run`'s VMs would be at Fluence, and held to the vendor's document: a
    departure fails the test when the block ends.
    """

    def __init__(self, folder: Path, *, speed: float = 30.0, **environment: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.log_file = folder / "output.log"
        self.departures = folder / "departures.log"
        port, valkey_port, simulator_port = free_ports(3)
        self.url = f"http://localhost:{port}"
        self.simulator_url = f"http://127.0.0.1:{simulator_port}"
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.environment = {
            **kept,
            "DATA_DIR": str(folder / "var"),
            "PUBLIC_URL": self.url,
            "PORT": str(port),
            "VALKEY_PORT": str(valkey_port),
            "SIMULATOR_PORT": str(simulator_port),
            "SIMULATOR_SPEED": str(speed),
            "EMAIL_URL": "consolemail://",
            "LOG_LEVEL": "INFO",
            "DJANGO_SETTINGS_MODULE": "tests.contract.watched.settings",
            DEPARTURES: str(self.departures),
            **environment,
        }

    def __enter__(self) -> "Stack":
        self.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *_rest: object) -> None:
        self.stop()
        if error is None:
            self.check()

    def check(self) -> None:
        """Look at a whole run from outside: nothing secret was printed, all kept to the document.

        Raises AssertionError.
        """
        printed = self.log()
        assert not [secret for secret in SECRETS if secret in printed], "a secret was printed"
        departed = self.departures.read_text() if self.departures.exists() else ""
        assert not departed, f"Departures from the vendor's document:\n{departed}"

    def launch(self) -> None:
        """Start `manage.py run` and return at once."""
        with self.log_file.open("ab") as output:
            self.supervisor = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def start(self) -> None:
        """Start and wait until it is ready: seeded, and answering on `url`."""
        already_said = self.log().count("is ready.")
        self.launch()
        try:
            self.wait_for(lambda: self.log().count("is ready.") > already_said, START_SECONDS)
            self.wait_for(lambda: {"worker", "beat"} <= set(self.processes))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> int:
        """Stop as Ctrl-C does, by force if that does not help; return the exit code."""
        if self.supervisor.poll() is None:
            self.supervisor.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            return self.supervisor.wait(25)
        self.supervisor.kill()
        return self.supervisor.wait()

    def manage(self, *words: str, check: bool = True, **environment: str) -> str:
        """Run a command as in another terminal; return all that it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=BASE_DIR,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        assert not check or done.returncode == 0, done.stdout
        return done.stdout

    def shell_out(self, command: str) -> str:
        """Type a command into a shell in the project's folder; return all that it printed."""
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=BASE_DIR,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def shell(self, program: str) -> str:
        """Run Python within the panel's code; return what it printed."""
        words = ("shell", "--no-imports", "-v", "0", "-c", program)
        return self.manage(*words, LOG_LEVEL="WARNING")

    def fault(self, kind: str, **options: Any) -> None:
        """Let the simulator misbehave; needs SIMULATOR_CONTROL. See `simulator.faults.Fault`."""
        self._control("faults", kind=kind, **options)

    def clock_advance(self, seconds: float) -> None:
        """Move the simulator's clock, and not the panel's; needs SIMULATOR_CONTROL."""
        self._control("clock", advance=seconds)

    def _control(self, what: str, **fields: Any) -> None:
        request = Request(  # noqa: S310
            f"{self.simulator_url}/_control/{what}", json.dumps(fields).encode(), method="POST"
        )
        with urlopen(request, timeout=10):  # noqa: S310
            pass

    def kill(self, name: str) -> int:
        """End one process without warning (SIGKILL), and return the id it had."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def pid(self, name: str) -> int:
        return self.processes[name]

    @property
    def processes(self) -> dict[str, int]:
        """Process ids by name: supervisor, web, worker, beat, simulator, valkey."""
        try:
            state = json.loads((self.folder / "var" / "run.json").read_text())
        except FileNotFoundError:
            return {}
        processes: dict[str, int] = state["processes"]
        return processes

    @property
    def password(self) -> str:
        """The password of all demo people."""
        text = (self.folder / "var" / "secrets.env").read_text()
        return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)[
            "DEMO_PASSWORD"
        ]

    def log(self) -> str:
        """Everything the panel has printed so far."""
        return self.log_file.read_text() if self.log_file.exists() else ""

    def answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/healthz", timeout=2) as response:  # noqa: S310
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def wait_for(self, condition: Callable[[], T], seconds: float = 60.0) -> T:
        """Return what `condition` returns once it is true.

        Raises:
            AssertionError: it stayed false, or the panel ended; with what the panel printed.
        """
        deadline = time.monotonic() + seconds
        while not (result := condition()):
            ended = self.supervisor.poll()
            if ended is not None or time.monotonic() > deadline:
                what = "waited in vain" if ended is None else f"the panel ended with {ended}"
                raise AssertionError(f"{what}; it printed:\n{self.log()[-6000:]}")
            time.sleep(0.05)
        return result


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on now, each different."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def own_port() -> int:
    """Return a port for a Valkey; by itself, each process of a test run would choose the same."""
    return free_ports(1)[0]


def is_running(pid: int) -> bool:
    """Whether a process exists and is not merely waiting to be reaped."""
    status = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
        # Without /proc (macOS) a process that can be reached counts.
        state = (
            status.read_text().rpartition(")")[2].split()[0] if status.parents[1].exists() else ""
        )
    except (ProcessLookupError, FileNotFoundError):
        return False  # it may end between two questions
    return state != "Z"
