"""The environment of a panel that one machine carries whole: `make run`.

`manage.py` calls `prepare` before Django's settings are imported, because they read what it fills
in. Whatever the environment already gives is left as it is. A panel that is installed in another
way (Docker) has no `secrets.env`, and nothing here touches it.
"""

import base64
import json
import os
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from controlpanel.lib.database_settings import sqlite_url
from controlpanel.lib.env import PanelEnv
from controlpanel.lib.file_modes import narrow

from .folder import folder_require

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DEFAULT_DATA_DIR = BASE_DIR / "var"

# Generated once and kept. The first two are settings, which the environment may give instead.
SECRETS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "ENCRYPTION_KEYS": lambda: base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    "VALKEY_PASSWORD": lambda: secrets.token_urlsafe(24),
    "DEMO_PASSWORD": lambda: f"demo-{secrets.token_hex(4)}",
}
SECRETS_NOTE = (
    "# Made by `make run`. Keep this file with the database: without ENCRYPTION_KEYS\n"
    "# the API keys stored there cannot be read again.\n"
)
_PORTS = {"least": 1, "most": 65_535}
SECRETS_LOST = (
    "{path} was missing and is made anew: everybody has to log in again, and API keys and second "
    "factors of before cannot be read. Put the old file back, or connect the keys again."
)
# What a process is spared of glibc's hoards: one for each thread, and the room of every large page.
ALLOCATOR = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": "32768"}
# What `run` leaves behind of its environment, for the commands typed in another terminal.
REMEMBERED = (
    *("FLUENCE_API_URL", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL"),
    *("PORT", "VALKEY_PORT", "SIMULATOR_PORT"),
)


@dataclass(frozen=True, slots=True)
class Installation:
    """What `manage.py run` is to start, and where: read from environment variables."""

    data_dir: Path
    host: str
    port: int
    valkey_port: int
    simulator_port: int
    simulator_speed: float
    simulator_control: bool

    @classmethod
    def from_environment(cls) -> "Installation":
        env = PanelEnv()
        return cls(
            data_dir=Path(env.text("DATA_DIR", str(DEFAULT_DATA_DIR))).resolve(),
            host=env.text("HOST", "127.0.0.1"),
            port=env.whole("PORT", default=8000, **_PORTS),
            valkey_port=env.whole("VALKEY_PORT", default=9379, **_PORTS),
            simulator_port=env.whole("SIMULATOR_PORT", default=9300, **_PORTS),
            simulator_speed=env.decimal("SIMULATOR_SPEED", default=4, least=0.01, most=100_000),
            simulator_control=env.switch("SIMULATOR_CONTROL"),
        )

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def has_simulator(self) -> bool:
        """Whether the Fluence behind this panel is the simulator that `run` starts."""
        fluence = PanelEnv().web_address("FLUENCE_API_URL", self.simulator_url)
        return str(fluence) == self.simulator_url

    @property
    def has_valkey(self) -> bool:
        """Whether `run` starts a Valkey of its own."""
        if _given("REDIS_URL") is None:
            return True
        given = PanelEnv().server_address("REDIS_URL", "")
        ours = ("127.0.0.1", self.valkey_port)
        # Ours has a password; whoever names another one there has their own.
        return (given.host, given.port) == ours and bool(given.password)

    @property
    def secrets_file(self) -> Path:
        return self.data_dir / "secrets.env"

    @property
    def state_file(self) -> Path:
        return self.data_dir / "run.json"


def prepare(arguments: Sequence[str]) -> None:
    """Fill the environment for `manage.py ARGUMENTS`, where this machine carries the panel."""
    installation = Installation.from_environment()
    if arguments[:1] == ["run"]:
        folder_require(installation.data_dir)
        narrow(installation.data_dir, 0o700)
    elif installation.secrets_file.exists():
        _recall(read_state(installation).get("environment", {}))
    else:
        return
    _fill(Installation.from_environment())
    if arguments[:1] == ["run"]:
        # The settings look whether it is there.
        Path(_given("STATIC_ROOT") or "").mkdir(parents=True, exist_ok=True)


def read_state(installation: Installation) -> dict[str, Any]:
    """Return what `run` last wrote of itself: its environment, URL and processes."""
    try:
        state: dict[str, Any] = json.loads(installation.state_file.read_text())
    except FileNotFoundError:
        return {}
    return state


def remembered() -> dict[str, str]:
    """Return what commands typed in another terminal need to act on this panel."""
    return {name: os.environ[name] for name in REMEMBERED if name in os.environ}


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; nobody but its owner may read it."""
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _recall(environment: dict[str, str]) -> None:
    """Act on the panel that was started last, unless another Fluence is named now."""
    if _given("FLUENCE_API_URL") in (None, environment.get("FLUENCE_API_URL")):
        for name, value in environment.items():
            os.environ.setdefault(name, value)


def _fill(installation: Installation) -> None:
    values = _kept_secrets(installation.secrets_file)
    valkey = f":{values.pop('VALKEY_PASSWORD')}@127.0.0.1:{installation.valkey_port}"
    os.environ["DEMO_PASSWORD"] = values.pop("DEMO_PASSWORD")
    values |= {
        "DATA_DIR": str(installation.data_dir),
        "STATIC_ROOT": str(installation.data_dir / "static"),
        # The front.
        "TRUSTED_PROXY_COUNT": "1",
        "PUBLIC_URL": f"http://localhost:{installation.port}",
        "REDIS_URL": f"redis://{valkey}",
    }
    if installation.has_simulator:
        # A database belongs to one Fluence: the simulator's must never meet the real one's.
        values["DATABASE_URL"] = sqlite_url(installation.data_dir / "demo.sqlite3")
        values["FLUENCE_API_URL"] = installation.simulator_url
    for name, value in values.items():
        if _given(name) is None:
            os.environ[name] = value


def _kept_secrets(path: Path) -> dict[str, str]:
    lines = path.read_text().splitlines() if path.exists() else []
    kept = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    if not kept and any(path.parent.glob("*.sqlite3")):
        print(SECRETS_LOST.format(path=path), file=sys.stderr)  # noqa: T201
    missing = [name for name in SECRETS if name not in kept]
    if missing:
        kept |= {name: SECRETS[name]() for name in missing}
        text = "".join(f"{name}={value}\n" for name, value in kept.items())
        write_private(path, SECRETS_NOTE + text)
    return kept


def _given(name: str) -> str | None:
    """Return a variable's value, from NAME or from the file that NAME_FILE names."""
    return PanelEnv().text(name) or None
