"""A month's charges as CSV, as the page shows them: all rows, and every digit."""

from decimal import Decimal

from django.utils.translation import gettext as _

from controlpanel.lib.spreadsheets import csv_text

from .forms import By, SpendChoice
from .selectors.groups import SpentGroup
from .selectors.spend import Spend
from .words import part_label


def spend_csv(choice: SpendChoice, rows: list[SpentGroup]) -> str:
    """Return one row for each of the page's, with amounts in USD."""
    amounts = [f"{month:%Y-%m} USD" for month in (choice.month, choice.month_before)]
    if choice.by not in {By.VM, By.THING}:
        head = [_("Name"), *amounts]
        return csv_text([head, *([row.name, *_amounts(row)] for row in rows)])
    is_vm = choice.by == By.VM
    facts = [_("Name"), _("What"), _("Details"), _("Place"), _("Deployed by")]
    head = [*facts, _("Disks and public IPs") if is_vm else _("VM"), *amounts]
    lines = [
        [
            *(row.name, row.kind, row.detail, row.place, row.person),
            str(row.parts) if is_vm else row.of,
            *_amounts(row),
        ]
        for row in rows
    ]
    return csv_text([head, *lines])


def days_csv(spend: Spend) -> str:
    """Return one row for each day that was read, with amounts in USD and whether it is complete."""
    labels = [part_label(part) for part, _sum in spend.parts]
    head = [_("Day"), *(f"{label} USD" for label in (*labels, _("In all"))), _("Complete")]
    lines = [
        [
            day.day.isoformat(),
            *(_plain(amount) for amount in (*day.parts, day.total)),
            _("so far") if day.is_so_far else _("yes"),
        ]
        for day in spend.days
        if day.is_read
    ]
    return csv_text([head, *lines])


def _amounts(row: SpentGroup) -> list[str]:
    return [_plain(row.cost), _plain(row.before)]


def _plain(amount: Decimal) -> str:
    """Write an amount with a point in every language, and no noughts at its end."""
    return f"{amount.normalize():f}"
