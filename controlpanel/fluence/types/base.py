"""How answers are read: tolerant of what is new, strict about what is needed.

A type is built when it is first met (`defer_build`): the API has more than any one process uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel

# What numbers and moments are held to, so that whatever reads one can keep it and count with it.
MOST_MONEY = 10**13
MOST_PRICE = 10**7
FIRST_YEAR, LAST_YEAR = 1970, 9998

T = TypeVar("T")


class Answer(BaseModel):
    """A value Fluence sent. Unknown fields are ignored, and null is the same as absent."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        coerce_numbers_to_str=True,
        defer_build=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:  # noqa: ANN401
        if isinstance(data, dict) and None in data.values():
            return {key: value for key, value in data.items() if value is not None}
        return data


class Request(BaseModel):
    """A value the panel sends, as the API names its fields."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        defer_build=True,
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
    )

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON of it, without what is None."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


def _in_utc(moment: datetime) -> datetime:
    """Read a moment without a zone as UTC, which is what the API means by it.

    At the ends of the calendar every sum and every other zone would leave it.
    """
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError("a moment outside the calendar")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _not_from_float(value: object) -> object:
    if isinstance(value, float):
        raise ValueError("an amount must not pass through a float")
    return value


def _within(most: int) -> AfterValidator:
    def check(amount: Decimal) -> Decimal:
        # Compared as it is: of a number with too great an exponent there is no other to be made.
        if not -most < amount < most:
            raise ValueError(f"an amount should be less than {most}")
        return amount

    return AfterValidator(check)


Moment = Annotated[datetime, AfterValidator(_in_utc)]
"""An aware datetime in UTC."""

Money = Annotated[Decimal, BeforeValidator(_not_from_float), _within(MOST_MONEY)]
"""An amount in USD(C)."""

Price = Annotated[Decimal, BeforeValidator(_not_from_float), _within(MOST_PRICE)]
"""A price in USD, of an hour or a month."""

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
"""An id as it can be kept, and written into a path."""

AccountId = Annotated[str, StringConstraints(min_length=1, max_length=40)]
"""The id of a person or account at Fluence: kept, and never written into a path."""

Count = Annotated[int, Field(ge=0, le=2**31 - 1)]
"""A number of things, or of GB."""

SmallCount = Annotated[int, Field(ge=0, le=2**15 - 1)]
"""A number of what there are few of, as vCPUs."""


class Billed(Answer):
    """What every rented thing says of its price. Prices are estimates in USD, not the bill."""

    last_paid_at: Moment | None = None
    paid_until: Moment | None = None
    price_hourly_usd: Price | None = None
    price_monthly_usd: Price | None = None


class Pagination(Answer):
    """Where a page stands in its list. All are counts of records, or of pages."""

    current_page: int = 1
    filtered_records: int = 0
    per_page: int = 0
    total_pages: int = 1
    total_records: int = 0


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record of a list that could not be read; `id` and `name` are empty where it has none.

    `kind` is the name of its type, `problem` the field at fault and what is wrong with it.
    """

    kind: str
    id: str
    name: str
    problem: str


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `unreadable` is empty unless the client may leave something out."""

    items: tuple[T, ...]
    pagination: Pagination
    unreadable: tuple[Unreadable, ...] = ()
