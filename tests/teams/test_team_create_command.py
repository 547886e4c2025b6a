"""`manage.py team_create` gives a new server its first team, and its owner a way in."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Team
from tests.cast import PASSWORD, person_create

pytestmark = pytest.mark.django_db


def run(name: str, email: str) -> str:
    out = StringIO()
    call_command("team_create", name, email, stdout=out)
    return out.getvalue()


def test_a_new_owner_sets_a_password_by_the_link(client: Client) -> None:
    output = run("Acme", "Olga@Acme.test")
    assert "olga@acme.test owns the new team Acme." in output
    link = output.partition("Set a password: ")[2].strip()
    form_page = client.get(link, follow=True)
    assert form_page.status_code == 200
    answer = client.post(
        form_page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD}
    )
    assert answer.status_code == 302
    assert User.objects.get(email="olga@acme.test").check_password(PASSWORD)
    assert AuditEntry.objects.get().actor_name == "Panel"


def test_a_known_person_keeps_their_password(client: Client) -> None:
    person_create("Olga")
    assert "Log in: http://testserver/account/login/" in run("Acme", "OLGA@acme.test")
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "email"), [("", "olga@acme.test"), ("Acme", "olga"), ("x" * 81, "o@a.test")]
)
def test_what_it_cannot_use_it_refuses(name: str, email: str) -> None:
    with pytest.raises(CommandError):
        run(name, email)
    assert not User.objects.exists()
    assert not Team.objects.exists()
