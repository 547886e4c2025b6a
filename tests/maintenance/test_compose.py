"""docker-compose.yml holds together: what it names is there, what it starts understands it."""

import re
from typing import Any, cast

import pytest
from celery import Celery
from celery.bin.base import CLIContext
from celery.bin.celery import celery
from django.core.management import get_commands
from gunicorn.app.wsgiapp import WSGIApplication
from uvicorn.main import main as uvicorn

from controlpanel.celery import app
from tests.stack import BASE_DIR

from . import compose

# What an image's own documentation names, beside the panel's settings.
OF_IMAGES = {"POSTGRES_USER", "POSTGRES_DB", "WEB_CONCURRENCY", "PROMETHEUS_MULTIPROC_DIR"}
OF_IMAGES |= {"PAGES_UPSTREAM", "STREAM_UPSTREAM", "REDISCLI_AUTH"}
OPERATIONS = (BASE_DIR / "docs" / "operations.md").read_text()


def options_of(words: list[str]) -> dict[str, Any]:
    """Parse a command line as the program itself would; a word it does not know fails."""
    if words[0] == "uvicorn":
        return uvicorn.make_context("uvicorn", words[1:]).params
    if words[0] == "gunicorn":
        return gunicorn_settings(words[1:])
    at = next(at for at, word in enumerate(words) if word in celery.commands)
    assert [word for word in words[1:at] if word != "--quiet"] == ["--app", "controlpanel"]
    context = CLIContext(app=cast("Celery", app), no_color=True, workdir=None)
    return celery.commands[words[at]].make_context(words[at], words[at + 1 :], obj=context).params


def gunicorn_settings(words: list[str]) -> dict[str, Any]:
    """Return what gunicorn makes of a command line and of the file that it names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["gunicorn", *words])
        config = WSGIApplication().cfg
    return {name: setting.get() for name, setting in config.settings.items()}


def settings_known() -> set[str]:
    table = re.findall(r"^\| `([A-Z_]+)` \|", (BASE_DIR / "README.md").read_text(), re.MULTILINE)
    return set(table) | OF_IMAGES


def test_every_variable_it_sets_or_asks_for_is_known() -> None:
    text = (BASE_DIR / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{([A-Z_]+)", text))
    given = {name for each in compose.services().values() for name in each.get("environment", {})}
    assert asked | given <= settings_known()


def test_services_networks_and_volumes_that_it_names_are_there() -> None:
    file, found = compose.compose(), compose.services()
    for name, service in found.items():
        assert set(service.get("depends_on", {})) <= found.keys(), name
        assert set(service["networks"]) <= file["networks"].keys(), name
        mounted = {volume.partition(":")[0] for volume in service.get("volumes", [])}
        assert mounted <= file["volumes"].keys(), name


def test_whoever_waits_for_a_healthy_server_waits_for_one_that_has_a_check() -> None:
    found = compose.services()
    for service in found.values():
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "test" in found[other]["healthcheck"]


def test_the_panels_own_processes_are_these_five_and_may_do_little() -> None:
    panel = compose.panel_services()
    assert panel.keys() == {"pages", "stream", "worker", "beat", "migrate"}
    for service in panel.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert "\nUSER panel\n" in compose.DOCKERFILE


def test_only_migrate_connects_as_the_owner_of_the_tables() -> None:
    panel = compose.panel_services()
    owner = panel.pop("migrate")["environment"]
    assert "//panel:${POSTGRES_PASSWORD" in owner["DATABASE_URL"]
    stream = panel.pop("stream")
    assert "DATABASE_URL" not in stream["environment"]
    assert stream["env_file"] == []
    for service in panel.values():
        assert service["environment"]["DATABASE_URL"] == owner["DATABASE_APP_URL"]
        assert service["environment"]["POSTGRES_PASSWORD"] == ""


def test_each_service_has_its_bounds_and_an_exact_version() -> None:
    for name, service in compose.services().items():
        assert {"mem_limit", "pids_limit"} <= service.keys(), name
        assert all("size=" in mount for mount in service.get("tmpfs", [])), name
        if "build" not in service:
            assert re.search(r":\d+\.\d+", service["image"]), name
    bases = re.findall(r"^FROM (\S+:\S+)", compose.DOCKERFILE, re.MULTILINE)
    assert bases
    assert all(re.search(r":\d+\.\d+\.\d+", base) for base in bases)


def test_only_the_front_is_published() -> None:
    published = {
        name: each["ports"] for name, each in compose.services().items() if "ports" in each
    }
    assert published.keys() == {"front"}


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_celery_understands_its_command_and_its_health_check_asks_it(name: str) -> None:
    options = options_of(compose.services()[name]["command"])
    asks = options_of(compose.health_check(name))
    assert asks["destination"] == [options["hostname"]]


def test_gunicorn_understands_the_images_command() -> None:
    assert options_of(compose.pages_command())["wsgi_app"] == "controlpanel.wsgi:application"


def test_uvicorn_understands_the_command_of_the_stream() -> None:
    options = options_of(compose.services()["stream"]["command"])
    assert options["app"] == "controlpanel.live.asgi:application"


def test_migrate_is_a_command_of_the_panel() -> None:
    python, program, command, *_ = compose.services()["migrate"]["command"]
    assert (python, (BASE_DIR / program).exists()) == ("python", True)
    assert command in get_commands()


def test_each_is_given_longer_to_stop_than_it_takes() -> None:
    grace = int(compose.services()["pages"]["stop_grace_period"].removesuffix("s"))
    assert grace > options_of(compose.pages_command())["graceful_timeout"]
    assert f"Give pages {grace} s" in OPERATIONS
    assert f"worker {compose.services()['worker']['stop_grace_period'][:-1]} s" in OPERATIONS


def test_the_commands_for_bare_machines_are_the_same() -> None:
    table = dict(re.findall(r"^\| (\w+) \| [^|]+ \| `(.+)` \|$", OPERATIONS, re.MULTILINE))
    names = ("pages", "stream", "worker", "beat")
    asked = {name: options_of(table[name].split()) for name in names}
    image = {"pages": compose.pages_command(), "stream": compose.services()["stream"]["command"]}
    address = {"host", "port", "bind", "worker_tmp_dir"}
    for name, words in image.items():
        given = options_of(words)
        assert {k: v for k, v in asked[name].items() if k not in address} == {
            k: v for k, v in given.items() if k not in address
        }
    worker = options_of(compose.services()["worker"]["command"])
    for name in ("pool", "concurrency"):
        assert asked["worker"][name] == worker[name]


def test_what_the_image_is_made_of_is_there() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", compose.DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (BASE_DIR / source).exists(), source
