"""The folder of a panel's data: asked before anything is written to it."""

import os
import shutil
from pathlib import Path

# The static files, the database and its log, and what a first hour adds.
LEAST_MEGABYTES = 32


def folder_require(path: Path) -> None:
    """Make the folder, if need be, and return if the panel can live there.

    Raises:
        SystemExit: it cannot be made or written, or its disk is full; with a sentence.
    """
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(path).free // 1_000_000
    except OSError as error:
        raise SystemExit(
            f"The data cannot be kept in {path} ({error.strerror}): choose another folder with "
            "DATA_DIR."
        ) from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise SystemExit(
            f"The data cannot be kept in {path}: it may not be written. Choose another folder with "
            "DATA_DIR."
        )
    if free < LEAST_MEGABYTES:
        raise SystemExit(
            f"Only {free} MB are left on the disk of {path}, and the panel needs "
            f"{LEAST_MEGABYTES}: make room, or choose another folder with DATA_DIR."
        )
