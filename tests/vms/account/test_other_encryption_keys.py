"""ENCRYPTION_KEYS were changed or lost: each page says so, nothing is sent, and it mends itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.test import Client, override_settings
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import PASSWORD
from tests.vms.deploying import deploy
from vms.account.services import account_connect
from vms.core.clients import clients_forget
from vms.mirror.newcomers import newest_read
from vms.mirror.polling import account_poll
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount
from vms.operations.engine import operation_run

ClientFor = Callable[[User], Client]


@contextmanager
def other_keys() -> Iterator[None]:
    """A panel that was started again, with a key of its own."""
    clients_forget()
    with override_settings(ENCRYPTION_KEYS=[Fernet.generate_key().decode()]):
        yield
    clients_forget()


@pytest.mark.parametrize("page", ["/t/acme/vms/", "/t/acme/account/", "/t/acme/ssh-keys/"])
def test_each_page_says_that_the_api_key_cannot_be_read(
    page: str, account: FluenceAccount, admin: User, client_for: ClientFor
) -> None:
    with other_keys():
        text = client_for(admin).get(page, follow=True).content.decode()
        assert "The team's API key cannot be read" in text
        assert "other ENCRYPTION_KEYS" in text
        assert "connect the key again" in text
    assert "cannot be read" not in client_for(admin).get(page, follow=True).content.decode()


def test_readyz_says_so_and_tells_no_more(
    account: FluenceAccount, sim: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    with other_keys():
        answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["keys"] == {"state": "unreadable"}
    assert "ENCRYPTION_KEYS do not open" in caplog.text
    assert Client().get("/readyz").json()["keys"] == {"state": "ok"}


@pytest.mark.usefixtures("catalogue", "key")
def test_what_is_asked_is_refused_with_the_reason_and_nothing_is_sent(
    account: FluenceAccount, team: Team, petra: Actor, sim: RunningSimulator
) -> None:
    before = len(sim.requests())
    with other_keys():
        operation = deploy(team, petra)
    assert operation.state == "failed"
    assert operation.error_code == "key_unreadable"
    assert "The panel cannot read what it keeps encrypted" in str(operation.message)
    assert "Nothing was changed." in str(operation.message)
    assert len(sim.requests()) == before


@pytest.mark.usefixtures("catalogue", "key")
def test_what_a_worker_was_asked_waits_for_the_keys(
    account: FluenceAccount, team: Team, petra: Actor, sim: RunningSimulator, clock: object
) -> None:
    operation = deploy(team, petra, "web", count=2, user_data="#cloud-config\n")
    assert operation.state == "pending"
    with other_keys():
        operation = operation_run(operation.pk, patient=True)
        assert operation.state == "pending"
        assert operation.sent_at is None
    clock.advance(61)  # type: ignore[attr-defined]
    assert operation_run(operation.pk, patient=True).state == "succeeded"


def test_the_background_says_nothing_false_of_fluence(
    account: FluenceAccount, team: Team, sim: RunningSimulator
) -> None:
    with other_keys():
        account_reconcile(account.pk)
        newest_read(account.pk)
        assert account_poll(account.pk) == 0
    account.refresh_from_db()
    assert account.health == "ok"
    assert VM.objects.count() == 0


def test_the_key_can_be_connected_again(
    account: FluenceAccount, team: Team, olga: Actor, sim: RunningSimulator
) -> None:
    with other_keys():
        again = account_connect(team=team, actor=olga, api_key=FULL_KEY)
        assert again.pk == account.pk
        assert again.is_key_readable


def test_who_logs_in_with_a_second_factor_is_told_why_they_cannot(
    owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    TOTP.activate(owner, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(owner)
    client = Client(raise_request_exception=False)
    client.post("/account/login/", {"login": owner.email, "password": PASSWORD})
    with other_keys():
        answer = client.post(reverse("mfa_authenticate"), {"code": "123456"})
    assert answer.status_code == 503
    text = answer.content.decode()
    assert "This console cannot read what it keeps encrypted" in text
    assert "can put the old keys back" in text
    assert not [record for record in caplog.records if record.exc_info]
