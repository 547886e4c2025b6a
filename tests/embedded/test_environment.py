"""What `manage.py` fills in before the settings are read, and what it leaves alone."""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from controlpanel.embedded.environment import Installation, prepare, remembered

READ = (
    *("DATABASE_URL", "REDIS_URL", "FLUENCE_API_URL", "PUBLIC_URL", "SECRET_KEY"),
    *("ENCRYPTION_KEYS", "PORT", "VALKEY_PORT", "SIMULATOR_PORT", "SIMULATOR_SPEED", "HOST"),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder, and an environment in which nothing else is given."""
    before = dict(os.environ)
    for name in READ:
        os.environ.pop(name, None)
    os.environ["DATA_DIR"] = str(tmp_path / "var")
    yield tmp_path / "var"
    os.environ.clear()
    os.environ.update(before)


def forget(*names: str) -> None:
    """Become another terminal: what `prepare` filled in is not there."""
    for name in names or READ:
        os.environ.pop(name, None)


def test_run_makes_secrets_once_and_keeps_them(folder: Path) -> None:
    prepare(["run"])
    first = os.environ["SECRET_KEY"], os.environ["ENCRYPTION_KEYS"]
    Fernet(first[1])
    assert stat.S_IMODE((folder / "secrets.env").stat().st_mode) == 0o600

    forget()
    prepare(["run"])
    assert (os.environ["SECRET_KEY"], os.environ["ENCRYPTION_KEYS"]) == first


def test_what_the_environment_gives_is_left_alone(folder: Path) -> None:
    os.environ["SECRET_KEY"] = "mine"
    os.environ["REDIS_URL"] = "redis://valkey.example:6379"
    prepare(["run"])
    assert os.environ["SECRET_KEY"] == "mine"
    assert os.environ["REDIS_URL"] == "redis://valkey.example:6379"
    assert not Installation.from_environment().has_valkey


def test_the_demo_and_the_real_fluence_have_a_database_each(folder: Path) -> None:
    prepare(["run"])
    assert os.environ["DATABASE_URL"] == f"sqlite:///{folder}/demo.sqlite3"
    assert os.environ["FLUENCE_API_URL"] == "http://127.0.0.1:9300"
    assert Installation.from_environment().has_simulator

    forget()
    os.environ["FLUENCE_API_URL"] = "https://api.fluence.dev"
    prepare(["run"])
    assert "DATABASE_URL" not in os.environ  # the settings' own default: panel.sqlite3
    assert not Installation.from_environment().has_simulator


def test_other_commands_act_on_the_panel_that_runs(folder: Path) -> None:
    os.environ["FLUENCE_API_URL"] = "https://api.fluence.dev"
    prepare(["run"])
    redis_url = os.environ["REDIS_URL"]
    (folder / "run.json").write_text(json.dumps({"environment": remembered()}))

    forget()
    prepare(["team_create", "Acme", "owner@acme.test"])
    assert os.environ["FLUENCE_API_URL"] == "https://api.fluence.dev"
    assert os.environ["REDIS_URL"] == redis_url
    assert "DATABASE_URL" not in os.environ


def test_a_panel_installed_otherwise_is_not_touched(folder: Path) -> None:
    prepare(["migrate"])
    assert "SECRET_KEY" not in os.environ
    assert not folder.exists()


def test_a_port_that_is_no_number_is_named(folder: Path) -> None:
    os.environ["PORT"] = "eighty"
    with pytest.raises(SystemExit, match="PORT must be a whole number from 1 to 65,535, but"):
        prepare(["run"])
