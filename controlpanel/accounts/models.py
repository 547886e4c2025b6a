"""People: they log in by e-mail address; their teams are in `controlpanel.teams`."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.lib.mail_address import MailAddressField, mail_address


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person. Without a password they set one by the reset link."""
        user = self.model(email=mail_address(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=username)


def validate_time_zone(value: str) -> None:
    if value and value not in available_timezones():
        raise ValidationError(gettext("Choose a time zone from the list, such as Europe/Berlin."))


class User(AbstractBaseUser):
    """A person. Rights come from memberships alone: there are no superusers."""

    email = MailAddressField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("Somebody already uses this address.")},
    )
    name = models.CharField(max_length=100, blank=True)
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        validators=[validate_time_zone],
        help_text=_("Times are shown in this zone. Empty: the browser's own."),
    )
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_verified(self) -> bool:
        """Whether it was shown that the address is theirs (`verification`)."""
        found: bool = self.emailaddress_set.filter(email=self.email, verified=True).exists()  # type: ignore[attr-defined]
        return found

    def get_full_name(self) -> str:
        return str(self)
