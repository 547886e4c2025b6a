"""The pinned requirements fit what was asked for, and can be trusted."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "requirements"
NAMES = ("base", "embedded", "dev")


def _asked_for(name: str) -> list[Requirement]:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    of_project = declared["project"]["dependencies"]
    asked = of_project if name == "base" else declared["dependency-groups"][name]
    return [Requirement(each) for each in asked]


def _pinned(name: str) -> dict[str, str]:
    text = (FOLDER / f"{name}.txt").read_text()
    pins = re.findall(r"^([\w.-]+)==([\w.!+-]+)", text, re.MULTILINE)
    return {canonicalize_name(package): version for package, version in pins}


@pytest.mark.parametrize("name", NAMES)
def test_every_requirement_has_a_pin_that_fits(name: str) -> None:
    pinned = _pinned(name)
    for requirement in _asked_for(name):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not pinned: run make lock"
        assert requirement.specifier.contains(version, prereleases=True), (
            f"{requirement}: make lock"
        )


@pytest.mark.parametrize("name", NAMES)
def test_every_pin_has_hashes_and_names_no_index(name: str) -> None:
    text = (FOLDER / f"{name}.txt").read_text()
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in block, block
    assert "http" not in re.sub(r"--hash=\S+|^[\w.-]+==", "", text, flags=re.MULTILINE)
    assert "index-url" not in text


def test_a_package_has_one_version_everywhere() -> None:
    versions: dict[str, set[str]] = {}
    for name in NAMES:
        for package, version in _pinned(name).items():
            versions.setdefault(package, set()).add(version)
    assert not {package: found for package, found in versions.items() if len(found) > 1}
