"""`manage.py audit verify`: is every team's log still what was written?"""

from argparse import ArgumentParser
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from controlpanel.audit.chain import chain_team_ids, chain_verify


class Command(BaseCommand):
    help = "Checks the audit log: finds the first altered, missing or reordered entry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="verify")
        verify = actions.add_parser("verify", help="walk the hash chains, exit 1 at a fault")
        verify.add_argument(
            "--team-id",
            type=UUID,
            action="append",
            help="only this team; may be given several times (without it: all teams)",
        )

    def handle(self, *, team_id: list[UUID] | None, **_: object) -> None:
        faults = 0
        for team in team_id or chain_team_ids():
            count, fault = chain_verify(team)
            if fault is None:
                self.stdout.write(f"{team}: {count} entries hold")
                continue
            faults += 1
            self.stderr.write(
                f"{team}: entry {fault.sequence}: {fault.problem} ({count} entries before it hold)"
            )
        if faults:
            raise CommandError(f"The audit log was tampered with in {faults} team(s).")
