"""Amounts of dollars as people read them. Exact until here: `Decimal` in, text out.

Amounts hold nothing that needs escaping. A page has a hundred, and many are alike.
"""

from decimal import Decimal

from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .language import by_language
from .numbers import NOTHING, number

HOURS_PER_MONTH = Decimal(730)
CENT = Decimal("0.01")


@by_language
def usd(amount: Decimal | None) -> str:
    """A plain amount of dollars, such as a balance: $1,234.50."""
    if amount is None:
        return NOTHING
    sign = "-" if amount < 0 else ""
    return mark_safe(sign + _("$%(amount)s") % {"amount": number(abs(amount), 2)})  # noqa: S308


@by_language
def usd_hour(per_hour: Decimal | None) -> str:
    """A price per hour, with at least two and at most five digits after the point."""
    if per_hour is None:
        return NOTHING
    is_whole = per_hour == per_hour.quantize(CENT)
    amount = number(per_hour, 2 if is_whole else 5 if per_hour < CENT else 4)
    return mark_safe(_("$%(amount)s/h") % {"amount": amount})  # noqa: S308


@by_language
def usd_month(per_hour: Decimal | None) -> str:
    """A price per hour as what a month of 730 hours costs."""
    if per_hour is None:
        return NOTHING
    amount = number(per_hour * HOURS_PER_MONTH, 2)
    return mark_safe(_("$%(amount)s/mo") % {"amount": amount})  # noqa: S308


@by_language
def usd_rate(per_hour: Decimal | None) -> str:
    """A price per hour as what a month costs, and below it what an hour does."""
    if per_hour is None:
        return NOTHING
    return mark_safe(f'{usd_month(per_hour)}<span class="sub">{usd_hour(per_hour)}</span>')  # noqa: S308
