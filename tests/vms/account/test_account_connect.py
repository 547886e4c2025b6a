"""Connecting a Fluence account by its API key."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import override_settings

from controlpanel.audit.actors import Actor
from controlpanel.simulator.accounts import FULL_KEY, READONLY_KEY, REVOKED_KEY, SECOND_KEY
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import deploy_many, entry_of
from vms.account.services import account_connect, account_disconnect
from vms.core.errors import KeyRejected, NoAccount, NotAllowedNow
from vms.models import FluenceAccount, Operation

pytestmark = pytest.mark.usefixtures("sim")


def test_a_full_key_is_kept_with_what_it_may_do(team: Team, olga: Actor) -> None:
    account = account_connect(team=team, actor=olga, api_key=FULL_KEY)
    account.refresh_from_db()
    assert account.api_key() == FULL_KEY
    assert account.can_write
    assert "vms:write" in account.scopes
    assert (account.email, account.connected_by_name) == ("cloud@example.com", "Olga")
    entry = entry_of(team, "account.connect", "succeeded")
    assert entry.changes == {"key": [None, "…full"], "can_write": [None, True]}
    assert entry.target_name == "cloud@example.com"


def test_a_read_only_key_is_kept_and_known_as_such(team: Team, olga: Actor) -> None:
    assert not account_connect(team=team, actor=olga, api_key=READONLY_KEY).can_write


@pytest.mark.parametrize("key", [REVOKED_KEY, "two words", "clé", "x\ny", "never-heard-of"])
def test_a_key_that_fluence_does_not_accept_is_not_kept(team: Team, olga: Actor, key: str) -> None:
    with pytest.raises(KeyRejected, match="does not accept this key") as refused:
        account_connect(team=team, actor=olga, api_key=key)
    assert key not in str(refused.value)
    assert not FluenceAccount.objects.exists()


def test_a_mistake_of_the_panels_own_is_not_blamed_on_the_key(team: Team, olga: Actor) -> None:
    with (
        override_settings(FLUENCE_API_URL="no address"),
        pytest.raises(ValueError, match="address"),
    ):
        account_connect(team=team, actor=olga, api_key=FULL_KEY)
    assert not FluenceAccount.objects.exists()


def test_while_fluence_is_down_no_key_can_be_checked(
    team: Team, olga: Actor, sim: RunningSimulator
) -> None:
    sim.faults.add("maintenance")
    with pytest.raises(KeyRejected, match=r"could not be checked\. Fluence is in maintenance"):
        account_connect(team=team, actor=olga, api_key=FULL_KEY)
    assert not FluenceAccount.objects.exists()


def test_one_account_belongs_to_one_team(
    account: FluenceAccount, team_of: Callable[[str], FluenceAccount]
) -> None:
    with pytest.raises(KeyRejected, match="already connected to another team"):
        team_of(READONLY_KEY)
    assert team_of(SECOND_KEY).email == "research@example.com"


def test_a_key_is_replaced_by_another_of_the_same_account(
    account: FluenceAccount, team: Team, olga: Actor
) -> None:
    again = account_connect(team=team, actor=olga, api_key=READONLY_KEY)
    assert again.pk == account.pk
    assert FluenceAccount.objects.get().api_key() == READONLY_KEY
    changes = entry_of(team, "account.connect", "succeeded").changes
    assert changes == {"key": ["…full", "…only"], "can_write": [True, False]}


def test_a_key_of_another_account_is_refused(
    account: FluenceAccount, team: Team, olga: Actor
) -> None:
    with pytest.raises(KeyRejected, match="belongs to another Fluence account"):
        account_connect(team=team, actor=olga, api_key=SECOND_KEY)
    assert FluenceAccount.objects.get().api_key() == FULL_KEY


def test_only_who_may_connect_does(team: Team, petra: Actor, sim: RunningSimulator) -> None:
    with pytest.raises(PermissionDenied, match="connect or disconnect"):
        account_connect(team=team, actor=petra, api_key=FULL_KEY)
    assert sim.requests() == []


@pytest.mark.usefixtures("catalogue", "key")
def test_it_is_not_disconnected_while_changes_are_under_way(
    team: Team, olga: Actor, petra: Actor
) -> None:
    deploy_many(team, petra, "web", count=2)
    with pytest.raises(NotAllowedNow, match=r"2 change\(s\) are still under way"):
        account_disconnect(team=team, actor=olga)
    Operation.objects.update(state="failed")
    account_disconnect(team=team, actor=olga)
    assert not FluenceAccount.objects.exists()
    entry = entry_of(team, "account.disconnect", "succeeded")
    assert entry.changes == {"key": ["…full", None]}
    with pytest.raises(NoAccount):
        account_disconnect(team=team, actor=olga)
