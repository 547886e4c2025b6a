"""Decimals that every database adds up to the last digit."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

DIGITS = 10

if TYPE_CHECKING:
    DecimalColumn = models.Field[Decimal, Decimal]
else:
    DecimalColumn = models.Field


class ExactDecimalField(DecimalColumn):
    """A decimal of ten digits after the point, kept as the whole number that these digits make.

    SQLite keeps decimals as floats and adds floats, which loses the last digits of a sum. Whole
    numbers are added exactly everywhere. What is kept, and every sum, is less than 922 million.
    """

    description = "Decimal of ten digits after the point"

    def get_internal_type(self) -> str:
        return "BigIntegerField"

    def from_db_value(self, value: Any, *_: object) -> Decimal | None:  # noqa: ANN401
        # PostgreSQL gives the sum of such a column as a decimal.
        return None if value is None else Decimal(value).scaleb(-DIGITS)

    def to_python(self, value: Any) -> Decimal | None:  # noqa: ANN401
        return None if value is None else Decimal(value)

    def get_prep_value(self, value: Any) -> int | None:  # noqa: ANN401
        value = super().get_prep_value(value)
        return None if value is None else int(Decimal(value).scaleb(DIGITS).to_integral_value())
