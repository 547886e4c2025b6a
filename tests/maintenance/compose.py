"""docker-compose.yml and the Dockerfile, as the tests read them."""

import json
import re
from typing import Any

import yaml

from tests.stack import BASE_DIR

DOCKERFILE = (BASE_DIR / "Dockerfile").read_text()


def compose() -> dict[str, Any]:
    """Return the file with its anchors followed."""
    found: dict[str, Any] = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
    return found


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def panel_services() -> dict[str, dict[str, Any]]:
    """Return those that run the panel's own image."""
    found = services().items()
    return {name: each for name, each in found if each["image"] == "fluence-team-console"}


def pages_command() -> list[str]:
    """Return the image's command, which pages runs."""
    return _exec_form(r"^CMD (\[.*?\])\s*$")


def pages_health_check() -> list[str]:
    return _exec_form(r"^HEALTHCHECK .*?CMD (\[.*?\])\s*$")


def health_check(name: str) -> list[str]:
    """Return the command by which Docker asks whether a service is well."""
    test: list[str] = services()[name]["healthcheck"]["test"]
    assert test[0] == "CMD"
    return test[1:]


def _exec_form(pattern: str) -> list[str]:
    text = DOCKERFILE.replace("\\\n", " ")
    found = re.findall(pattern, text, re.MULTILINE)
    words: list[str] = json.loads(found[-1])
    return words
