from django.conf import settings
from django.db import models
from django.utils import timezone

from controlpanel.lib.encryption import encrypt
from controlpanel.teams.models import Team


class Draft(models.Model):
    """What a person has typed into a form that is not done yet: theirs alone, and encrypted.

    `key` is the form's own. Once it is done the row stays without its content until it is old, so
    that what a slow browser sends afterwards does not bring it back.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField()
    page = models.CharField(max_length=60)
    content = models.TextField(blank=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team", "key"], name="draft_of_one_form")
        ]
        indexes = [models.Index(fields=["updated_at"], name="draft_updated_at")]

    def __str__(self) -> str:
        return f"{self.page} {self.key}"

    def keep(self, text: str) -> None:
        self.content = encrypt(text) if text else ""
