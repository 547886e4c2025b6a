"""Write the table of docs/fluence-api.md: `make docs`.

For each operation of the vendor's document: the client's method, whether the simulator has it, and
a test file in which it was answered. The last is measured: the tests of client, simulator and
contract are run, and the simulator's observer notes what was answered in which file.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from controlpanel.fluence.endpoints import client_endpoints
from controlpanel.simulator import api  # noqa: F401 (registers the operations)
from controlpanel.simulator.router import router
from tests.contract.document import MISSING, document
from tests.contract.observing import RECORD
from tests.contract.uses import USES

ROOT = Path(__file__).parents[2]
TESTS = ("tests/fluence", "tests/simulator", "tests/contract")
# Two call everything by design, which says nothing of what tests look at; one reads the table.
NOT_COUNTED = (
    "tests/contract/test_schemathesis.py",
    "tests/contract/test_every_operation.py",
    "tests/contract/test_coverage_table.py",
)

HEAD = """\
# The Fluence API: what is there, and what is tested

All operations of the vendor's OpenAPI document (version 0.10.0). Written by `make docs`, not by
hand; a test fails when it is out of step.

- **Client**: the method of `FluenceClient` that calls it.
- **Simulator**: whether `manage.py simulator` answers it.
- **Console**: where a person's act or page leads to it, or why it is not needed.
- **Tested in**: a test file in which the simulator answered it with success, as measured by a run
  of the tests. In every test, what the client sends and what the simulator answers is compared
  with the vendor's document, and `tests/contract` has schemathesis drive the simulator from it.

"""


def main() -> None:
    openapi = document()
    if openapi is None:
        raise SystemExit(f"Not written: {MISSING}.")
    sys.stdout.write(page(openapi.operations, measured()))


def page(operations: Iterable[str], files: Mapping[str, str]) -> str:
    """Return the whole document."""
    rows = list(_rows(sorted(operations, key=_by_path), files))
    client, simulator, tested = (sum(row[n] != "no" for row in rows) for n in (1, 2, 4))
    total = f"{len(rows)} operations; client {client}, simulator {simulator}, tested {tested}."
    head = ("Operation", "Client", "Simulator", "Console", "Tested in")
    table = [head, ("---",) * len(head), *rows]
    return HEAD + total + "\n\n" + "".join(f"| {' | '.join(row)} |\n" for row in table)


def measured() -> dict[str, str]:
    """Run the tests; return for each operation the file that is most about it."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "2", *TESTS]
            + [f"--ignore={file}" for file in NOT_COUNTED],
            cwd=ROOT,
            env={**os.environ, RECORD: folder},
            stdout=sys.stderr,
        )
        if done.returncode:
            raise SystemExit("Not written: tests have failed.")
        files: dict[str, set[str]] = defaultdict(set)
        for record in Path(folder).iterdir():
            for operation, found in json.loads(record.read_text()).items():
                files[operation].update(found)
    breadth = Counter(file for found in files.values() for file in found)
    return {
        operation: min(found, key=lambda file: (breadth[file], file))
        for operation, found in files.items()
    }


def _rows(operations: Iterable[str], files: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    client = client_endpoints()
    simulator = {route.operation for route in router.routes}
    for operation in operations:
        yield (
            f"`{operation}`",
            f"`{client[operation]}`" if operation in client else "no",
            "yes" if operation in simulator else "no",
            USES[operation],
            f"`{files[operation]}`" if operation in files else "no",
        )


def _by_path(operation: str) -> tuple[str, str]:
    method, path = operation.split(" ")
    return path, method


if __name__ == "__main__":
    main()
