"""The audit log: append-only, gapless and hash-chained per team.

Refused here, in the model layer, and again by database triggers (migration 0002): an entry is
never changed and never removed.
"""

from typing import Any, ClassVar, Never

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise

from controlpanel.ui.messages import MessageField

from .actions import Action, Outcome, action_labels
from .canonical import LATEST_FORM
from .changes import Change, changes_readable


class AppendOnlyError(RuntimeError):
    """Somebody tried to change or remove an audit entry."""

    def __init__(self) -> None:
        super().__init__("The audit log is append-only: entries cannot be changed or deleted.")


class AppendOnlyQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **_: object) -> Never:
        raise AppendOnlyError

    def bulk_update(self, *_: object, **__: object) -> Never:
        raise AppendOnlyError

    def delete(self) -> Never:
        raise AppendOnlyError

    def _raw_delete(self, _using: str | None) -> Never:
        raise AppendOnlyError


def action_choices() -> list[tuple[str, str | Promise]]:
    """By reference, so that a new action needs no migration of the table."""
    return list(Action.choices)


class AuditChain(models.Model):
    """The head of a team's chain: locked while an entry is appended, so that none is skipped."""

    team_id = models.UUIDField(primary_key=True)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.team_id} at {self.sequence}"


class AuditEntry(models.Model):
    """One unchangeable record: an act asked for, or how it ended.

    Names of actor and target are copied, so that the entry outlives both. `changes` maps a field
    to [before, after]; only allow-listed, non-secret values are put there by the services.
    """

    team_id = models.UUIDField()
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(max_length=254)
    actor_role = models.CharField(max_length=20, blank=True)
    ip_address = models.CharField(max_length=45, blank=True)
    action = models.CharField(max_length=40, choices=action_choices)
    target_type = models.CharField(max_length=20)
    target_id = models.CharField(max_length=40, blank=True)
    target_name = models.CharField(max_length=254)
    changes = models.JSONField(default=dict)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    error_code = models.CharField(max_length=40, blank=True)
    # What there is to say of it; `text` is the sentence that a release without codes kept.
    said = MessageField()
    text = models.CharField(max_length=500, blank=True, default="", db_column="message")
    operation_id = models.UUIDField(null=True)
    # Which version of the canonical form was hashed; null: the first. (A column that may be null
    # is added without rewriting the table.)
    form = models.PositiveSmallIntegerField(default=LATEST_FORM, null=True)
    request_id = models.CharField(max_length=40, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects: ClassVar[models.Manager["AuditEntry"]] = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team_id", "sequence"], name="audit_gapless_sequence")
        ]
        indexes = [
            models.Index(fields=["team_id", "actor_id", "-sequence"], name="audit_by_actor"),
            models.Index(fields=["team_id", "action", "-sequence"], name="audit_by_action"),
            models.Index(fields=["team_id", "outcome", "-sequence"], name="audit_by_outcome"),
            models.Index(fields=["team_id", "target_id", "-sequence"], name="audit_by_target"),
            models.Index(fields=["team_id", "at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"#{self.sequence} {self.action} {self.target_name}: {self.outcome}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **kwargs)

    def delete(self, *_: object, **__: object) -> Never:
        raise AppendOnlyError

    @property
    def message(self) -> str:
        """What there is to say of it, in the reader's words."""
        return str(self.said) if self.said else self.text

    @property
    def action_label(self) -> str:
        """As `get_action_display`, which makes the whole list of choices anew for each entry."""
        return action_labels().get(self.action, self.action)

    @property
    def change_lines(self) -> list[Change]:
        return changes_readable(self.changes)
