"""How long the balance lasts at what is burnt now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from vms.models import FluenceAccount

from .burn import Burn

HOURS_PER_DAY = 24
# Longer is no forecast, and more than dates can hold.
LONGEST = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Runway:
    """`balance` in USD, as Fluence told it at `read_at`; `burn_hour` in USD per hour, of now."""

    balance: Decimal
    read_at: datetime
    burn_hour: Decimal

    @property
    def hours(self) -> Decimal | None:
        """Balance over burn; None where nothing is burnt."""
        return max(self.balance, Decimal(0)) / self.burn_hour if self.burn_hour > 0 else None

    @property
    def until(self) -> datetime | None:
        """When the balance is used up, counted from when it was read; None beyond ten years."""
        if self.hours is None or self.hours >= LONGEST.total_seconds() / 3600:
            return None
        return self.read_at + timedelta(hours=float(self.hours))

    @property
    def days(self) -> int | None:
        """About how many days from now until then."""
        return None if self.hours_left is None else round(self.hours_left / HOURS_PER_DAY)

    @property
    def hours_left(self) -> int | None:
        """Whole hours from now until then."""
        if self.until is None:
            return None
        return max(int((self.until - timezone.now()).total_seconds() // 3600), 0)

    def is_within(self, days: int) -> bool:
        """Whether it is used up before so many days have passed."""
        return self.hours_left is not None and self.hours_left < days * HOURS_PER_DAY


def runway_of(
    account: FluenceAccount | None, burn: Burn, *, more_hour: Decimal = Decimal(0)
) -> Runway | None:
    """Return how long it lasts, with `more_hour` USD burnt besides; None where the key may not
    read the balance, or has not yet.
    """
    if account is None or account.balance is None or account.balance_at is None:
        return None
    return Runway(account.balance, account.balance_at, burn.total + more_hour)
