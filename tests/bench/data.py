"""Three teams: a small one, one of 1,000 VMs for the yardstick, and a large one with a long log."""

import json
import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Field, Model

from controlpanel.accounts.models import User
from controlpanel.audit.chain import GENESIS, entry_hash
from controlpanel.audit.models import AuditChain, AuditEntry
from controlpanel.lib.encryption import encrypt
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from vms.models import VM, Cluster, Configuration, Datacenter, FluenceAccount

from .holdings import holdings_fill

SMALL, LARGE = "small", "large"
NOW = datetime.now(UTC).replace(microsecond=0)
REVISION = 1_000
# Most of a fleet runs; some of everything else is always there.
STATUSES = ("launched",) * 12 + ("launching", "terminating", "failed", "terminated", "terminated")
PLACES = (("Singapore", "SG"), ("Warsaw", "PL"), ("Dallas", "US"), ("Athens", "GR"))
SIZES = ((2, 4), (4, 8), (8, 16), (16, 32))
ACTIONS = ("vm.create", "vm.rename", "vm.status", "vm.terminate", "ssh_key.create")


def fill(*, vms: int, entries: int) -> User:
    """Fill an empty database; return the owner of both teams."""
    owner = User.objects.create(email="owner@bench.example", name="Olivia Owner")
    clusters = [_cluster(*place) for place in PLACES]
    sizes = [_configuration(*size) for size in SIZES]
    for slug, count in ((SMALL, 10), (LARGE, vms)):
        team = Team.objects.create(slug=slug, name=slug.capitalize(), revision=REVISION)
        Membership.objects.create(team=team, user=owner, role=Role.OWNER)
        account = _account(team)
        _vms(team, account, clusters, sizes, count)
        holdings_fill(account)
        log_fill(team.pk, entries if slug == LARGE else count)
    with connection.cursor() as cursor:
        # As its own vacuum does soon after on a server that lives on.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return owner


def newest_vm(slug: str) -> VM:
    vms = VM.objects.filter(team__slug=slug, status="launched")
    return vms.order_by("-created_at", "-pk").select_related("team")[0]


def log_fill(team_id: UUID, count: int) -> None:
    """Append entries to an empty log, as `audit_record` would, in one statement."""
    names = [field.attname for field in AuditEntry._meta.concrete_fields if field.attname != "id"]
    head = AuditChain(team_id=team_id)
    with transaction.atomic():
        _insert(AuditEntry, names, _log_rows(head, names, count))
        head.save()


def _cluster(city: str, country: str) -> Cluster:
    center = Datacenter.objects.create(id=f"dc-{country}", city=city, country_code=country)
    return Cluster.objects.create(
        id=f"cluster-{country}", name=f"{country.lower()}-1", datacenter=center, listed=True
    )


def _configuration(vcpu: int, ram_gb: int) -> Configuration:
    slug = f"cpu-{vcpu}-{ram_gb}gb"
    return Configuration.objects.create(
        id=slug, slug=slug, family="cpu", vcpu=vcpu, ram_gb=ram_gb, listed=True
    )


def _account(team: Team) -> FluenceAccount:
    return FluenceAccount.objects.create(
        team=team,
        api_key_encrypted=encrypt("bench"),
        key_hint="ench",
        remote_user_id=team.slug,
        email=f"{team.slug}@bench.example",
        can_write=True,
        balance=Decimal(500),
        # Nobody is to poll these.
        poll_after=NOW + timedelta(days=9),
        reconcile_after=NOW + timedelta(days=9),
        newest_after=NOW + timedelta(days=9),
    )


def _vms(
    team: Team,
    account: FluenceAccount,
    clusters: list[Cluster],
    sizes: list[Configuration],
    count: int,
) -> None:
    dice = random.Random(team.slug)  # noqa: S311 - the same data in every run

    def make(number: int) -> VM:
        status = "launched" if number == count else dice.choice(STATUSES)
        size = dice.choice(sizes)
        disk = {
            "id": f"disk-{number}",
            "name": f"boot-{number}",
            "role": "BOOT",
            "volume_gb": 25,
            "storage_type": "NVME",
            "replicated": True,
            "status": "ACTIVE",
            "price_hour": "0.0034",
        }
        return VM(
            id=UUID(int=dice.getrandbits(128), version=4),
            team=team,
            account=account,
            remote_id=f"{team.slug}-{number}",
            name=f"web-{number:06}",
            status=status,
            cluster=dice.choice(clusters),
            configuration=size,
            vcpu=size.vcpu,
            ram_gb=size.ram_gb,
            image="Ubuntu 24.04",
            ssh_username="ubuntu",
            disks=[disk],
            interfaces=[{"id": f"if-{number}", "kind": "public", "default": True}],
            ssh_keys=["laptop"],
            public_ip=f"203.0.{number // 250 % 250}.{number % 250}" if status == "launched" else "",
            price_vm_hour=Decimal("0.0153") * size.vcpu,
            price_hour=Decimal("0.0153") * size.vcpu + Decimal("0.0075"),
            created_at=NOW - timedelta(minutes=7 * (count - number) + 5),
            created_by_name="Olivia Owner",
            ready_since=NOW,
            # One row has changed since the revision before.
            revision=REVISION if number == count else dice.randrange(1, REVISION),
            revision_created=1,
        )

    VM.objects.bulk_create(map(make, range(1, count + 1)), batch_size=500)


def _log_rows(head: AuditChain, names: list[str], count: int) -> Iterator[list[Any]]:
    dice = random.Random(count)  # noqa: S311 - the same data in every run
    prepared = {name: _writer(AuditEntry, name) for name in names}
    targets = [str(UUID(int=dice.getrandbits(128), version=4)) for _ in range(max(1, count // 20))]
    for number in range(1, count + 1):
        target = dice.choice(targets)
        entry = AuditEntry(
            team_id=head.team_id,
            sequence=number,
            at=NOW - timedelta(seconds=count - number),
            actor_kind="user",
            actor_id=str(number % 30 + 1),
            actor_name=f"Person {number % 30 + 1}",
            actor_role="operator",
            ip_address="203.0.113.7",
            action=dice.choice(ACTIONS),
            target_type="vm",
            target_id=target,
            target_name=f"web-{target[:6]}",
            changes={"name": [f"old-{number}", f"new-{number}"], "boot_disk_gb": [None, 25]},
            outcome="succeeded" if number % 50 else "failed",
            request_id=f"{number:032x}",
            previous_hash=head.hash or GENESIS,
        )
        entry.hash = entry_hash(entry)
        head.sequence, head.hash = number, entry.hash
        yield [prepared[name](getattr(entry, name)) for name in names]


def _writer(model: type[Model], name: str) -> Any:  # noqa: ANN401
    """Return what turns a value of a field into what the database's own driver takes."""
    field = model._meta.get_field(name)
    if field.get_internal_type() == "JSONField":
        return lambda value: None if value is None else json.dumps(value)
    if connection.vendor == "postgresql":
        return lambda value: value
    return lambda value: field.get_db_prep_save(value, connection)  # type: ignore[union-attr]


def _insert(model: type[Model], names: list[str], rows: Iterable[list[Any]]) -> None:
    """Insert many rows as fast as the database can."""
    table = model._meta.db_table
    fields = (cast("Field[Any, Any]", model._meta.get_field(name)) for name in names)
    columns = ", ".join(str(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join("%s" for _ in names)
            insert = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608
            cursor.executemany(insert, rows)  # type: ignore[arg-type]  # any iterable will do
