"""The demo: people of each role, two teams, two accounts, made once and with an audit trail."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.test import override_settings

from controlpanel.accounts.models import User
from controlpanel.audit.actions import Action
from controlpanel.audit.models import AuditEntry
from controlpanel.embedded.demo import demo_logins, demo_seed
from controlpanel.simulator.testing import running_simulator
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from vms.core.clients import clients_forget
from vms.models import FluenceAccount

pytestmark = pytest.mark.django_db

PASSWORD = "demo-password"


@pytest.fixture
def _simulator() -> Iterator[None]:
    with running_simulator() as fluence, override_settings(FLUENCE_API_URL=fluence.url):
        clients_forget()  # a client of the test before talks to a simulator long gone
        yield
    clients_forget()


@pytest.mark.usefixtures("_simulator")
def test_it_makes_one_person_of_each_role_and_a_second_team(tmp_path: Path) -> None:
    demo_seed(password=PASSWORD, folder=tmp_path)
    acme, harbour = Team.objects.order_by("name")
    assert set(acme.memberships.values_list("role", flat=True)) == set(Role.values)
    assert not User.objects.filter(memberships__team=acme).filter(memberships__team=harbour)
    assert FluenceAccount.objects.filter(can_write=True).count() == 2
    for user in User.objects.all():
        assert user.check_password(PASSWORD)
        assert user.email in demo_logins(password=PASSWORD)


@pytest.mark.usefixtures("_simulator")
def test_everything_it_does_is_in_the_audit_log(tmp_path: Path) -> None:
    demo_seed(password=PASSWORD, folder=tmp_path)
    for team in Team.objects.all():
        entries = AuditEntry.objects.filter(team_id=team.pk)
        joined = entries.filter(action=Action.MEMBERSHIP_CREATE.value).count()
        assert joined == team.memberships.count() - 1  # the owner came with the team
        assert entries.filter(action=Action.TEAM_CREATE.value).count() == 1
        assert entries.filter(action=Action.ACCOUNT_CONNECT.value).count() == 1


@pytest.mark.usefixtures("_simulator")
def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    demo_seed(password=PASSWORD, folder=tmp_path)
    before = Membership.objects.count(), AuditEntry.objects.count()
    demo_seed(password=PASSWORD, folder=tmp_path)
    assert (Membership.objects.count(), AuditEntry.objects.count()) == before


@pytest.mark.usefixtures("_simulator")
def test_after_the_secrets_were_lost_the_printed_password_is_everybodys(tmp_path: Path) -> None:
    demo_seed(password="demo-before", folder=tmp_path)
    clients_forget()
    with override_settings(ENCRYPTION_KEYS=[Fernet.generate_key().decode()]):
        assert not FluenceAccount.objects.first().is_key_readable  # type: ignore[union-attr]
        demo_seed(password=PASSWORD, folder=tmp_path)
        assert all(account.is_key_readable for account in FluenceAccount.objects.all())
    assert all(user.check_password(PASSWORD) for user in User.objects.all())
    assert User.objects.count() == 6


@pytest.mark.usefixtures("_simulator")
def test_a_password_that_somebody_chose_stays_while_nothing_is_lost(tmp_path: Path) -> None:
    demo_seed(password=PASSWORD, folder=tmp_path)
    viewer = User.objects.get(email="viewer@demo.example")
    viewer.set_password("one of my own")
    viewer.save()
    demo_seed(password=PASSWORD, folder=tmp_path)
    viewer.refresh_from_db()
    assert viewer.check_password("one of my own")


def test_the_command_refuses_where_fluence_is_not_the_simulator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FLUENCE_API_URL", "https://api.fluence.dev")
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)
    with pytest.raises(CommandError, match="beside the simulator"):
        call_command("seed_demo")
    assert not User.objects.exists()
