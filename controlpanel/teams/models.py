"""Teams, who is in them, and the Fluence account each has connected."""

import secrets
import uuid
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from controlpanel.lib.encryption import decrypt, encrypt

from .permissions import ROLE_PERMISSIONS, Permission, Role


class Team(models.Model):
    """Who holds VMs, members and an audit log; the boundary of all access."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=80)
    # Raised with every change of the team's mirror; open tabs compare it.
    revision = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One user in one team with one role."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=10, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_team")
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}: {self.role}"

    @property
    def permissions(self) -> frozenset[Permission]:
        return ROLE_PERMISSIONS[Role(self.role)]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


INVITATION_LIFETIME = timedelta(days=7)


def invitation_token_hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def invitation_expiry() -> datetime:
    return timezone.now() + INVITATION_LIFETIME


class Invitation(models.Model):
    """A membership offered. Only the hash of its token is kept.

    It is kept after its end, so that an old link can say what became of it.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        REVOKED = "revoked", "Revoked"
        EXPIRED = "expired", "Expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by_name = models.CharField(max_length=254)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=invitation_expiry)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "team",
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_email",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.team}"

    @property
    def state(self) -> State:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.is_expired:
            return self.State.EXPIRED
        return self.State.REVOKED if self.revoked_at else self.State.OPEN

    @property
    def is_expired(self) -> bool:
        return timezone.now() >= self.expires_at

    @staticmethod
    def new_token() -> str:
        return secrets.token_urlsafe(32)


class FluenceAccount(models.Model):
    """The Fluence account of a team: its API key, encrypted, and what Fluence said of it.

    One account belongs to one team at a time, so that two teams never mirror the same VMs.
    """

    class Health(models.TextChoices):
        OK = "ok", "Connected"
        KEY_REJECTED = "key_rejected", "API key rejected"
        UNREACHABLE = "unreachable", "Fluence unreachable"
        MAINTENANCE = "maintenance", "Fluence in maintenance"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="account")
    api_key_encrypted = models.TextField()
    key_hint = models.CharField(max_length=8)
    remote_user_id = models.CharField(max_length=40)
    email = models.CharField(max_length=254)
    scopes = models.JSONField(default=list)
    can_write = models.BooleanField()
    connected_at = models.DateTimeField(default=timezone.now)
    connected_by_name = models.CharField(max_length=254, blank=True)

    balance = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    balance_days_left = models.PositiveIntegerField(null=True)
    balance_at = models.DateTimeField(null=True)

    health = models.CharField(max_length=12, choices=Health.choices, default=Health.OK)
    health_message = models.CharField(max_length=500, blank=True)
    health_since = models.DateTimeField(default=timezone.now)
    # Polling: a slow or failing key is put into the future; the others do not wait for it.
    poll_after = models.DateTimeField(default=timezone.now)
    poll_lease_until = models.DateTimeField(null=True)
    poll_failures = models.PositiveSmallIntegerField(default=0)
    reconcile_after = models.DateTimeField(default=timezone.now)
    reconciled_at = models.DateTimeField(null=True)
    # When what no VM has was last read; null while it was not, or while the key may not read it.
    disks_read_at = models.DateTimeField(null=True)
    public_ips_read_at = models.DateTimeField(null=True)
    # The team's revision when that last changed.
    left_over_revision = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["remote_user_id"], name="one_team_per_fluence_account")
        ]
        indexes = [
            models.Index(fields=["poll_after"], name="account_poll_after"),
            models.Index(
                fields=["reconcile_after"],
                name="account_reconcile_after",
                condition=~Q(health="key_rejected"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} (…{self.key_hint})"

    @property
    def next_try_at(self) -> datetime | None:
        """When Fluence is asked again for this account; None if that is now."""
        later = [at for at in (self.poll_after, self.reconcile_after) if at > timezone.now()]
        return min(later, default=None)

    def set_api_key(self, api_key: str) -> None:
        """Keep the key encrypted, and its last four characters to tell it apart by."""
        self.api_key_encrypted = encrypt(api_key)
        self.key_hint = api_key[-4:]

    def api_key(self) -> str:
        return decrypt(self.api_key_encrypted)
