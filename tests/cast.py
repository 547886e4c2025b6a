"""The people of the tests: Acme has one member of each role, and Oscar is of another team."""

from django.test import Client

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role

PASSWORD = "correct horse battery staple"


def person_create(name: str, email: str = "") -> User:
    email = email or f"{name.lower()}@acme.test"
    return User.objects.create_user(email=email, password=PASSWORD, name=name)


def member_create(team: Team, role: str, name: str) -> User:
    user = person_create(name)
    Membership.objects.create(team=team, user=user, role=role)
    return user


def actor_of(user: User, team: Team) -> Actor:
    """What `team_permission` hands to services, for tests that call them without a request."""
    role = Membership.objects.filter(team=team, user=user).values_list("role", flat=True).first()
    return Actor(
        kind="user", id=str(user.pk), name=str(user), role=role or "", ip_address="203.0.113.7"
    )


def client_for(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


CAST = {
    Role.OWNER: "Olga",
    Role.ADMIN: "Adam",
    Role.OPERATOR: "Petra",
    Role.VIEWER: "Viktor",
    Role.AUDITOR: "Aurelia",
}
