"""Mail addresses in one form, so that one person is one, however they write theirs."""

from typing import Any
from unicodedata import normalize

import idna
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

# What a mail server takes (RFC 5321), and what the columns hold.
LONGEST = 254


def mail_address(text: str) -> str:
    """Return an address as it is stored and compared: lower case, its domain in ASCII.

    What was looked up by an address is mailed to what this returns, never to what was typed: two
    domains that are read as one need not be one to a mail server.

    Raises:
        ValueError: the domain is none.
    """
    local, at, domain = normalize("NFC", text.strip()).rpartition("@")
    if not at:
        return text.strip().lower()
    if not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode("ascii")
    return f"{local.lower()}@{domain.lower()}"


class MailAddressField(models.EmailField):  # type: ignore[type-arg]  # not subscriptable
    """Holds addresses in their one form, and finds them by any other."""

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401 - as the base has it
        value = super().get_prep_value(value)
        try:
            return mail_address(value) if isinstance(value, str) else value
        except ValueError:  # no row has it
            return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ANN401
        value = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:  # noqa: ANN401 - as the base has it
        """Be an EmailField to migrations: the column is the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.EmailField", args, kwargs


class MailAddressFormField(forms.EmailField):
    """Takes an address in any form, and gives its one form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST, **kwargs})

    def to_python(self, value: Any) -> str | None:  # noqa: ANN401 - as the base has it
        text = super().to_python(value)
        try:
            return mail_address(text) if text else text
        except ValueError:
            raise ValidationError(_("Enter a valid email address."), code="invalid") from None
