"""What was charged, and what was paid in."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, SecretStr, Tag, model_validator

from controlpanel.fluence.types.base import Answer, Id, Moment, Money, Request
from controlpanel.fluence.types.unions import UNREAD, Unread, Variant, by_tag


class Charge(Answer):
    """What one resource, or a group of them, cost in a range of days or a part of it, in USD.

    What is coarser than a single resource has no `resource_id`, `resource_name` and `quantity`.
    `period_start` is there if a day or month was asked for. `GET /v1/billing/charges/aggregated`.
    """

    total_cost: Money
    total_usage_hours: Decimal
    period_start: Moment | None = None
    resource_type: str | None = None
    resource_id: str | None = None
    resource_name: str | None = None
    cluster_id: str | None = None
    quantity: Decimal | None = None
    vm_configuration: str | None = None
    storage_type: str | None = None
    replicated_storage: bool | None = None
    ip_address_type: str | None = None
    user_id: str = ""


class TotalCharges(Answer):
    """What everything cost, in USD. `GET /v1/billing/charges/total`.

    `parts` holds the amounts that the API may give beside the total, under its own names.
    """

    total: Money
    parts: dict[str, Money] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather_parts(cls, data: Any) -> Any:  # noqa: ANN401
        if not isinstance(data, dict):
            return data
        parts = {
            name: value
            for name, value in data.items()
            if name != "total" and isinstance(value, str) and _is_amount(value)
        }
        return {"total": data.get("total"), "parts": parts}


def _is_amount(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except ArithmeticError:
        return False


class PaymentMethod(Answer):
    """A way to pay in. Fees are estimates: `est_fee_bps` in 1/100 of a percent, the rest cents."""

    method_code: str
    provider: str = ""
    display_name: str = ""
    kind: str = ""
    enabled: bool = True
    min_amount_cents: int = 0
    max_amount_cents: int | None = None
    est_fee_bps: int = 0
    est_fee_fixed_cents: int = 0
    fee_paid_by_user: bool = False
    sort_order: int = 0


class TopUp(Answer):
    """Money paid in, or being paid in. `GET /v2/top-ups`.

    `redirect_url` leads to the payment page: whoever has it can see and pay it.
    """

    id: Id
    amount_cents: int
    status: str
    provider: str | None = None
    redirect_url: SecretStr | None = None
    user_id: str = ""
    created_at: Moment | None = None
    updated_at: Moment | None = None
    expires_at: Moment | None = None

    @property
    def amount(self) -> Decimal:
        """The amount in USD."""
        return Decimal(self.amount_cents) / 100


class PendingTopUp(Answer):
    """The top-up that waits for its payment, if there is one."""

    pending_top_up: TopUp | None = None


class LegacyTopUp(Answer):
    """A top-up as the first version of the API gives it, and `GET /v2/billing/get_history`.

    `amount` and the fees are whole numbers in the base units of `currency`, not cents.
    """

    id: str
    amount: int
    currency: str
    status: str
    provider: str | None = None
    copperx_fee: int = 0
    copperx_gas_fee: int = 0
    copperx_session_id: SecretStr | None = None
    copperx_session_url: SecretStr | None = None
    balance_contract_tx_address: str | None = None
    user_id: str = ""
    created_at: Moment | None = None
    updated_at: Moment | None = None
    expires_at: Moment | None = None


class PendingLegacyTopUp(Answer):
    """The top-up that waits for its payment, if there is one, as the first version gives it."""

    pending_top_up: LegacyTopUp | None = None


class RedirectPresentation(Variant):
    """The payment goes on at a page of the provider's."""

    TAG = "redirect"
    redirect_url: SecretStr


Presentation = Annotated[
    Annotated[RedirectPresentation, Tag("redirect")] | Annotated[Unread, Tag(UNREAD)],
    by_tag("redirect"),
]


class StartedTopUp(Answer):
    """A top-up just begun, and how the person goes on with it. `POST /v2/top-ups`."""

    intent_id: Id
    presentation: Presentation
    provider: str = ""
    provider_payment_id: str = ""
    session_id: str = ""


class NewTopUp(Request):
    """An amount to pay in, in cents; without `method_code`, by the provider's default method."""

    amount_cents: int
    provider: str | None = None
    method_code: str | None = None
