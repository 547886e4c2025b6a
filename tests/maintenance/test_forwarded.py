"""X-Forwarded-*: believed for as many proxies as stand in front, and no more."""

from functools import partial
from pathlib import Path

import pytest

from .settings_read import settings_read

SHOWN = (
    *("TRUSTED_PROXY_COUNT", "SECURE_PROXY_SSL_HEADER", "SECURE_SSL_REDIRECT", "FORCE_SCRIPT_NAME"),
    *("STATIC_URL", "SESSION_COOKIE_PATH", "CSRF_TRUSTED_ORIGINS", "USE_X_FORWARDED_HOST"),
    *("SECRET_KEY", "ALLOWED_HOSTS"),
)
settings_with = partial(settings_read, SHOWN)


def test_without_tls_nothing_is_believed() -> None:
    found = settings_with(PUBLIC_URL="http://localhost:8000")
    assert found["TRUSTED_PROXY_COUNT"] == 0
    assert found["SECURE_PROXY_SSL_HEADER"] is None
    assert found["SECURE_SSL_REDIRECT"] is False


def test_with_https_one_proxy_is_taken_for_granted() -> None:
    found = settings_with(PUBLIC_URL="https://console.example.com")
    assert found["TRUSTED_PROXY_COUNT"] == 1
    assert found["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert found["SECURE_SSL_REDIRECT"] is True


def test_a_count_of_none_is_obeyed() -> None:
    found = settings_with(PUBLIC_URL="https://console.example.com", TRUSTED_PROXY_COUNT="0")
    assert found["SECURE_PROXY_SSL_HEADER"] is None


def test_the_host_is_never_taken_from_a_forwarded_header() -> None:
    assert settings_with(PUBLIC_URL="https://console.example.com")["USE_X_FORWARDED_HOST"] is False


@pytest.mark.parametrize("path", ["", "/"])
def test_without_a_path_the_panel_is_at_the_root(path: str) -> None:
    found = settings_with(PUBLIC_URL=f"https://example.com{path}")
    assert found["FORCE_SCRIPT_NAME"] is None
    assert (found["STATIC_URL"], found["SESSION_COOKIE_PATH"]) == ("/static/", "/")


@pytest.mark.parametrize("path", ["/console", "/console/", "/deep/console"])
def test_with_a_path_everything_carries_it(path: str) -> None:
    found = settings_with(PUBLIC_URL=f"https://example.com:8443{path}")
    path = path.rstrip("/")
    assert found["FORCE_SCRIPT_NAME"] == path
    assert (found["STATIC_URL"], found["SESSION_COOKIE_PATH"]) == (f"{path}/static/", path)
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://example.com:8443"]
    assert found["ALLOWED_HOSTS"][0] == "example.com"


def test_a_file_may_end_with_a_line_break(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("swordfish \n")
    found = settings_with(SECRET_KEY_FILE=str(tmp_path / "key"))
    assert found["SECRET_KEY"] == "swordfish "
