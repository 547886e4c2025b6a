"""When an operation was asked for, by the clock that Fluence's own times are of."""

from datetime import datetime

from django.utils import timezone

from vms.core.clients import CLOCK_SKEW, fluence_now
from vms.models import Operation


def asked_at(operation: Operation) -> datetime:
    """Return when it was asked, by Fluence's clock."""
    if operation.sent_at and operation.sent_at_fluence:
        ahead = operation.sent_at_fluence - operation.sent_at
    else:
        ahead = fluence_now() - timezone.now()
    return operation.created_at + ahead


def asked_since(operation: Operation) -> datetime:
    """Return the earliest time that Fluence may give to what it made of the operation.

    Not since it was last sent: an earlier attempt may turn out to have made it after all.
    """
    return asked_at(operation) - CLOCK_SKEW
