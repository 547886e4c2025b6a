"""`manage.py team_create "Acme" owner@example.com`: the first team of a new server."""

from argparse import ArgumentParser

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from controlpanel.accounts.models import User
from controlpanel.accounts.verification import address_vouch
from controlpanel.audit.actors import SYSTEM
from controlpanel.lib.links import public_url
from controlpanel.lib.mail_address import MailAddressFormField
from controlpanel.teams.forms import TeamForm
from controlpanel.teams.services import team_create


class Command(BaseCommand):
    help = "Creates a team and, if they are new, its owner; prints where to set the password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the team's name")
        parser.add_argument("email", help="the owner's e-mail address")

    def handle(self, *, name: str, email: str, **_: object) -> None:
        form = TeamForm({"name": name})
        if not form.is_valid():
            raise CommandError(f"The team's name: {' '.join(map(str, form.errors['name']))}")
        with transaction.atomic():
            owner = _person(email)
            address_vouch(owner)
            team = team_create(actor=SYSTEM, name=form.cleaned_data["name"], owner=owner)
        self.stdout.write(f"{owner.email} owns the new team {team.name}.")
        if owner.has_usable_password():
            self.stdout.write(f"Log in: {public_url('account_login')}")
        else:
            self.stdout.write(f"Set a password: {_password_link(owner)}")


def _person(email: str) -> User:
    try:
        email = MailAddressFormField().clean(email)
    except ValidationError as error:
        raise CommandError(f"{email!r} is not an e-mail address.") from error
    return User.objects.filter(email=email).first() or User.objects.create_user(email)


def _password_link(user: User) -> str:
    """Return the link that a password reset would mail; it works once."""
    key = default_token_generator.make_token(user)
    return public_url("account_reset_password_from_key", uidb36=user_pk_to_url_str(user), key=key)
