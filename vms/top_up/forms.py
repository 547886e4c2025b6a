from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.money import usd
from controlpanel.ui.numbers import number
from vms.models import PaymentMethod
from vms.models.top_up import CENTS
from vms.operations.forms import OnceForm

BOUNDS = {
    "min_value": _("At least $%(limit_value)s."),
    "max_decimal_places": _("Cents are the smallest there is: at most two digits after the point."),
}


class TopUpForm(OnceForm):
    """How much, and how it is paid; without ways to pay that are known, by Fluence's default."""

    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=Decimal("0.01"),
        max_digits=12,
        decimal_places=2,
        error_messages=BOUNDS,
        help_text=_("In US dollars. Fluence keeps the balance in them."),
    )
    method = forms.ChoiceField(label=_("Paid by"))

    def __init__(self, *args: Any, methods: Sequence[PaymentMethod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._methods = {method.code: method for method in methods}
        if methods:
            choices = [(method.code, _called(method)) for method in methods]
            self.fields["method"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["method"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        method, amount = self._methods.get(data.get("method", "")), data.get("amount")
        if method and amount and amount < method.least:
            words = gettext("%(method)s takes at least %(least)s.")
            self.add_error("amount", words % {"method": method.name, "least": usd(method.least)})
        elif method and amount and method.most is not None and amount > method.most:
            words = gettext("%(method)s takes at most %(most)s.")
            self.add_error("amount", words % {"method": method.name, "most": usd(method.most)})
        return data

    @property
    def asked(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "amount_cents": int(data["amount"] * CENTS),
            "method_code": data.get("method", ""),
            "form_key": data["form_key"],
        }


def _called(method: PaymentMethod) -> str:
    """Name a way to pay with its bounds and what it takes: "Card: $20.00 to $5,000.00, …"."""
    bounds = {"method": method.name, "least": usd(method.least), "most": usd(method.most)}
    words = (
        gettext("%(method)s: from %(least)s")
        if method.most is None
        else gettext("%(method)s: %(least)s to %(most)s")
    )
    return ", ".join(filter(None, [words % bounds, _fee(method)]))


def _fee(method: PaymentMethod) -> str:
    percent = (
        number(Decimal(method.fee_bps) / 100, _digits(method.fee_bps)) if method.fee_bps else ""
    )
    fixed = usd(Decimal(method.fee_cents) / CENTS) if method.fee_cents else ""
    fees = {"percent": percent, "fixed": fixed}
    if percent and fixed:
        return gettext("about %(percent)s %% and %(fixed)s on top") % fees
    if percent:
        return gettext("about %(percent)s %% on top") % fees
    return gettext("about %(fixed)s on top") % fees if fixed else ""


def _digits(fee_bps: int) -> int:
    """Return how many digits after the point a fee in percent needs."""
    return 0 if fee_bps % 100 == 0 else 1 if fee_bps % 10 == 0 else 2
