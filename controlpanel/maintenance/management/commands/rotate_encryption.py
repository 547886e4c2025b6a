"""`manage.py rotate_encryption`: after a new key was put in front of ENCRYPTION_KEYS."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from controlpanel.maintenance import rotation


class Command(BaseCommand):
    help = (
        "Encrypts all stored secrets anew with the first of ENCRYPTION_KEYS, while the panel runs; "
        "afterwards the other keys can be removed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="only count, change nothing")

    def handle(self, *, check: bool, **_: object) -> None:
        results = rotation.look() if check else rotation.rotate()
        for result in results:
            old = f"{result.renewed} with an older key" if check else f"{result.renewed} renewed"
            self.stdout.write(f"{result.name}: {old}, {result.current} with the first key")
            for row in result.unreadable:
                self.stderr.write(f"{result.name}: row {row} cannot be read with any key")
        if any(result.unreadable for result in results):
            raise CommandError(
                "Some secrets cannot be read. If their key still exists, add it at the end of "
                "ENCRYPTION_KEYS and run this again. Do not remove any key yet."
            )
        if not check:
            self.stdout.write("All but the first of ENCRYPTION_KEYS can be removed now.")
