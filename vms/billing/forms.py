"""What of the charges a page shows, as its address says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.numbers import page_number
from vms.core.months import month_after, month_before, month_of

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)


class By(TextChoices):
    """How the charges of a month are added up."""

    VM = "vm", _("By VM")
    THING = "thing", _("Each by itself")
    KIND = "kind", _("By kind")
    PLACE = "place", _("By place")
    PERSON = "person", _("By person")


@dataclass(frozen=True, slots=True)
class SpendChoice:
    """The month, named by its first day, and how it is added up; `first` is the day of
    the oldest charge.
    """

    month: date
    by: By
    page: int
    first: date
    today: date

    @property
    def is_present(self) -> bool:
        return self.month == month_of(self.today)

    @property
    def month_before(self) -> date:
        return month_before(self.month)

    @property
    def previous(self) -> date | None:
        """The month that a link to an earlier one leads to."""
        return self.month_before if self.month > month_of(self.first) else None

    @property
    def next(self) -> date | None:
        return None if self.is_present else month_after(self.month)


def spend_choice_from(query: Mapping[str, str], *, first: date, today: date) -> SpendChoice:
    """Read the address; what makes no sense means the present month, by VM, the first page."""
    by = query.get("by", "")
    return SpendChoice(
        month=_month(query.get("month", ""), first, today) or month_of(today),
        by=By(by) if by in By.values else By.VM,
        page=page_number(query.get("page", "")),
        first=first,
        today=today,
    )


def _month(text: str, first: date, today: date) -> date | None:
    found = MONTH.fullmatch(text)
    if found is None or found[1] == "0000":
        return None
    month = date(int(found[1]), int(found[2]), 1)
    return month if month_of(first) <= month <= today else None
