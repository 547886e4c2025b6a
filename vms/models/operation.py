import uuid
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from controlpanel.audit.actors import Actor
from controlpanel.lib.encryption import decrypt, encrypt
from controlpanel.teams.models import FluenceAccount, Team

from .vm import VM


def in_a_moment() -> datetime:
    """When a worker may take it up: the process that begins an operation usually runs it."""
    return timezone.now() + timedelta(seconds=10)


def kind_choices() -> list[tuple[str, str]]:
    """By reference, so that a new kind needs no migration of the tables."""
    return Operation.Kind.choices


class Operation(models.Model):
    """One change asked of Fluence. Committed before the call, so that no death loses it.

    pending -> running -> succeeded | failed | unknown; an unknown one is settled by looking.
    `sent_at` is committed just before the call: a running operation whose process died without
    it was certainly not sent. `request` holds what was asked, without secrets; cloud-init text
    waits encrypted in `secret` until it is sent, then is wiped.
    """

    class Kind(models.TextChoices):
        VM_CREATE = "vm.create"
        VM_RENAME = "vm.rename"
        VM_RESTART = "vm.restart"
        VM_SOFT_REBOOT = "vm.soft_reboot"
        VM_TERMINATE = "vm.terminate"
        SSH_KEY_CREATE = "ssh_key.create"
        SSH_KEY_DELETE = "ssh_key.delete"

    class State(models.TextChoices):
        PENDING = "pending", "Waiting"
        RUNNING = "running", "Running"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Checking with Fluence"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="operations")
    account = models.ForeignKey(
        FluenceAccount, on_delete=models.SET_NULL, null=True, related_name="operations"
    )
    kind = models.CharField(max_length=20, choices=kind_choices)
    actor_data = models.JSONField()
    vm = models.ForeignKey(VM, on_delete=models.SET_NULL, null=True, related_name="operations")
    # What was asked of several VMs at once.
    batch = models.ForeignKey(
        "vms.Batch", on_delete=models.SET_NULL, null=True, related_name="operations"
    )
    target_name = models.CharField(max_length=254)
    request = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    # Names are kept unique per account from before the call until its outcome is mirrored.
    reserved_name = models.CharField(max_length=254, null=True)  # noqa: DJ001 - null: none
    # From the form, so that a double click or a re-sent form makes one operation.
    form_key = models.CharField(max_length=60, null=True)  # noqa: DJ001 - null: none

    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    needs_attention = models.BooleanField(default=False)
    error_code = models.CharField(max_length=40, blank=True)
    message = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    run_after = models.DateTimeField(default=in_a_moment)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # The same moment by Fluence's clock, which is what its own times are compared with.
    sent_at_fluence = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "reserved_name"], name="name_reserved_once"),
            models.UniqueConstraint(fields=["team", "form_key"], name="form_sent_once"),
        ]
        indexes = [
            models.Index(
                fields=["run_after"],
                name="operation_due",
                condition=models.Q(state__in=["pending", "running", "unknown"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_name}: {self.state}"

    @property
    def actor(self) -> Actor:
        return Actor.from_json(self.actor_data)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def outcome(self) -> str:
        """How it stands, as `{% status %}` shows it."""
        return CANCELLED if self.is_cancelled else self.state

    @property
    def is_cancelled(self) -> bool:
        return self.error_code == CANCELLED

    def keep_secret(self, text: str) -> None:
        self.secret = encrypt(text) if text else ""

    def reveal_secret(self) -> str:
        return decrypt(self.secret) if self.secret else ""


# The two ways to restart, each with its name in `allowedActions`.
RESTARTS: dict[str, str] = {
    Operation.Kind.VM_SOFT_REBOOT: "softReboot",
    Operation.Kind.VM_RESTART: "restart",
}
OPEN_STATES = (Operation.State.PENDING, Operation.State.RUNNING, Operation.State.UNKNOWN)
# The error code of one that was stopped before it was sent.
CANCELLED = "cancelled"
# Longer than a call can take with all its retries, so that only the dead lose a lease.
LEASE = timedelta(seconds=60)
