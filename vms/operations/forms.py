"""What the forms of changes have in common."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.functional import lazy

from vms.core.names import name_rule, validate_name


class NameField(forms.CharField):
    """The name of something at Fluence, with the rule beside it."""

    def __init__(self, **kwargs: Any) -> None:
        # A longer one is told its rule, not cut in silence while it is typed.
        kwargs.setdefault("help_text", lazy(name_rule, str)())
        super().__init__(max_length=200, validators=[validate_name], **kwargs)


class OnceForm(forms.Form):
    """A form with a key of its own, so that a double click or a form sent again asks once."""

    # Several such forms may be on one page, so the field has no id.
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput({"id": False}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_key", str(uuid4()))

    def renew_key(self) -> None:
        """Make the form one of its own again: what it asked for was refused, not done."""
        data = cast(QueryDict, self.data).copy()
        data["form_key"] = str(uuid4())
        self.data = data
