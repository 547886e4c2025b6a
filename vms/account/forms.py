from django import forms
from django.utils.translation import gettext_lazy as _


class AccountForm(forms.Form):
    """The API key is never shown again, not even in a form that comes back with an error."""

    api_key = forms.CharField(
        label=_("API key"),
        # The last four characters are kept to tell keys apart: most of a key must stay unseen.
        min_length=8,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Checked at Fluence before it is stored, encrypted; never shown again."),
    )
