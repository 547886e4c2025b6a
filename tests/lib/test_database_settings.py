"""PostgreSQL as DATABASE_URL names it: what the URL says stays, whatever the panel adds."""

from typing import Any

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
