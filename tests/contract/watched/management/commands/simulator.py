"""`manage.py simulator`, which notes every departure from the vendor's document in a file."""

import os
from pathlib import Path
from threading import Lock
from typing import Any

from controlpanel.simulator import world
from controlpanel.simulator.management.commands import simulator
from controlpanel.simulator.world import Exchange
from tests.contract.document import document
from tests.contract.observing import DEPARTURES, Observer


class Command(simulator.Command):
    def handle(self, **options: Any) -> None:
        world.OBSERVERS.append(Noting(Path(os.environ[DEPARTURES])))
        super().handle(**options)


class Noting:
    """Compares exchanges from all threads of the simulator's process."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._observer = Observer(document())
        self._lock = Lock()

    def __call__(self, exchange: Exchange) -> None:
        with self._lock:
            self._observer(exchange)
            with self._file.open("a") as file:
                file.writelines(f"{problem}\n" for problem in self._observer.take_problems())
