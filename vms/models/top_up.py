from decimal import Decimal
from typing import ClassVar

from django.db import models

from controlpanel.audit.services import Target

from .account import FluenceAccount

OPEN, PAID, CANCELED = "open", "resolved", "canceled"
# Fluence's statuses that change no more; an unknown one may still.
FINAL = frozenset({PAID, CANCELED, "expired", "failed"})
CENTS = 100


class TopUp(models.Model):
    """Money paid into the account, or on its way (GET /v2/top-ups).

    Where it is paid is not kept: whoever has that address can pay there, so Fluence is asked for it
    when it is opened.
    """

    TARGET_TYPE: ClassVar[str] = "top_up"

    account = models.ForeignKey(
        FluenceAccount, on_delete=models.CASCADE, related_name="top_ups", db_index=False
    )
    remote_id = models.CharField(max_length=40)
    amount_cents = models.BigIntegerField()
    status = models.CharField(max_length=30)
    provider = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "remote_id"], name="top_up_once_per_account")
        ]
        indexes = [models.Index(fields=["account", "-created_at"], name="top_up_newest")]

    def __str__(self) -> str:
        return amount_named(self.amount_cents)

    @property
    def amount(self) -> Decimal:
        """In USD."""
        return Decimal(self.amount_cents) / CENTS

    @property
    def is_open(self) -> bool:
        """Whether it waits for its payment, so that it can be paid or canceled."""
        return self.status == OPEN

    @property
    def audit_target(self) -> Target:
        """How the audit log names it."""
        return Target(self.TARGET_TYPE, self.remote_id, str(self))


class PaymentMethod(models.Model):
    """A way to pay in (GET /v2/payment-methods). The fees are estimates."""

    account = models.ForeignKey(
        FluenceAccount, on_delete=models.CASCADE, related_name="payment_methods"
    )
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=100)
    least_cents = models.BigIntegerField()
    most_cents = models.BigIntegerField(null=True)
    # In hundredths of a percent, and what comes on top of that.
    fee_bps = models.IntegerField()
    fee_cents = models.BigIntegerField()
    position = models.IntegerField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "code"], name="payment_method_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def least(self) -> Decimal:
        """In USD."""
        return Decimal(self.least_cents) / CENTS

    @property
    def most(self) -> Decimal | None:
        """In USD; None where there is no limit."""
        return None if self.most_cents is None else Decimal(self.most_cents) / CENTS


def amount_named(cents: int) -> str:
    """Name an amount, in cents, as the log keeps it: "50.00 USD"."""
    return f"{Decimal(cents) / CENTS:.2f} USD"
