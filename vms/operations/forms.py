"""What the forms of changes have in common."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from vms.core.names import name_rule, validate_name
from vms.core.private_keys import holds_private_key
from vms.core.public_keys import private_key_words, public_key_read

# Made once: each making defines a class, which takes half a millisecond.
_PRIVATE_KEY_WORDS = lazy(private_key_words, str)()
_NAME_RULE = lazy(name_rule, str)()


class _NoPrivateKey(forms.CharField):
    """A field into which somebody may paste a private key, which never comes back in a page.

    With scripts it does not even leave the browser (`static/js/keys.js`).
    """

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # The words for the script, which knows a private key as `holds_private_key` does.
        return {**super().widget_attrs(widget), "data-no-private-key": _PRIVATE_KEY_WORDS}

    # Whether what may be a part of one is taken for one.
    in_doubt = False

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - as Django's
        return "" if self._is_private(value) else value

    def _is_private(self, value: object) -> bool:
        return isinstance(value, str) and holds_private_key(value, in_doubt=self.in_doubt)

    def clean(self, value: Any) -> str:  # noqa: ANN401 - as Django's
        if self._is_private(value):
            raise ValidationError(private_key_words(), code="private_key")
        return str(super().clean(value))


class NameField(_NoPrivateKey):
    """The name of something at Fluence, with the rule beside it."""

    def __init__(self, **kwargs: Any) -> None:
        # A longer one is told its rule, not cut in silence while it is typed.
        kwargs.setdefault("help_text", _NAME_RULE)
        super().__init__(max_length=200, validators=[validate_name], **kwargs)


class PublicKeyField(_NoPrivateKey):
    """A public key to register; its value is the one line that Fluence is given."""

    in_doubt = True

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 3, "class": "mono", "spellcheck": "false"}
        super().__init__(
            max_length=16_000,
            widget=forms.Textarea(attrs=attrs),
            help_text=_("One line, from a file such as ~/.ssh/id_ed25519.pub."),
            **kwargs,
        )

    def clean(self, value: Any) -> str:  # noqa: ANN401 - as Django's
        text = super().clean(value)
        return public_key_read(text).line if text else ""


class KeyNameField(_NoPrivateKey):
    """What a key is called, beside the field for the key itself."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)


class OnceForm(forms.Form):
    """A form with a key of its own, so that a double click or a form sent again asks once."""

    # Several such forms may be on one page, so the field has no id.
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput({"id": False}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_key", str(uuid4()))

    @property
    def asked(self) -> dict[str, Any]:
        """What the form asks for, by the names of its service's arguments."""
        return {k: value for k, value in self.cleaned_data.items() if k != "confirmation"}

    def renew_key(self) -> None:
        """Make the form one of its own again: what it asked for was refused, not done."""
        data = cast(QueryDict, self.data).copy()
        data["form_key"] = str(uuid4())
        self.data = data
