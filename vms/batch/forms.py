from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.numbers import number
from vms.core.cloud_init import cloud_init_findings, cloud_init_text

MOST_USER_DATA_BYTES = 16 * 1024


class SecretText(forms.CharField):
    """A text that is taken and never given back: no page has it in its HTML."""

    def prepare_value(self, value: Any) -> str:  # noqa: ANN401, ARG002 - as Django's
        return ""


class UserDataForm(forms.Form):
    """Cloud-init text, a secret that `vms.operations.drafts` keeps while the form is not done.

    What cloud-init would ignore or not know is told once; "deploy anyway" sends the text as it is.
    """

    user_data = SecretText(
        label=_("Cloud-init"),
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 6, "class": "mono", "spellcheck": "false", "data-unsent": ""}
        ),
        help_text=_(
            "Runs at first boot; up to 16 KiB. Treated as a secret: sent once, then wiped."
        ),
    )
    user_data_forget = forms.BooleanField(label=_("Do without the kept text"), required=False)
    # Whether the page said that a text is kept.
    user_data_kept = forms.BooleanField(required=False, widget=forms.HiddenInput)
    # What "deploy anyway" was said to.
    cloud_init_anyway = forms.CharField(required=False, widget=forms.HiddenInput({"id": False}))
    draft = forms.UUIDField(required=False, widget=forms.HiddenInput({"id": False}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("draft", str(uuid4()))
        self.anyway = ""

    @property
    def kept_bytes(self) -> int:
        """How long the text is that is kept for this form."""
        text = self.data.get("user_data") or self.initial.get("user_data") or ""
        return len(cloud_init_text(text).encode())

    def clean_user_data(self) -> str:
        text = cloud_init_text(self.cleaned_data["user_data"])
        size = len(text.encode())
        if size > MOST_USER_DATA_BYTES:
            raise ValidationError(
                gettext("This is %(size)s bytes; Fluence takes at most %(most)s.")
                % {"size": number(size), "most": number(MOST_USER_DATA_BYTES)}
            )
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        text = data.get("user_data", "")
        if not text and data.get("user_data_kept") and not data.get("user_data_forget"):
            self._refuse([gettext("The text is not kept any more. Paste it again.")])
        elif findings := cloud_init_findings(cast(str, self.data.get("user_data") or "")):
            anyway = salted_hmac("cloud-init anyway", text, algorithm="sha256").hexdigest()
            if text and not constant_time_compare(data.get("cloud_init_anyway", ""), anyway):
                self.anyway = anyway
                self._refuse(findings)
        return data

    def _refuse(self, words: list[str]) -> None:
        if "user_data" not in self.errors:
            self.add_error("user_data", [ValidationError(each) for each in words])
