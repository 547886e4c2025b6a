import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from controlpanel.audit.services import Target
from controlpanel.teams.models import Team
from controlpanel.ui.messages import MessageField, said
from vms.core import facts, statuses

from .account import FluenceAccount
from .catalogue import Cluster, Configuration
from .operation import Operation

# As operations and audit entries call it.
TARGET_TYPE = "vm"


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk of a VM as mirrored. `price_hour` is in USD, None where Fluence gives no price."""

    id: str
    name: str
    role: str
    volume_gb: int
    storage_type: str
    replicated: bool
    status: str
    price_hour: Decimal | None

    @property
    def is_boot_disk(self) -> bool:
        return self.role == "BOOT"

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Disk":
        """Read what `vms.mirror.fields` wrote into `VM.disks`, where amounts are text."""
        price = data["price_hour"]
        return cls(**data | {"price_hour": Decimal(price) if price is not None else None})


class VM(models.Model):
    """A rented virtual machine: our row plus the mirror of the remote one (UserVmDto).

    `status` is what Fluence last said (`vms.core.statuses` has the panel's own three). Prices are
    USD per hour: `price_vm_hour` of the VM alone, `price_hour` with its disks and address. Until
    Fluence has told of one with all it has, the former is of all that was asked for as new.
    `disks` and `interfaces` are lists of objects as `vms.mirror.fields` writes them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="vms")
    account = models.ForeignKey(
        FluenceAccount, on_delete=models.SET_NULL, null=True, related_name="vms"
    )
    remote_id = models.CharField(max_length=40, null=True)  # noqa: DJ001 - null: none yet
    name = models.CharField(max_length=254)
    status = models.CharField(max_length=30, default=statuses.REQUESTED)
    # What is wrong with it, or what it waits for.
    said = MessageField()

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="vms")
    configuration = models.ForeignKey(Configuration, on_delete=models.PROTECT, related_name="vms")
    vcpu = models.PositiveSmallIntegerField(null=True)
    ram_gb = models.PositiveIntegerField(null=True)
    image = models.CharField(max_length=200, blank=True)
    ssh_username = models.CharField(max_length=40, blank=True)
    disks = models.JSONField(default=list)
    interfaces = models.JSONField(default=list)
    ssh_keys = models.JSONField(default=list)
    has_cloud_init = models.BooleanField(default=False)
    public_ip = models.CharField(max_length=45, blank=True)
    # Kept when it is given up, so that it is known whose it was if it is left over.
    public_ip_remote_id = models.CharField(max_length=40, blank=True, default="", db_default="")
    price_vm_hour = models.DecimalField(max_digits=18, decimal_places=10, null=True)
    price_hour = models.DecimalField(max_digits=18, decimal_places=10, null=True)
    allowed_actions = models.JSONField(default=list)
    restart_required = models.BooleanField(default=False)

    created_at = models.DateTimeField(default=timezone.now)
    created_by_name = models.CharField(max_length=254, blank=True)
    ready_since = models.DateTimeField(null=True)
    terminated_at = models.DateTimeField(null=True)
    paid_until = models.DateTimeField(null=True)
    # Fluence's updatedAt: an answer older than what is mirrored is not believed.
    remote_updated_at = models.DateTimeField(null=True)

    # The team's revision when the row was made and when it last changed: what a tab must refetch.
    revision_created = models.PositiveBigIntegerField(default=0)
    revision = models.PositiveBigIntegerField(default=0)
    hidden_at = models.DateTimeField(null=True)
    # When to ask Fluence again; null once the status will not change by itself.
    poll_after = models.DateTimeField(null=True)
    absent_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "remote_id"], name="vm_once_per_account")
        ]
        indexes = [
            # One for each way to read the list: all, what has not ended, by status, by place.
            models.Index(fields=["team", "-created_at", "-id"], name="vm_list"),
            # With names, so that a search reads no rows but those it shows.
            models.Index(
                fields=["team", "-created_at", "-id", "name"],
                name="vm_list_live_names",
                condition=models.Q(hidden_at__isnull=True) & ~models.Q(status=statuses.TERMINATED),
            ),
            models.Index(fields=["team", "status", "-created_at", "-id"], name="vm_list_status"),
            models.Index(fields=["team", "cluster", "-created_at", "-id"], name="vm_list_place"),
            # The totals above the list are counted from these alone.
            models.Index(
                fields=["team", "status", "account", "price_vm_hour", "price_hour"],
                name="vm_totals",
                condition=models.Q(hidden_at__isnull=True),
            ),
            models.Index(
                fields=["team", "status"],
                name="vm_troubled",
                condition=models.Q(hidden_at__isnull=True) & models.Q(said__isnull=False),
            ),
            # What the overview has a few of, however many there are.
            *(
                models.Index(
                    fields=["team", "-created_at"],
                    name=name,
                    condition=models.Q(hidden_at__isnull=True, status__in=listed),
                )
                for name, listed in (
                    ("vm_waiting", statuses.TROUBLED),
                    ("vm_moving", statuses.MOVING),
                )
            ),
            models.Index(fields=["team", "revision"], name="vm_revision"),
            models.Index(
                fields=["account", "poll_after"],
                name="vm_poll_after",
                condition=models.Q(poll_after__isnull=False),
            ),
            models.Index("account", Lower("name"), name="vm_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def problem(self) -> str:
        """What is wrong with it, in the reader's words; nothing if all is well."""
        return said(self.said)

    @property
    def target_id(self) -> str:
        """Its id as `Operation.target_id` holds it."""
        return self.pk.hex

    @property
    def audit_target(self) -> Target:
        """How the audit log names it."""
        return Target(TARGET_TYPE, str(self.pk), self.name)

    @property
    def operations(self) -> models.QuerySet[Operation]:
        return Operation.objects.filter(target_type=TARGET_TYPE, target_id=self.target_id)

    @property
    def status_label(self) -> str:
        return statuses.label(self.status)

    @property
    def is_settled(self) -> bool:
        """Whether the status will not change by itself, so that polling stops."""
        return self.status in statuses.SETTLED

    @property
    def is_moving(self) -> bool:
        return statuses.is_moving(self.status)

    @property
    def is_launched(self) -> bool:
        return self.status == statuses.LAUNCHED

    @property
    def is_refused(self) -> bool:
        return self.status == statuses.REFUSED

    @property
    def is_terminated(self) -> bool:
        return self.status == statuses.TERMINATED

    @property
    def is_starting(self) -> bool:
        return self.status in statuses.STARTING

    @property
    def is_ended(self) -> bool:
        return facts.is_ended(self.status)

    @property
    def is_present(self) -> bool:
        return facts.is_present(self.status, self.remote_id)

    @property
    def awaits_person(self) -> bool:
        """As in `facts`; `needs_attention`, of its operations, if `vms.vm.selectors` loaded it."""
        return facts.awaits_person(
            self.status,
            has_account=self.account_id is not None,
            is_stuck=getattr(self, "needs_attention", False),
        )

    @property
    def is_unseen(self) -> bool:
        return facts.is_unseen(self.remote_id, is_stuck=getattr(self, "needs_attention", False))

    @property
    def is_terminable(self) -> bool:
        """Whether it can be ended, and so be chosen for whatever else is asked of many."""
        return facts.is_terminable(self.status, self.remote_id, awaits_person=self.awaits_person)

    @property
    def is_restartable(self) -> bool:
        return self.is_terminable and facts.may_restart(self.allowed_actions)

    @property
    def needs_restart(self) -> bool:
        """Whether a restart is due, and possible now."""
        return self.restart_required and self.is_restartable

    @property
    def city(self) -> str:
        center = self.cluster.datacenter
        return facts.city(center.city if center else None, self.cluster.name)

    @property
    def place_detail(self) -> str:
        center = self.cluster.datacenter
        return facts.place_detail(center.country_code if center else None, self.cluster.name)

    @property
    def size(self) -> str:
        return facts.size(
            self.vcpu or self.configuration.vcpu, self.ram_gb or self.configuration.ram_gb
        )

    @property
    def family(self) -> str:
        return facts.family(self.configuration.family, self.configuration.slug)

    @property
    def attached_disks(self) -> list[Disk]:
        return [Disk.from_json(disk) for disk in self.disks]

    @property
    def storage_price_hour(self) -> Decimal:
        """USD per hour that the disks go on costing when the VM is gone."""
        return sum((disk.price_hour or Decimal(0) for disk in self.attached_disks), Decimal(0))

    @property
    def remaining_price_hour(self) -> Decimal:
        """USD per hour that disks and address go on costing when the VM is gone."""
        return self.storage_price_hour + (self.public_ip_price_hour or Decimal(0))

    @property
    def public_ip_price_hour(self) -> Decimal | None:
        """USD per hour of the address: what the total holds beyond the VM and its disks."""
        if self.price_hour is None or self.price_vm_hour is None:
            return None
        return self.price_hour - self.price_vm_hour - self.storage_price_hour

    @property
    def ssh_command(self) -> str:
        """The command that logs in, or nothing while it would not work."""
        if not self.is_launched or not self.public_ip:
            return ""
        return f"ssh {self.ssh_username or 'root'}@{self.public_ip}"

    def allows(self, action: str) -> bool:
        """Whether Fluence says that `action` (a VmActionDto) is legal now."""
        return action in self.allowed_actions
