"""What a team sees first: what runs and costs, what is under way, and what waits for a person."""

from dataclasses import dataclass
from datetime import UTC

from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone

from controlpanel.audit.actions import Outcome
from controlpanel.audit.models import AuditEntry
from controlpanel.audit.selectors import audit_entries
from controlpanel.teams.models import Team
from vms.billing.selectors.ledger import Ledger, ledger_of
from vms.billing.selectors.spend import Spend, spend_of
from vms.core import statuses
from vms.core.months import month_of
from vms.models import VM, FluenceAccount, account_of
from vms.vm.selectors.rows import VMRow, row_from, with_columns

MOST_VMS, MOST_ACTS, LOOKED_THROUGH = 12, 10, 50
# Those that nobody else settles, and those that will change by themselves.
TROUBLED = (statuses.FAILED, statuses.REFUSED, statuses.LOST)
MOVING = tuple(value for value in statuses.STATUSES if statuses.is_moving(value))


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How many VMs have a status."""

    status: str
    count: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`spend` is of the present month of UTC, None where charges are not known. `moving` and
    `waiting` are VMs that change by themselves, and those that wait for a person; the first few.
    `acts` are people's last, None for those who may not read the log.
    """

    ledger: Ledger
    spend: Spend | None
    counts: list[StatusCount]
    moving: list[VMRow]
    waiting: list[VMRow]
    acts: list[AuditEntry] | None

    @property
    def is_empty(self) -> bool:
        """Whether there is no VM yet: then the next step is shown instead."""
        return not self.counts


def dashboard_of(team: Team, *, with_acts: bool) -> Dashboard:
    """Return it in at most six queries: three less while nothing of the mirror has changed."""
    ledger, account = ledger_of(team), account_of(team)
    rows = _under_way(team)
    return Dashboard(
        ledger=ledger,
        spend=_spend(account, ledger),
        counts=_counts(ledger.burn.vm_counts),
        moving=[row for row in rows if not row.awaits_person and row.status not in TROUBLED],
        waiting=[row for row in rows if row.awaits_person or row.status in TROUBLED],
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


def _under_way(team: Team) -> list[VMRow]:
    """Return what waits for a person, then what moves, the newest first."""
    order = Case(When(status__in=TROUBLED, then=Value(0)), default=1, output_field=IntegerField())
    vms = VM.objects.filter(team=team, hidden_at=None, status__in=(*TROUBLED, *MOVING))
    return [row_from(row) for row in with_columns(vms.order_by(order, "-created_at"))[:MOST_VMS]]
