"""Fairness among API keys within one worker: a slow or dead key must not hold all its threads.

A thread that calls Fluence waits as long as Fluence does. So each account has a few lanes of a
worker's threads, all accounts together leave some threads free for everybody else, and those
whose last call was slow share very few.
"""

import logging
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock

from django.db import close_old_connections

from controlpanel.lib.database import DATABASE_TROUBLE, first_line

logger = logging.getLogger(__name__)
# A key whose last call took longer is slow until one takes less. In seconds.
SLOW = 2.0
_slow: set[Hashable] = set()


def pace_note(account: Hashable, seconds: float) -> None:
    """Note how long a call of an account took."""
    if seconds > SLOW:
        _slow.add(account)
    else:
        _slow.discard(account)


@dataclass
class Lanes:
    """How many threads of this process work at once: `each` for an account, `slow` for all slow
    accounts together (one each), `total` in all.
    """

    each: int
    slow: int
    total: int
    _busy: Counter[Hashable] = field(default_factory=Counter)
    _waiting: dict[Hashable, tuple[Hashable, Callable[[], object]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def run(self, account: Hashable, name: Hashable, job: Callable[[], object]) -> None:
        """Do a job now if there is a lane; else leave it to whichever thread has one next.

        A job that waits is replaced by a newer one of its `name`. What waits is lost with the
        process, so it must be something that the database knows and beat sends again.
        """
        with self._lock:
            if not self._enter(account):
                self._waiting[name] = account, job
                return
        try:
            job()
        finally:
            self._go_on(account)

    def drop_waiting(self) -> None:
        """Leave what waits to the next worker."""
        with self._lock:
            self._waiting.clear()

    def _go_on(self, account: Hashable) -> None:
        """Give the lane back, and do what waits as long as there is a lane for it."""
        while following := self._next(account):
            account, job = following
            close_old_connections()  # as before each task
            try:
                job()
            except DATABASE_TROUBLE as error:
                logger.error("a job is late, the database failed: %s", first_line(error))
            except Exception:
                logger.exception("a job that had to wait failed")

    def _next(self, left: Hashable) -> tuple[Hashable, Callable[[], object]] | None:
        with self._lock:
            self._leave(left)
            for name, (account, job) in self._waiting.items():
                if self._enter(account):
                    del self._waiting[name]
                    return account, job
        return None

    def _enter(self, account: Hashable) -> bool:
        if self._busy.total() >= self.total:
            return False
        if account in _slow:
            if self._busy[account] or sum(key in _slow for key in self._busy) >= self.slow:
                return False
        elif self._busy[account] >= self.each:
            return False
        self._busy[account] += 1
        return True

    def _leave(self, account: Hashable) -> None:
        self._busy[account] -= 1
        if self._busy[account] <= 0:
            del self._busy[account]


# For a worker of 20 threads: two are left for what beat sends, however slow everybody is.
CHANGES = Lanes(each=4, slow=3, total=8)
READS = Lanes(each=2, slow=4, total=10)
