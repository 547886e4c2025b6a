import uuid

from django.db import models
from django.utils import timezone

from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team

from .operation import Operation, kind_choices


class Batch(models.Model):
    """What a person asked of many VMs at once: its operations, one or more for each VM.

    The last operation of a VM tells how it stands; those before it were stopped or failed, and
    were asked for again. `skipped` names the VMs that were left out at the start, and why.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="batches")
    kind = models.CharField(max_length=20, choices=kind_choices)
    actor_data = models.JSONField()
    # From the form, so that a double click or a re-sent form makes one batch.
    form_key = models.CharField(max_length=60, null=True)  # noqa: DJ001 - null: none
    skipped = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "form_key"], name="batch_form_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} VMs"

    @property
    def actor(self) -> Actor:
        return Actor.from_json(self.actor_data)

    @property
    def verb(self) -> str:
        return VERBS[self.kind]


VERBS: dict[str, str] = {
    Operation.Kind.VM_CREATE: "Deploy",
    Operation.Kind.VM_RENAME: "Rename",
    Operation.Kind.VM_RESTART: "Restart",
    Operation.Kind.VM_SOFT_REBOOT: "Soft reboot",
    Operation.Kind.VM_TERMINATE: "Terminate",
}
