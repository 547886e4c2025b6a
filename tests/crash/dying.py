"""A process of the operating system that does one thing and is killed at a crash point."""

import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.db import connection

from vms.core.clients import clients_forget
from vms.operations.crash_points import CrashPoint

if TYPE_CHECKING:
    from django.db.backends.postgresql.base import DatabaseWrapper


def killed_at(point: CrashPoint, job: Callable[[], object]) -> None:
    """Run `job` in a process of its own; it has to end by SIGKILL at `point`."""
    _let_go_of_connections()
    child = os.fork()
    if child == 0:
        # Whatever happens, the copy of the test run must not go on as a second test run.
        try:
            os.environ["CRASH_POINT"] = point
            job()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"it did not reach {point}"
    assert os.WTERMSIG(status) == signal.SIGKILL


def _let_go_of_connections() -> None:
    """Sockets must not be shared: the child opens its own, and so does this process again."""
    clients_forget()
    connection.close()
    if connection.vendor == "postgresql":
        cast("DatabaseWrapper", connection).close_pool()
