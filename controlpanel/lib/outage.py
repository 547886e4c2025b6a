"""What a process knows of a server being away, so that not everybody waits for it in vain."""

import logging
from threading import Lock
from time import monotonic

logger = logging.getLogger(__name__)
# Seconds between tries to reach it.
BETWEEN_TRIES = 5.0


class Outage:
    """One server being away; all threads of a process share it. `name` is who does without it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = Lock()
        self._until: float | None = None

    @property
    def lasts(self) -> bool:
        """Whether it is too early to ask the server again."""
        until = self._until
        return until is not None and monotonic() < until

    def begin(self, error: Exception) -> None:
        """Note that the server does not answer."""
        with self._lock:
            if self._until is None:
                logger.warning("%s: goes on without Valkey (%s)", self._name, type(error).__name__)
            self._until = monotonic() + BETWEEN_TRIES

    def end(self) -> None:
        """Note that the server has answered."""
        if self._until is None:
            return
        with self._lock:
            self._until = None
        logger.warning("%s: Valkey is back", self._name)
