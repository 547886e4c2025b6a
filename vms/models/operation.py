import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import CharField, Expression, F, OuterRef, Value
from django.db.models.functions import Cast, Replace
from django.utils import timezone

from controlpanel.audit.actions import action_labels
from controlpanel.audit.actors import Actor
from controlpanel.lib.encryption import encrypt
from controlpanel.teams.models import Team
from controlpanel.ui.messages import MessageField, said
from vms.core.unreadable import revealed

from .account import FluenceAccount


def in_a_moment() -> datetime:
    """When a worker may take it up: the process that begins an operation usually runs it."""
    return timezone.now() + timedelta(seconds=10)


class Operation(models.Model):
    """One change asked of Fluence. Committed before the call, so that no death loses it.

    pending -> running -> succeeded | failed | unknown; an unknown one is settled by looking.
    `kind` is the name of its kind (`vms.operations.registry`), which is that of its action in the
    audit log. `target_id` is the id of what it is about: of a row of ours as 32 hexadecimal
    digits, else Fluence's own, and empty for what Fluence has not made yet.

    `sent_at` is committed just before the call: a running operation whose process died without
    it was certainly not sent. `request` holds what was asked, without secrets; cloud-init text
    waits encrypted in `secret` until it is sent, then is wiped.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        RUNNING = "running"
        SUCCEEDED = "succeeded"
        FAILED = "failed"
        UNKNOWN = "unknown"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="operations")
    account = models.ForeignKey(
        FluenceAccount, on_delete=models.SET_NULL, null=True, related_name="operations"
    )
    kind = models.CharField(max_length=40)
    actor_data = models.JSONField()
    target_type = models.CharField(max_length=20, db_default="")
    target_id = models.CharField(max_length=40, blank=True, default="", db_default="")
    target_name = models.CharField(max_length=254)
    # What was asked of several targets at once.
    batch = models.ForeignKey(
        "vms.Batch", on_delete=models.SET_NULL, null=True, related_name="operations"
    )
    request = models.JSONField(default=dict)
    secret = models.TextField(blank=True)
    # What it waits for, if it follows from another; and since when it need not wait any more.
    after = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="followers"
    )
    ready_at = models.DateTimeField(null=True)
    # Names are kept unique per account from before the call until its outcome is mirrored.
    reserved_name = models.CharField(max_length=254, null=True)  # noqa: DJ001 - null: none
    # From the form, so that a double click or a re-sent form makes one operation.
    form_key = models.CharField(max_length=60, null=True)  # noqa: DJ001 - null: none

    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    needs_attention = models.BooleanField(default=False)
    error_code = models.CharField(max_length=40, blank=True)
    # What is to be said of how it stands.
    said = MessageField()
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    run_after = models.DateTimeField(default=in_a_moment)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    # The same moment by Fluence's clock, which is what its own times are compared with.
    sent_at_fluence = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    # The row that `target_id` names, once somebody has loaded it.
    row: models.Model | None = None
    # Whether what was done is still going on there, once somebody has looked: a VM that launches.
    is_going_on = False

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
            models.Index(fields=["target_type", "target_id"], name="operation_target"),
            models.Index(
                fields=["team"],
                name="operation_for_person",
                condition=models.Q(needs_attention=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_name}: {self.state}"

    @property
    def actor(self) -> Actor:
        return Actor.from_json(self.actor_data)

    @property
    def label(self) -> str:
        """What was asked, in the reader's words: "Add SSH key"."""
        return action_labels().get(self.kind, self.kind)

    @property
    def message(self) -> str:
        """How it stands, in the reader's words; nothing where nothing is to be said."""
        return said(self.said)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def outcome(self) -> str:
        """How it stands, as `{% status %}` shows it."""
        if self.is_cancelled:
            return CANCELLED
        return ASKED if self.is_going_on else self.state

    @property
    def is_refused(self) -> bool:
        """Whether it was answered with no, which may still be in doubt."""
        return self.state == self.State.FAILED or self.is_in_doubt

    @property
    def is_in_doubt(self) -> bool:
        """Whether it was refused, and is looked for all the same."""
        return self.is_open and self.said is not None and self.said.code == IN_DOUBT

    @property
    def is_cancelled(self) -> bool:
        return self.error_code == CANCELLED

    def keep_secret(self, text: str) -> None:
        self.secret = encrypt(text) if text else ""

    def reveal_secret(self) -> str:
        """Return what was kept with `keep_secret`.

        Raises:
            NotRevealed: none of ENCRYPTION_KEYS made it.
        """
        return revealed(self.secret) if self.secret else ""


def as_target_id(reference: F | OuterRef) -> Expression:
    """Return a column of UUIDs as `Operation.target_id` holds them, on every database."""
    return Replace(Cast(reference, CharField()), Value("-"), Value(""))


OPEN_STATES = (Operation.State.PENDING, Operation.State.RUNNING, Operation.State.UNKNOWN)
# The error code of one that was stopped before it was sent.
CANCELLED = "cancelled"
# What is said of one that Fluence refused and may have done all the same; `why` is the refusal.
IN_DOUBT = "refused_in_doubt"
# The outcome of one that Fluence took, while it is going on.
ASKED = "asked"
# Longer than a call can take with all its retries, so that only the dead lose a lease.
LEASE = timedelta(seconds=60)
