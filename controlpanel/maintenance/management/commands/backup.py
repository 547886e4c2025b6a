"""`manage.py backup FILE`: while the panel runs."""

import os
import sys
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError

from controlpanel.maintenance.backup import BackupError, engine


class Command(BaseCommand):
    help = "Writes the database to a file, while the panel runs."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a new file, or - for the standard output")

    def handle(self, *, file: str, **_: object) -> None:
        try:
            if file == "-":
                engine().dump(cast(BinaryIO, sys.stdout.buffer))
                sys.stdout.buffer.flush()
            else:
                _write(Path(file))
                self.stdout.write(f"{file}: {Path(file).stat().st_size} bytes")
        except (BackupError, OSError) as error:
            raise CommandError(f"No backup was made. {error}") from None
        self.stderr.write(
            "API keys are encrypted in it: keep ENCRYPTION_KEYS too, in another place."
        )


def _write(path: Path) -> None:
    """Write a whole file or none, for its owner alone."""
    if path.exists():
        raise BackupError(f"{path} already exists.")
    draft = path.with_name(path.name + ".part")
    try:
        with open(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            engine().dump(file)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
