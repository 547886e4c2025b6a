"""`manage.py person_reset_mfa owner@example.com`: for whoever lost the app and all codes."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from controlpanel.accounts.models import User
from controlpanel.teams.services.person import second_factors_reset


class Command(BaseCommand):
    help = "Takes a person's second factors away, so that the password alone opens the account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the person's e-mail address")

    def handle(self, *, email: str, **_: object) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody here has the address {email}.")
        if not second_factors_reset(user):
            raise CommandError(f"{user.email} has no second factor.")
        self.stdout.write(
            f"{user.email} logs in with the password alone now. It stands in the logs of their "
            "teams, and they were told by mail."
        )
