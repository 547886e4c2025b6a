"""Write docs/faults.md: `make docs`. The rows come from a run of `test_fault_table.py`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "docs" / "faults.md"
PLAYED = "tests/vms/operations/test_fault_table.py"
WRITE = "FAULTS_WRITE"

HEAD = """\
# Faults: what the person sees, and what the log says

Each row is played by `tests/vms/operations/test_fault_table.py`: the simulator gets the fault, a
person does something on the pages, and what the pages then say and the audit log then holds is
compared with the row. Written by `make docs`, not by hand. `manage.py simulator --help` tells how
to set a fault. *id* is the id of the call to Fluence, by which the panel's own log lines tell more
of it.

| Fault | What happens | What the person sees | What the log says |
| --- | --- | --- | --- |
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", PLAYED, "-k", "each"],
            cwd=ROOT,
            env={**os.environ, WRITE: folder},
            stdout=sys.stderr,
        )
        if done.returncode:
            raise SystemExit("Not written: tests have failed.")
        rows = [path.read_text() for path in sorted(Path(folder).iterdir())]
    sys.stdout.write(HEAD + "".join(f"{row}\n" for row in rows))


if __name__ == "__main__":
    main()
