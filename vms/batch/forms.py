from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.numbers import number

MOST_USER_DATA_BYTES = 16 * 1024


class UserDataForm(forms.Form):
    """Cloud-init text, a secret."""

    user_data = forms.CharField(
        label=_("Cloud-init"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"}),
        help_text=_(
            "Runs at first boot; up to 16 KiB. Treated as a secret: sent once, then wiped."
        ),
    )

    def clean_user_data(self) -> str:
        text: str = self.cleaned_data["user_data"].replace("\r\n", "\n")
        size = len(text.encode())
        if size > MOST_USER_DATA_BYTES:
            raise ValidationError(
                gettext("This is %(size)s bytes; Fluence takes at most %(most)s.")
                % {"size": number(size), "most": number(MOST_USER_DATA_BYTES)}
            )
        return text
