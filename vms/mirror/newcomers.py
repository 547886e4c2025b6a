"""Newcomers: VMs made elsewhere appear within half a minute, for one call however many there are.

Comparing all of an account costs a call for each hundred VMs, and more for what else it has, so
it is done every two minutes. Between that only the newest VMs are looked at.
"""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from controlpanel import fluence
from controlpanel.live.publish import read_publish
from vms.models import FluenceAccount

from .fields import EXPAND
from .health import health_failed, health_ok
from .reading import Reading
from .reconcile import newest_compare
from .resources import resources_follow
from .top_ups import top_ups_follow
from .unreadable import unreadable_add

# With the beat's own pause of 5 s, and a few for the queue, a VM is on the list after 25 s.
EVERY = timedelta(seconds=15)
# As many as one call gives. Whoever makes more at once sees the rest after the next comparison.
NEWEST = 100


def accounts_due() -> list[UUID]:
    """Claim and return the accounts to look at; one that fares ill is left to the comparison."""
    now = timezone.now()
    claimable = FluenceAccount.objects.filter(
        newest_after__lte=now, poll_after__lte=now, health=FluenceAccount.Health.OK
    )
    due = list(claimable.values_list("pk", flat=True))
    return [pk for pk in due if claimable.filter(pk=pk).update(newest_after=now + EVERY)]


def newest_read(account_id: UUID) -> None:
    """Read the account's newest VMs, and take in those that the mirror lacks; follow what of the
    rest moves.

    A failure pauses this account alone, and shows on its team's pages.
    """
    account = FluenceAccount.objects.select_related("team").filter(pk=account_id).first()
    if account is None:
        return  # disconnected meanwhile
    reading = Reading(account)
    try:
        page = reading.client.vms.list(
            sort="createdAt", order="desc", per_page=NEWEST, expand=EXPAND
        )
        newest_compare(account, page.items)
        resources_follow(reading)
        top_ups_follow(reading)
    except fluence.FluenceError as error:
        pause = max(health_failed(account, error), EVERY)
        rows = FluenceAccount.objects.filter(pk=account_id)
        rows.update(newest_after=timezone.now() + pause)
        return
    unreadable_add(account, reading.unreadable)
    health_ok(account)
    now = timezone.now()
    FluenceAccount.objects.filter(pk=account.pk).update(vms_read_at=now)
    read_publish(account.team_id, now)
