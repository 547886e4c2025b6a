"""A wrong setting ends every process at its start, with one sentence and without a trace."""

import os
import subprocess
import sys
from functools import partial

import pytest

from tests.stack import BASE_DIR

from .settings_read import settings_read

PROCESSES = {
    "manage": ("manage.py", "check"),
    "pages": ("-m", "gunicorn", "--config", "python:controlpanel.serving", "--bind", "127.0.0.1:0"),
    "stream": ("-m", "uvicorn", "controlpanel.live.asgi:application", "--port", "0"),
    "worker": ("-m", "celery", "--quiet", "--app", "controlpanel", "worker"),
    "beat": ("-m", "celery", "--quiet", "--app", "controlpanel", "beat"),
}
read = partial(settings_read, ("REDIS_URL", "CELERY_BROKER_URL", "CACHES", "DEFAULT_FROM_EMAIL"))


def said(process: str, **environment: str) -> str:
    """Start a process that must end by itself; return what it says."""
    done = subprocess.run(
        [sys.executable, *PROCESSES[process]],
        cwd=BASE_DIR,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert done.returncode != 0
    return done.stdout.strip()


@pytest.mark.parametrize("process", PROCESSES)
def test_each_process_says_it_in_one_sentence(process: str) -> None:
    if process == "stream":  # it is given no keys
        output, words = said(process, REDIS_URL="valkey:6379"), "REDIS_URL must be an address like"
    else:
        output = said(process, ENCRYPTION_KEYS="abc")
        words = "ENCRYPTION_KEYS: key 1 of 1 is no Fernet key"
    assert output.splitlines()[-1].startswith(words)
    assert "Traceback" not in output
    assert len(output.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PUBLIC_URL", "console.example.com", "PUBLIC_URL must be an address like https://"),
        ("REDIS_URL", "valkey:6379", "REDIS_URL must be an address like redis://"),
        ("DATABASE_URL", "postgres://u:hunter2@h", "DATABASE_URL names no database."),
        ("DATABASE_APP_URL", "mysql://u:hunter2@h/x", "DATABASE_APP_URL names neither"),
        ("EMAIL_URL", "mail.example.com", "EMAIL_URL must be like smtp"),
        ("DEFAULT_FROM_EMAIL", "console", "DEFAULT_FROM_EMAIL must be like"),
        ("METRICS_BIND", "9464", "METRICS_BIND must be host:port"),
        ("TRUSTED_PROXY_COUNT", "many", "TRUSTED_PROXY_COUNT must be a whole number"),
        ("FLUENCE_READ_TIMEOUT", "0", "FLUENCE_READ_TIMEOUT must be a number of seconds"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL must be one of"),
        ("SECRET_KEY", "", "SECRET_KEY is not set."),
        ("FLUENCE_API_URL", "http://api.fluence.dev", "FLUENCE_API_URL must begin with https://"),
        ("FLUENCE_API_URL", "api.fluence.dev", "FLUENCE_API_URL must be an address like https://"),
    ],
)
def test_it_names_the_setting_and_no_secret(name: str, value: str, sentence: str) -> None:
    output = said("manage", **{name: value})
    assert output.startswith(sentence)
    assert len(output.splitlines()) == 1
    assert "hunter2" not in output


def test_fluence_without_tls_is_for_this_machine_or_for_who_asks_for_it_by_name() -> None:
    for environment in (
        {"FLUENCE_API_URL": "http://127.0.0.1:9300"},
        {"FLUENCE_API_URL": "http://[::1]:9300"},
        {"FLUENCE_API_URL": "http://simulator:9300", "FLUENCE_WITHOUT_TLS": "on"},
    ):
        found = settings_read(["FLUENCE_API_URL"], **environment)
        assert found["FLUENCE_API_URL"] == environment["FLUENCE_API_URL"]


@pytest.mark.parametrize("end", ["", "/", "/0"])
def test_valkey_is_asked_in_three_databases_however_its_address_ends(end: str) -> None:
    found = read(REDIS_URL=f"redis://:pa%2Fss@valkey:6379{end}")
    assert found["CACHES"]["default"]["LOCATION"] == "redis://:pa%2Fss@valkey:6379/0"
    assert found["CELERY_BROKER_URL"] == "redis://:pa%2Fss@valkey:6379/1"
    assert found["CACHES"]["sessions"]["LOCATION"] == "redis://:pa%2Fss@valkey:6379/2"


def test_a_query_of_valkeys_address_stays_behind_the_database() -> None:
    found = read(REDIS_URL="rediss://valkey/4?ssl_cert_reqs=none")
    assert found["CELERY_BROKER_URL"] == "rediss://valkey/5?ssl_cert_reqs=none"


def test_a_public_address_may_be_a_number() -> None:
    found = settings_read(
        ["ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "DEFAULT_FROM_EMAIL", "PUBLIC_URL"],
        PUBLIC_URL="https://[2001:DB8::1]:443/console/",
    )
    assert found["ALLOWED_HOSTS"][0] == "[2001:db8::1]"
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://[2001:db8::1]"]
    assert found["PUBLIC_URL"] == "https://[2001:db8::1]/console"
    assert found["DEFAULT_FROM_EMAIL"] == "Fluence console <noreply@[IPv6:2001:db8::1]>"
