"""`manage.py restore FILE`: into an empty installation that stands still."""

import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from io import BufferedReader
from pathlib import Path
from typing import cast

from django.core.management.base import BaseCommand, CommandError

from controlpanel.maintenance.backup import BackupError, engine, postgresql, sqlite
from controlpanel.maintenance.backup.aftercare import care, require_empty

KINDS = {sqlite.MAGIC: ("an SQLite", sqlite), postgresql.MAGIC: ("a PostgreSQL", postgresql)}


class Command(BaseCommand):
    help = "Fills an empty installation from a backup. Stop web, worker and beat first."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the backup, or - for the standard input")

    def handle(self, *, file: str, **_: object) -> None:
        standard_input = nullcontext(cast(BufferedReader, sys.stdin.buffer))
        try:
            with standard_input if file == "-" else Path(file).open("rb") as source:
                _require_fitting(source)
                engine().require_unused()
                require_empty()
                engine().load(source)
            restored = care()
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"Restored {restored.teams} team(s) and {restored.people} people; "
            f"{restored.entries} entries of the audit log hold."
        )
        if restored.unsettled:
            self.stdout.write(
                f"{restored.unsettled} change(s) were under way: the panel looks at Fluence "
                "whether they were done, and sends none again."
            )
        self.stdout.write("Everybody has to log in again. Start the panel now.")
        if restored.unreadable:
            raise CommandError(
                f"{restored.unreadable} secret(s) cannot be read with these ENCRYPTION_KEYS. Add "
                "the keys that were in use when the backup was made, or connect the Fluence "
                "accounts and set up two-factor logins again."
            )


def _require_fitting(source: BufferedReader) -> None:
    start = source.peek(16)
    found = [kind for magic, kind in KINDS.items() if start.startswith(magic)]
    if not found:
        raise BackupError("This is no backup of the panel.")
    ((name, made_by),) = found
    if made_by is not engine():
        raise BackupError(f"This is {name} backup, but DATABASE_URL names another database.")
