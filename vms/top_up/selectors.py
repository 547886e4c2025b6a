"""What the page of top-ups reads."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery

from controlpanel.audit.actions import Action
from controlpanel.teams.models import Team
from vms.account.scopes import TOP_UP
from vms.models import FluenceAccount, Operation, PaymentMethod, TopUp
from vms.models.top_up import FINAL

PAGE = 50


@dataclass(frozen=True, slots=True)
class TopUpPage:
    """One page, the newest first. `next` is a page's number, 0 where there is none.

    `waiting` are those that are not over, on whichever page; each row has `begun_by`, who began
    it here, empty for what was begun elsewhere.
    """

    rows: list[TopUp]
    waiting: list[TopUp]
    number: int
    next: int

    @property
    def previous(self) -> int:
        return self.number - 1


def top_up_page(account: FluenceAccount, number: int) -> TopUpPage:
    """Return a page, counted from 1; the first if there is no such page."""
    start = (number - 1) * PAGE
    found = list(_top_ups(account)[start : start + PAGE + 1])
    if not found and number > 1:
        return top_up_page(account, 1)
    return TopUpPage(
        rows=found[:PAGE],
        waiting=list(_top_ups(account).exclude(status__in=FINAL)[:PAGE]) if found else [],
        number=number,
        next=number + 1 if len(found) > PAGE else 0,
    )


def _top_ups(account: FluenceAccount) -> QuerySet[TopUp]:
    made = Operation.objects.filter(
        target_type=TopUp.TARGET_TYPE,
        target_id=OuterRef("remote_id"),
        kind=Action.TOP_UP_CREATE,
        team=account.team_id,
    )
    rows = TopUp.objects.filter(account=account).order_by("-created_at", "-pk")
    return rows.annotate(begun_by=Subquery(made.values("actor_data__name")[:1]))


def top_up_for_team(*, team: Team, pk: int) -> TopUp | None:
    rows = TopUp.objects.filter(account__team=team, pk=pk)
    return rows.select_related("account").first()


def payment_methods_of(account: FluenceAccount) -> list[PaymentMethod]:
    return list(PaymentMethod.objects.filter(account=account))


def may_top_up(account: FluenceAccount) -> bool:
    """Whether the account's key may make one."""
    return TOP_UP in account.scopes and not account.is_read_only
