"""Amounts of money as the database keeps them: USD per hour, in ten decimals."""

from decimal import Decimal

# Of our price columns: a finer amount would differ from its mirror for ever.
FINEST_AMOUNT = Decimal("1e-10")
MOST_AMOUNT = Decimal("99999999")


def amount_fitting(amount: Decimal | None) -> Decimal | None:
    """Return an amount as our price columns keep it; None also for a sum that none can."""
    if amount is None or abs(amount) >= MOST_AMOUNT:
        return None
    return amount.quantize(FINEST_AMOUNT)


def sum_exact(found: Decimal | None) -> Decimal:
    """Return the exact sum of a price column, nothing as 0: SQLite adds up in floating point, whose
    error is far below the last digit that is kept.
    """
    return (found or Decimal(0)).quantize(FINEST_AMOUNT)
