"""Schemathesis drives the simulator from the vendor's document, and finds nothing to object to.

Examples, boundary values, random data, and sequences that follow what answers contain. The run is
deterministic; schemathesis.toml, schemathesis_hooks.py and UNLISTED in document.py say what is
taken otherwise than the document has it, and why.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from controlpanel.simulator.payments import OPEN, RESOLVED, finish_top_up
from controlpanel.simulator.testing import RunningSimulator, running_simulator
from controlpanel.simulator.world import Exchange
from tests.contract.document import MISSING, PATH, Document
from tests.contract.prepared import prepare

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]

pytestmark = [
    pytest.mark.skipif(not PATH.exists(), reason=MISSING),
    pytest.mark.skipif(
        os.environ.get("TEST_DATABASE") == "postgres",
        reason="takes long, and knows of no database: the run on SQLite has it",
    ),
]

MOST_NEVER_ACCEPTED = 6
"""Of some operations all calls are refused: a VM, for one, is seldom guessed right."""


def run(url: str, known: str, folder: Path) -> subprocess.CompletedProcess[str]:
    config = folder / "schemathesis.toml"
    config.write_text((FOLDER / "schemathesis.toml").read_text() + known)
    program = Path(sys.executable).with_name("schemathesis")
    return subprocess.run(
        [program, "--config-file", config, "run", PATH, "--url", url],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_schemathesis_finds_nothing(tmp_path: Path, openapi: Document) -> None:
    succeeded: set[str] = set()

    def watch(exchange: Exchange) -> None:
        if exchange.answer.status in (200, 201, 204):
            succeeded.add(exchange.operation)

    with running_simulator(speed=20000) as sim:
        known = prepare(sim)
        sim.world.observers += [watch, lambda exchange: pay(sim, known, exchange)]
        done = run(sim.url, known, tmp_path)
    assert done.returncode == 0, done.stdout
    assert f"Selected: {len(openapi.operations)}/{len(openapi.operations)}" in done.stdout
    # A run in which every call is refused would find nothing either.
    assert len(set(openapi.operations) - succeeded) <= MOST_NEVER_ACCEPTED


def pay(sim: RunningSimulator, known: str, exchange: Exchange) -> None:
    """Pay what is open once it has kept somebody from opening another top-up.

    The one that was known from the beginning is left to be canceled.
    """
    if b"open top-up already exists" in exchange.answer.body:
        with sim.world.lock:
            for top_up in sim.world.state.top_ups.values():
                if top_up.status == OPEN and top_up.id not in known:
                    finish_top_up(sim.world, top_up.id, RESOLVED)
