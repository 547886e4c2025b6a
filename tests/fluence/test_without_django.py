"""Client and simulator stand alone: neither needs the framework that the panel is made of."""

import json
import subprocess
import sys
from pathlib import Path
from pkgutil import walk_packages

import pytest

import controlpanel.fluence
import controlpanel.simulator

ROOT = Path(controlpanel.fluence.__file__).parents[2]
# The command is the panel's own way to start the simulator.
OF_DJANGO = "controlpanel.simulator.management"
FRAMEWORK = {"celery", "django", "kombu"}
IMPORTED = """
import importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize("package", [controlpanel.fluence, controlpanel.simulator])
def test_all_of_it_is_importable_without_the_framework(package: object) -> None:
    name, path = package.__name__, package.__path__  # type: ignore[attr-defined]
    found = {module.name for module in walk_packages(path, f"{name}.")}
    wanted = [name, *sorted(each for each in found if not each.startswith(OF_DJANGO))]
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTED, json.dumps(wanted)],
        env={},
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    loaded = set(json.loads(ended.stdout))
    assert "controlpanel" in loaded
    assert not loaded & FRAMEWORK
