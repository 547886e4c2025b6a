"""The client stands alone."""

import subprocess
import sys
from pathlib import Path

import controlpanel.fluence


def test_it_is_importable_without_settings() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", "import controlpanel.fluence"],
        env={},
        cwd=Path(controlpanel.fluence.__file__).parents[2],
        check=False,
    )
    assert ended.returncode == 0
