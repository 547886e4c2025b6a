"""The account's balance, as Fluence tells it."""

from django.utils import timezone

from controlpanel import fluence
from vms.models import FluenceAccount

from .reading import Reading


def balance_read(reading: Reading) -> None:
    """Mirror the balance. A key whose scopes leave it out is no failure."""
    try:
        balances = reading.client.account.balances()
    except fluence.Forbidden:
        return
    if not reading.of(fluence.Entitlement):
        balance_write(reading.account, balances)


def balance_write(account: FluenceAccount, balances: tuple[fluence.Entitlement, ...]) -> None:
    """Mirror the first of the balances there are: how long it lasts is the ledger's to say."""
    if not balances:
        return
    account.balance, account.balance_at = balances[0].balance, timezone.now()
    # It may have been disconnected meanwhile.
    rows = FluenceAccount.objects.filter(pk=account.pk)
    rows.update(balance=account.balance, balance_at=account.balance_at)
