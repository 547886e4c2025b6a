"""Clients are reused, and no clear API key is remembered by which one is found."""

import gc
from uuid import uuid4

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.simulator.accounts import FULL_KEY, READONLY_KEY
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from vms.account.services import account_connect
from vms.core import clients
from vms.core.unreadable import NotRevealed
from vms.models import FluenceAccount


def test_one_client_for_each_manner_is_kept(account: FluenceAccount) -> None:
    again = FluenceAccount.objects.get(pk=account.pk)
    assert clients.client_for(account) is clients.client_for(again)
    assert clients.client_for(account) is not clients.poll_client_for(account)


def test_a_new_key_gets_a_new_client(account: FluenceAccount, team: Team, olga: Actor) -> None:
    before = clients.client_for(account)
    after = account_connect(team=team, actor=olga, api_key=READONLY_KEY)
    assert after.pk == account.pk
    assert clients.client_for(after) is not before


def test_no_clear_key_is_what_a_client_is_remembered_by(account: FluenceAccount) -> None:
    clients.client_for(account).account.me()
    remembered = repr(gc.get_referents(clients._client_kept))
    assert account.api_key_encrypted in remembered
    assert FULL_KEY not in remembered


def test_what_cannot_be_decrypted_has_no_client(sim: RunningSimulator) -> None:
    account = FluenceAccount(pk=uuid4(), api_key_encrypted="of another panel")
    with pytest.raises(NotRevealed):
        clients.client_for(account)
    assert sim.requests() == []
