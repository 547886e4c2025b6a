"""What a team sees first: what runs and costs, what is under way, and what waits for a person."""

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db.models import QuerySet, UUIDField
from django.utils import timezone

from controlpanel.audit.actions import Outcome
from controlpanel.audit.models import AuditEntry
from controlpanel.audit.selectors import audit_entries
from controlpanel.lib.prepared import Given, PreparedQuery
from controlpanel.teams.models import Team
from vms.billing.selectors.ledger import Ledger, ledger_of
from vms.billing.selectors.spend import Spend, spend_of
from vms.core import statuses
from vms.core.months import month_of
from vms.models import VM, FluenceAccount, account_of
from vms.vm.selectors.rows import VMRow, row_from, with_columns

from .waiting import Waiting, things_waiting

MOST_VMS, MOST_ACTS, LOOKED_THROUGH = 6, 10, 30


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many VMs have a status."""

    status: str
    count: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`spend` is of the present month of UTC, None where charges are not known. `moving` and
    `waiting` are VMs that change by themselves, and those that wait for a person; the first few.
    `things` are what else waits for one. `acts` are people's last, None for those who may not read
    the log.
    """

    ledger: Ledger
    spend: Spend | None
    counts: list[StatusCount]
    moving: list[VMRow]
    waiting: list[VMRow]
    things: list[Waiting]
    acts: list[AuditEntry] | None

    @property
    def waits(self) -> bool:
        """Whether anything waits for a person."""
        return bool(self.waiting or self.things)

    @property
    def is_empty(self) -> bool:
        """Whether there is no VM yet: then the next step is shown instead."""
        return not self.counts


def dashboard_of(team: Team, *, with_acts: bool) -> Dashboard:
    """Return it in at most seven queries, and in four while nothing of the mirror has changed."""
    ledger, account = ledger_of(team), account_of(team)
    troubled = [row_from(row) for row in _TROUBLED(team=team.pk)]
    moving = [row_from(row) for row in _MOVING(team=team.pk)]
    return Dashboard(
        ledger=ledger,
        spend=_spend(account, ledger),
        counts=_counts(ledger.burn.vm_counts),
        moving=[row for row in moving if not row.awaits_person],
        waiting=[*(row for row in moving if row.awaits_person), *troubled],
        things=things_waiting(team),
        acts=_acts(team) if with_acts else None,
    )


def _acts(team: Team) -> list[AuditEntry]:
    """Return how the last of what people did ended, as far as it is among the newest entries."""
    newest = audit_entries(team.pk, limit=LOOKED_THROUGH).entries
    of_people = [entry for entry in newest if entry.actor_kind == "user"]
    return [entry for entry in of_people if entry.outcome != Outcome.REQUESTED][:MOST_ACTS]


def _spend(account: FluenceAccount | None, ledger: Ledger) -> Spend | None:
    if account is None or account.charges_read_at is None:
        return None
    present = month_of(timezone.now().astimezone(UTC).date())
    return spend_of(account, present, burn_hour=ledger.burn.total)


def _counts(by_status: dict[str, int]) -> list[StatusCount]:
    """Return the counts in the order of a VM's life, those of unknown statuses last."""
    known = [status for status in statuses.STATUSES if status in by_status]
    others = sorted(by_status.keys() - statuses.STATUSES.keys())
    shown = [status for status in (*known, *others) if status != statuses.TERMINATED]
    return [StatusCount(status, by_status[status]) for status in shown]


def _newest(listed: tuple[str, ...]) -> "PreparedQuery[dict[str, Any]]":
    def build() -> "QuerySet[Any, dict[str, Any]]":
        vms = VM.objects.filter(team=Given("team", UUIDField()), hidden_at__isnull=True)
        return with_columns(vms.filter(status__in=listed).order_by("-created_at"))[:MOST_VMS]

    return PreparedQuery(build)


_TROUBLED, _MOVING = _newest(statuses.TROUBLED), _newest(statuses.MOVING)
