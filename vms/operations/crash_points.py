"""The instants at which a process may die while it carries out an operation, named once.

In production `crash_point` does nothing. With CRASH_POINT set to one of the names, the process
kills itself there as SIGKILL would from outside: no handler runs, nothing is written. The tests
in tests/crash do that at every point, and docs/reliability.md has a row for each.
"""

import os
import signal
from typing import Literal, get_args

CrashPoint = Literal[
    "before_begin_commits",
    "after_begin",
    "after_claim",
    "after_check",
    "after_mark_sent",
    "after_call",
    "before_outcome_commits",
    "after_outcome",
]
CRASH_POINTS: tuple[CrashPoint, ...] = get_args(CrashPoint)


def crash_point(name: CrashPoint) -> None:
    """Die here, if the environment asks for it."""
    if os.environ.get("CRASH_POINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
