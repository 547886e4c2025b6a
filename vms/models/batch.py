import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from controlpanel.ui.messages import Message


class Batch(models.Model):
    """What a person asked of many targets at once: its operations, one or more for each target.

    The last operation of a target tells how it stands; those before it were stopped or failed,
    and were asked for again. `skipped` names the targets that were left out at the start, each
    with its reason: a message, or a sentence where a release without codes kept it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="batches")
    kind = models.CharField(max_length=40)
    actor_data = models.JSONField()
    # From the form, so that a double click or a re-sent form makes one batch.
    form_key = models.CharField(max_length=60, null=True)  # noqa: DJ001 - null: none
    skipped = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "form_key"], name="batch_form_sent_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of several"

    @property
    def actor(self) -> Actor:
        return Actor.from_json(self.actor_data)

    @property
    def left_out(self) -> list[str]:
        """Why targets were left out at the start, a sentence for each."""
        return [_sentence(each["reason"]) for each in self.skipped]


def _sentence(reason: str | dict[str, Any]) -> str:
    return reason if isinstance(reason, str) else str(Message.from_json(reason))
