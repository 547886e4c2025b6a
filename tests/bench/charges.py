"""Two years of charges for the accounts of `data`, as pages read them: sums by day and by month."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from vms.core.months import month_of, months_before
from vms.models import ChargeDay, ChargeHolder, ChargeMonth, ChargePerson, FluenceAccount

PLACES = ("cluster-PL", "cluster-US", "cluster-DE", "cluster-SG")
DAYS, MONTHS, PEOPLE = 730, 24, 30
# Of the months that no page of the present one looks at, the VMs themselves have to do.
MONTHS_WITH_PARTS = 2
# What a VM, its disk and its address cost in a month, in units of 1e-10 USD: all differ.
COST = "CAST(vcpu * 110000000000 + revision * 791900000 + length(name) AS bigint)"


def charges_fill(account: FluenceAccount, vms: int) -> None:
    """Make the sums of all days and months of an account that has VMs, each by its VMs."""
    today = timezone.now().date()
    _days_fill(account, today, vms)
    for number in range(MONTHS):
        month = months_before(month_of(today), number)
        _holders_fill(account, month)
        parts = {"VM": "", "STORAGE": "disk-", "PUBLIC_IP": "ip-"}
        for kind, prefix in list(parts.items())[: None if number < MONTHS_WITH_PARTS else 1]:
            _things_fill(account, month, kind, prefix)
        ChargePerson.objects.bulk_create(
            ChargePerson(
                account=account, month=month, person=f"Person {person}", cost=Decimal(person + 1)
            )
            for person in range(PEOPLE)
        )


def _days_fill(account: FluenceAccount, today: date, vms: int) -> None:
    ChargeDay.objects.bulk_create(
        ChargeDay(
            account=account,
            day=today - timedelta(days=number),
            resource_type=kind,
            cluster_id=cluster,
            cost=Decimal(vms) / 100,
        )
        for number in range(DAYS)
        for kind in ("VM", "STORAGE", "PUBLIC_IP")
        for cluster in PLACES
    )


def _holders_fill(account: FluenceAccount, month: date) -> None:
    _insert(
        account,
        ChargeHolder._meta.db_table,
        month=month,
        columns="holder_id, resource_type, name, cluster_id, detail, person, parts, cost",
        values=f"remote_id, 'VM', name, cluster_id, 'cpu-4-8gb', created_by_name, 2, {COST}",
    )


def _things_fill(account: FluenceAccount, month: date, kind: str, prefix: str) -> None:
    _insert(
        account,
        ChargeMonth._meta.db_table,
        month=month,
        columns="resource_id, resource_type, name, cluster_id, detail, holder_id, holder_name,"
        " person, hours, cost",
        values=f"'{prefix}' || remote_id, '{kind}', '{prefix}' || name, cluster_id, '', remote_id,"
        f" name, created_by_name, 7300000000000, {COST} / {len(kind)}",
    )


def _insert(account: FluenceAccount, table: str, *, month: date, columns: str, values: str) -> None:
    """Insert a row for each VM of the account, by the database alone: there are millions."""
    key = account._meta.pk.get_db_prep_value(account.pk, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (account_id, month, {columns})"  # noqa: S608
            f" SELECT account_id, %s, {values} FROM vms_vm WHERE account_id = %s",
            [month, key],
        )
