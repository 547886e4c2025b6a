"""What the tests of top-ups do again and again."""

from tests.vms.deploying import Clock
from vms.mirror.reconcile import account_reconcile
from vms.mirror.top_ups import EVERY
from vms.models import FluenceAccount

CREATE, CANCEL = "POST /v2/top-ups", "DELETE /v2/top-ups/{intent_id}"
FIFTY = {"amount": "50", "method": "card"}


def read_later(account: FluenceAccount, clock: Clock) -> None:
    """Read the account again when its top-ups are due."""
    clock.advance(EVERY.total_seconds() + 60)
    account_reconcile(account.pk)
