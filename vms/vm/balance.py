"""Whether the balance covers what is asked for: Fluence takes the first hour when it begins."""

from decimal import Decimal

from controlpanel.fluence import FluenceError
from controlpanel.ui.messages import say
from controlpanel.ui.money import usd
from vms.core.clients import impatient_client_for
from vms.core.errors import BalanceTooLow
from vms.mirror.balance import balance_write
from vms.models import FluenceAccount


def balance_require(account: FluenceAccount | None, first_hour: Decimal | None) -> None:
    """Refuse, before anything is made, what the balance does not cover for its first hour.

    One that seems too small is asked for anew: there may have been a top-up. What is not known is
    Fluence's to say.

    Raises:
        BalanceTooLow: with what there is, and what the first hour costs (USD).
    """
    if account is None or first_hour is None or _covers(account, first_hour):
        return
    try:
        balance_write(account, impatient_client_for(account).account.balances())
    except FluenceError:
        return
    if not _covers(account, first_hour):
        words = say("first_hour_too_dear", balance=usd(account.balance), hour=usd(first_hour))
        raise BalanceTooLow(words)


def _covers(account: FluenceAccount, first_hour: Decimal) -> bool:
    return account.balance is None or account.balance >= first_hour
