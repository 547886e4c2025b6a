"""How the panel uses its database: SQLite needs no server, PostgreSQL is chosen by DATABASE_URL."""

from pathlib import Path
from typing import Any
from urllib.parse import ParseResult, quote, unquote, urlparse

from environ.environ import Env

from .env import PanelEnv, SettingError

_SQLITE = "django.db.backends.sqlite3"
_POSTGRESQL = frozenset({"postgres", "postgresql", "psql", "pgsql"})


def sqlite_url(path: Path) -> str:
    """Return the DATABASE_URL of a file, whatever characters its path has."""
    return f"sqlite:///{quote(str(path))}"


def database_settings(env: PanelEnv, default: Path) -> dict[str, Any]:
    """Return the entry of `DATABASES` for what the environment says; `default` is an SQLite file.

    Raises:
        SettingError: DATABASE_URL names no database.
    """
    url = env.text("DATABASE_URL")
    database = database_named(url) if url else _sqlite_file(str(default))
    if database["ENGINE"] == _SQLITE:
        return database | {"OPTIONS": _sqlite_options()}
    # What the URL says besides, such as sslmode, stays.
    options = database.get("OPTIONS", {}) | {
        "pool": _pool(env.whole("DATABASE_POOL_SIZE", default=24, least=1))
    }
    if env.switch("DATABASE_TRANSACTION_POOLING"):
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
    # A connection that a restart has cut is found out before it is used.
    return database | {"OPTIONS": options, "CONN_HEALTH_CHECKS": True}


def database_named(url: str, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Return what the setting `name`, a database's URL, says.

    Raises:
        SettingError: it names no database; with what to do, and without the URL, for that may
            hold a password.
    """
    try:
        parts = urlparse(url)
        if parts.fragment or parts.params:
            raise _Refused("has a “#” or a “;”")
        return _sqlite(parts) if parts.scheme == "sqlite" else _postgresql(parts)
    except (ValueError, KeyError) as error:
        why = str(error) if isinstance(error, _Refused) else "cannot be read"
    raise SettingError(
        f"{name} {why}. It must be like postgres://user:password@host:5432/name or "
        "sqlite:////folder/file; a character that means something in addresses is written as "
        "%23 for “#”, %3F for “?”, and so on."
    )


class _Refused(ValueError):
    pass


def _sqlite(parts: ParseResult) -> dict[str, Any]:
    path = unquote(parts.path[1:])
    if parts.netloc or parts.query or not path:
        raise _Refused("names no file")
    return _sqlite_file(path)


def _sqlite_file(path: str) -> dict[str, Any]:
    return {"ENGINE": _SQLITE, "NAME": path}


def _postgresql(parts: ParseResult) -> dict[str, Any]:
    if parts.scheme not in _POSTGRESQL:
        raise _Refused("names neither PostgreSQL nor SQLite")
    # Env reads a + in a path as a space, as if it were a form's.
    path = parts.path.replace("+", "%2B")
    database: dict[str, Any] = Env.db_url_config(parts._replace(path=path))
    if not database["NAME"]:
        raise _Refused("names no database")
    return database


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
