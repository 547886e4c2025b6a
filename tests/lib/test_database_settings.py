"""The database as DATABASE_URL names it: what the URL says stays, whatever the panel adds."""

from pathlib import Path
from typing import Any

import pytest

from controlpanel.lib.database_settings import database_named, database_settings, sqlite_url
from controlpanel.lib.env import PanelEnv, SettingError
from tests.maintenance.settings_read import settings_read

URL = "postgres://panel:secret@db.example/console?sslmode=require&options=-c%20work_mem%3D8MB"


def database(**environment: str) -> dict[str, Any]:
    found: dict[str, Any] = settings_read(["DATABASES"], DATABASE_URL=URL, **environment)
    default: dict[str, Any] = found["DATABASES"]["default"]
    return default


def test_what_the_url_says_stays() -> None:
    found = database()
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["options"] == "-c work_mem=8MB"
    assert not found.get("DISABLE_SERVER_SIDE_CURSORS")


def test_behind_a_pooler_of_transactions_nothing_is_kept_on_a_connection() -> None:
    found = database(DATABASE_TRANSACTION_POOLING="on")
    assert found["OPTIONS"]["options"] == "-c work_mem=8MB"
    assert found["DISABLE_SERVER_SIDE_CURSORS"] is True


@pytest.mark.parametrize("name", ["a#b", "a?b", "a+b", "a%41", "a b", "ä;b", "a&b=c"])
def test_a_folder_of_any_name_holds_the_database(name: str) -> None:
    file = Path(f"/data/{name}/panel.sqlite3")
    assert database_settings(PanelEnv({}), file)["NAME"] == str(file)
    assert database_named(sqlite_url(file))["NAME"] == str(file)


@pytest.mark.parametrize(
    ("url", "name"), [("postgres://h/a+b", "a+b"), ("postgres://u:p%2B%23@h:5432/a%20b", "a b")]
)
def test_a_database_of_any_name(url: str, name: str) -> None:
    assert database_named(url)["NAME"] == name


def test_a_server_reached_by_a_socket() -> None:
    found = database_named("postgres:////var/run/postgresql/panel")
    assert (found["HOST"], found["NAME"]) == ("/var/run/postgresql", "panel")


@pytest.mark.parametrize(
    "url",
    [
        *("panel.sqlite3", "sqlite:///", "sqlite://", "sqlite://data/x", "sqlite:///a?b"),
        *("mysql://u:secret@h/panel", "postgres://u:secret@h", "postgres://u:se#cret@h/panel"),
        *("postgres://u:se/cret@h/panel", "postgres://u:secret@h:port/panel", "sqlite:////a#b/c"),
    ],
)
def test_a_url_of_no_database_is_refused_without_telling_it(url: str) -> None:
    with pytest.raises(SettingError, match=r"^DATABASE_URL .* It must be like postgres") as caught:
        database_named(url)
    assert "cret" not in str(caught.value)
