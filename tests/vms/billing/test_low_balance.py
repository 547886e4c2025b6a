"""A balance that runs out is told on every page and by mail, once for each number of days."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Team
from tests.vms.rows import vm_rows
from vms.billing.services import low_balance_tell
from vms.models import FluenceAccount

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("owner")]
BANNER = "Then Fluence ends all VMs"


@pytest.fixture
def account(team: Team) -> FluenceAccount:
    """What runs costs a dollar an hour."""
    vm_rows(team, 1, price_vm_hour=Decimal(1))
    return FluenceAccount.objects.get(team=team)


def balance_is(account: FluenceAccount, usd: int) -> int | None:
    """Let Fluence tell it, as the next reading does; return of how many days has been told."""
    FluenceAccount.objects.update(balance=Decimal(usd), balance_at=timezone.now())
    low_balance_tell(account.pk)
    account.refresh_from_db()
    return account.low_balance_told


def test_each_number_of_days_is_told_once(
    account: FluenceAccount, mailoutbox: list[EmailMessage]
) -> None:
    amounts = (1000, 337, 335, 300, 160, 100, 70, 30, 23, 5, 0)
    told = [balance_is(account, usd) for usd in amounts]
    assert told == [None, None, 14, 14, 7, 7, 3, 3, 1, 1, 1]
    assert len(mailoutbox) == 4, "one for each, to the owner"


def test_after_a_top_up_it_is_told_again(
    account: FluenceAccount, mailoutbox: list[EmailMessage]
) -> None:
    assert balance_is(account, 50) == 3
    assert balance_is(account, 200) == 14
    assert len(mailoutbox) == 1, "that there is more than before is no news"
    assert balance_is(account, 5000) is None
    assert balance_is(account, 60) == 3
    assert len(mailoutbox) == 2


def test_the_mail_says_what_when_and_what_to_do(
    account: FluenceAccount, mailoutbox: list[EmailMessage], owner: User, operator: User
) -> None:
    balance_is(account, 48)
    [mail] = mailoutbox
    assert mail.to == [owner.email], "those who can do something about it"
    assert mail.subject == "Acme: the Fluence balance runs low"
    text = str(mail.body)
    for words in ("$48.00", "$730.00/mo", "UTC", "/t/acme/account/"):
        assert words in text, words


def test_what_no_mail_server_takes_stands_on_the_pages(
    account: FluenceAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("vms.billing.services.send_mail", refuses)
    assert balance_is(account, 48) == 3


def test_everybody_sees_it_on_every_page_as_it_is_now(
    account: FluenceAccount, client_for: Callable[[User], Client], viewer: User, team: Team
) -> None:
    client = client_for(viewer)
    pages = [reverse(f"vms:{name}", args=[team.slug]) for name in ("list", "storages", "spend")]
    assert all(BANNER not in client.get(page).content.decode() for page in pages)
    balance_is(account, 240)
    for page in pages:
        text = client.get(page).content.decode()
        assert BANNER in text, page
        assert "The balance of $240.00 lasts about 10 days" in text, page
    balance_is(account, 24_000)
    assert all(BANNER not in client.get(page).content.decode() for page in pages)


@pytest.mark.django_db(transaction=True)
def test_the_team_chooses_the_days(
    account: FluenceAccount,
    client_for: Callable[[User], Client],
    owner: User,
    operator: User,
    team: Team,
    mailoutbox: list[EmailMessage],
) -> None:
    url = reverse("vms:account-low-balance", args=[team.slug])
    assert client_for(operator).post(url, {"days": ["1"]}).status_code == 403
    client = client_for(owner)
    assert client.post(url, {"days": ["3", "1", "99", "x"]}).status_code == 302
    account.refresh_from_db()
    assert account.low_balance_days == [3, 1]
    [entry] = AuditEntry.objects.filter(action="account.set_low_balance", outcome="succeeded")
    assert entry.changes == {"days_left": ["14, 7, 3, 1", "3, 1"]}
    page = client.get(reverse("vms:account", args=[team.slug])).content.decode()
    assert page.count('name="days"') == 4
    assert 'value="14"> ' in page
    assert 'value="3" checked> ' in page
    balance_is(account, 240)
    assert mailoutbox == []
    client.post(url)
    assert balance_is(account, 5) is None


def test_what_is_not_known_or_gone_tells_nothing(
    account: FluenceAccount, mailoutbox: list[EmailMessage]
) -> None:
    FluenceAccount.objects.update(balance=None)
    low_balance_tell(account.pk)
    account.delete()
    low_balance_tell(account.pk)
    assert mailoutbox == []
