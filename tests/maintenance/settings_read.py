"""The settings as a process has them that starts with a certain environment."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from tests.stack import BASE_DIR


def settings_read(names: Iterable[str], /, **environment: str) -> dict[str, Any]:
    program = f"""
import json
from django.conf import settings
print(json.dumps({{name: getattr(settings, name) for name in {tuple(names)!r}}}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "controlpanel.settings", **environment},
        capture_output=True,
        check=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
