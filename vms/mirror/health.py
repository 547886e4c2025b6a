"""How an account's calls fare in the background: shown on every page, and slowed down by it."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from controlpanel.audit.actions import Action, Outcome
from controlpanel.audit.actors import FLUENCE
from controlpanel.audit.services import Target, audit_record
from controlpanel.fluence import FluenceError, Forbidden, RateLimited, Unauthorized
from controlpanel.ui.messages import Message, say
from vms.core.explain import quoted, with_request
from vms.core.revisions import revision_raise
from vms.core.unreadable import UNREADABLE
from vms.models import FluenceAccount

logger = logging.getLogger(__name__)
Health = FluenceAccount.Health
# A rejected key does not mend itself; it is tried now and then in case Fluence was wrong.
REJECTED_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE_SECONDS = 60.0
# The client's code when the panel itself makes as many calls with the key as it may.
BUSY = "busy"


def health_ok(account: FluenceAccount) -> None:
    """Note that a call went through."""
    if account.health != Health.OK or account.poll_failures:
        _set(account, Health.OK, None, failures=0)


def health_failed(account: FluenceAccount, error: FluenceError) -> timedelta:
    """Note that a call failed; return how long this account's background calls should pause."""
    failures = min(account.poll_failures + 1, 20)
    logger.warning("account %s: %s (failure %s in a row)", account.pk, error.code, failures)
    if error.code == UNREADABLE:
        # Nothing of Fluence's: pages see by themselves that the key cannot be read.
        return timedelta(seconds=LONGEST_PAUSE_SECONDS)
    message = with_request(say("quote", quote=quoted(error.message)), error)
    if isinstance(error, (Unauthorized, Forbidden)):
        _set(account, Health.KEY_REJECTED, message, failures=failures)
        return REJECTED_PAUSE
    if isinstance(error, RateLimited) or error.code == BUSY:
        # Slow, but well: what is on the page is only a little older.
        FluenceAccount.objects.filter(pk=account.pk).update(poll_failures=failures)
    elif error.code == "service_unavailable":
        _set(account, Health.MAINTENANCE, message, failures=failures)
    else:
        _set(account, Health.UNREACHABLE, message, failures=failures)
    backed_off = min(2.0**failures, LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=max(error.retry_after or 0.0, backed_off))


@transaction.atomic
def _set(account: FluenceAccount, health: str, message: Message | None, *, failures: int) -> None:
    row = FluenceAccount.objects.select_for_update(no_key=True).filter(pk=account.pk).first()
    if row is None:
        return  # disconnected meanwhile
    changed = row.health != health
    row.poll_failures = failures
    row.health_said = message
    if changed:
        row.health, row.health_since = health, timezone.now()
        revision_raise(row.team_id)
    row.save(update_fields=["poll_failures", "health", "health_said", "health_since"])
    if changed and health == Health.KEY_REJECTED:
        audit_record(
            team_id=row.team_id,
            actor=FLUENCE,
            action=Action.ACCOUNT_KEY_REJECTED,
            target=Target("account", str(row.pk), row.email),
            outcome=Outcome.FAILED,
            said=message,
        )
    account.health, account.poll_failures = health, failures
