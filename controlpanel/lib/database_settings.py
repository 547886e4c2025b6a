"""How the panel uses its database: SQLite needs no server, PostgreSQL is chosen by DATABASE_URL."""

from typing import Any

from .env import PanelEnv


def database_settings(env: PanelEnv, default: str) -> dict[str, Any]:
    """Return the entry of `DATABASES` for what the environment says."""
    database: dict[str, Any] = env.db_url("DATABASE_URL", default=default)
    if database["ENGINE"] == "django.db.backends.sqlite3":
        return database | {"OPTIONS": _sqlite_options()}
    # What the URL says besides, such as sslmode, stays.
    options = database.get("OPTIONS", {}) | {
        "pool": _pool(env.int("DATABASE_POOL_SIZE", default=24))
    }
    if env.bool("DATABASE_TRANSACTION_POOLING", default=False):
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
    # A connection that a restart has cut is found out before it is used.
    return database | {"OPTIONS": options, "CONN_HEALTH_CHECKS": True}


def _sqlite_options() -> dict[str, Any]:
    return {
        # IMMEDIATE: a transaction that read first must not lose the race to write.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
        ),
    }


def _pool(max_size: int) -> dict[str, Any]:
    return {
        "min_size": 1,
        "max_size": max_size,
        # A page waits out a restart of the server, but not an outage.
        "timeout": 5.0,
        # Longer tries would come ever more seldom, and be late when the server is back.
        "reconnect_timeout": 4.0,
    }
