import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from controlpanel.audit.services import Target
from controlpanel.lib.encryption import decrypt, encrypt, is_readable
from controlpanel.teams.models import Team
from controlpanel.ui.messages import MessageField, said

# As audit entries call it.
TARGET_TYPE = "account"
LOW_BALANCE_DAYS = [14, 7, 3, 1]


def low_balance_days() -> list[int]:
    return list(LOW_BALANCE_DAYS)


class FluenceAccount(models.Model):
    """The Fluence account of a team: its API key, encrypted, and what Fluence said of it.

    One account belongs to one team at a time, so that two teams never mirror the same VMs.
    """

    class Health(models.TextChoices):
        OK = "ok", _("Connected")
        KEY_REJECTED = "key_rejected", _("API key rejected")
        UNREACHABLE = "unreachable", _("Unreachable")
        MAINTENANCE = "maintenance", _("In maintenance")

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
    balance_at = models.DateTimeField(null=True)

    # Of how many days left the team wants to be told, and of which it has been told last.
    low_balance_days = models.JSONField(default=low_balance_days, db_default=LOW_BALANCE_DAYS)
    low_balance_told = models.PositiveSmallIntegerField(null=True)

    health = models.CharField(max_length=12, choices=Health.choices, default=Health.OK)
    # What Fluence said when it began.
    health_said = MessageField()
    health_since = models.DateTimeField(default=timezone.now)
    # Polling: a slow or failing key is put into the future; the others do not wait for it.
    poll_after = models.DateTimeField(default=timezone.now)
    poll_lease_until = models.DateTimeField(null=True)
    poll_failures = models.PositiveSmallIntegerField(default=0)
    reconcile_after = models.DateTimeField(default=timezone.now)
    reconciled_at = models.DateTimeField(null=True)
    # When its newest VMs are looked at again, and when any were last read.
    newest_after = models.DateTimeField(default=timezone.now, db_default=Now())
    vms_read_at = models.DateTimeField(null=True)
    # What was left out of the mirror since it could not be read: `vms.mirror.unreadable`.
    unreadable = models.JSONField(default=dict, db_default={})
    # When all of them were last read; null while they were not, or while the key may not read them.
    disks_read_at = models.DateTimeField(null=True)
    public_ips_read_at = models.DateTimeField(null=True)
    networks_read_at = models.DateTimeField(null=True)
    # The kinds of them that Fluence refuses to this key, as `Resource.TARGET_TYPE` has them.
    refused_kinds = models.JSONField(default=list, db_default=[])
    # When its charges were last read, by Fluence's clock: the days before that one are complete.
    charges_read_at = models.DateTimeField(null=True)
    # The first day of the oldest month whose charges were read; null while there is none.
    charges_from = models.DateField(null=True)
    # Whether Fluence refuses them to this key.
    charges_refused = models.BooleanField(default=False, db_default=False)
    # When its top-ups were last read, and whether Fluence refuses them to this key.
    top_ups_read_at = models.DateTimeField(null=True)
    top_ups_refused = models.BooleanField(default=False, db_default=False)
    # Whether a terminated VM's disks and address are deleted too, where nobody says otherwise.
    deletes_rest = models.BooleanField(default=False, db_default=False)
    # The team's revision when any of these last changed.
    resources_revision = models.PositiveBigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["remote_user_id"], name="one_team_per_fluence_account")
        ]
        db_table = "teams_fluenceaccount"
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
    def health_message(self) -> str:
        """What Fluence said, in the reader's words where they are ours."""
        return said(self.health_said)

    @property
    def next_try_at(self) -> datetime | None:
        """When Fluence is asked again for this account; None if that is now."""
        later = [at for at in (self.poll_after, self.reconcile_after) if at > timezone.now()]
        return min(later, default=None)

    @property
    def is_read_only(self) -> bool:
        """Whether its key may only read: VMs are shown, and nothing can be done to them."""
        return not self.can_write

    def set_api_key(self, api_key: str) -> None:
        """Keep the key encrypted, and its last four characters to tell it apart by."""
        self.api_key_encrypted = encrypt(api_key)
        self.key_hint = api_key[-4:]

    @property
    def audit_target(self) -> Target:
        """How the audit log names it."""
        return Target(TARGET_TYPE, str(self.pk), self.email)

    @property
    def is_key_readable(self) -> bool:
        """Whether the panel still has the ENCRYPTION_KEYS that the API key was kept with."""
        return is_readable(self.api_key_encrypted)

    def api_key(self) -> str:
        return decrypt(self.api_key_encrypted)


def account_of(team: Team) -> FluenceAccount | None:
    """Return the team's account, if one is connected; it was loaded with the request's team."""
    account: FluenceAccount | None = getattr(team, "account", None)
    return account
