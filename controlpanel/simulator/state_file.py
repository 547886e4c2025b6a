"""Keeping the world in a file, so that it outlives a restart."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from threading import Event, Lock, Thread

from pydantic import ValidationError

from controlpanel.simulator.records import State
from controlpanel.simulator.world import World

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_SAVES = 1.0


class StateFileUnreadable(Exception):
    """The file is there, but holds no state of a simulator."""


def load_state(path: Path) -> State:
    """Return what was saved, or an empty state if nothing was. Raises StateFileUnreadable."""
    try:
        return State.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return State()
    except (OSError, ValidationError) as error:
        raise StateFileUnreadable(str(path)) from error


class StateSaver:
    """Saves a world before a change is answered, so that nothing answered is lost by a SIGKILL.

    What happens by itself meanwhile is saved once a second, and when the saver is stopped.
    """

    def __init__(self, world: World, path: Path) -> None:
        self._world = world
        self._path = path
        self._saved_revision = world.revision
        self._stop = Event()
        self._lock = Lock()
        self._thread = Thread(target=self._run, name="simulator-state", daemon=True)

    def start(self) -> None:
        self._world.keep = self.save
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
        self.save()

    def save(self) -> None:
        """Write the file if anything has changed; changes at once share one writing.

        A disk that refuses is only logged.
        """
        try:
            self._save()
        except OSError as error:
            logger.error("The state could not be saved to %s: %s", self._path, error.strerror)

    def _save(self) -> None:
        with self._lock:
            with self._world.lock:
                revision = self._world.revision
                if revision == self._saved_revision:
                    return
                text = self._world.state.model_dump_json()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part = self._path.with_name(f"{self._path.name}.part")
            with part.open("w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._path)  # so that the file is there whole, or as it was
            self._saved_revision = revision

    def _run(self) -> None:
        while not self._stop.wait(SECONDS_BETWEEN_SAVES):
            self.save()
