"""Holding every exchange of a test run to the document.

Each simulator that a test starts in this process shows its exchanges to the one `Observer` here;
one that runs as a process of its own (browser and stack tests: `tests.stack`) has an observer too,
which notes departures in the file that FLUENCE_DEPARTURES names. What the client sends and what
the simulator answers is compared with the vendor's document, and a departure fails the test in
which it happened. Not looked at: answers that a fault has spoilt, and requests that did not come
from the client (tests send wrong ones by hand).

FLUENCE_RECORD=folder leaves a record of which test files had which operations answered; that is
what docs/fluence-api.md is made from.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from threading import Lock

from controlpanel.fluence.transport import USER_AGENT
from controlpanel.simulator.world import Exchange
from tests.contract.document import Document

RECORD = "FLUENCE_RECORD"
DEPARTURES = "FLUENCE_DEPARTURES"


class Observer:
    """Takes exchanges from the simulators' threads."""

    def __init__(self, document: Document | None) -> None:
        self._document = document
        self._lock = Lock()
        self._problems: list[str] = []
        self._answered: dict[str, set[str]] = defaultdict(set)
        self.test_file = ""

    def __call__(self, exchange: Exchange) -> None:
        problems = self._problems_of(exchange)
        with self._lock:
            self._problems.extend(f"{exchange.operation}: {problem}" for problem in problems)
            if not exchange.answer.spoilt and 200 <= (exchange.answer.status or 0) < 300:
                self._answered[exchange.operation].add(self.test_file)

    def take_problems(self) -> list[str]:
        """Return what was found since the last call."""
        with self._lock:
            problems, self._problems = self._problems, []
        return problems

    def write_record(self) -> None:
        """Write down which test files had which operations answered, if FLUENCE_RECORD is set."""
        if folder := os.environ.get(RECORD):
            record = {operation: sorted(files) for operation, files in self._answered.items()}
            (Path(folder) / f"{os.getpid()}.json").write_text(json.dumps(record))

    def _problems_of(self, exchange: Exchange) -> list[str]:
        if self._document is None:
            return []
        problems = []
        if exchange.user_agent.startswith(USER_AGENT):
            problems += [f"request: {p}" for p in self._document.problems_of_request(exchange)]
        if not exchange.answer.spoilt:
            problems += [f"answer: {p}" for p in self._document.problems_of_answer(exchange)]
        return problems
