"""Forms that replace what somebody else may have changed since the page was read."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _


def send_again() -> str:
    """What ends each sentence that says what has changed since."""
    return _("Nothing was changed now. Send it again to replace that.")


class SeenForm(forms.Form):
    """Sends along what it would replace, as the page showed it; the service compares.

    A form without it (of a script) replaces whatever is there.
    """

    # Several such forms may be on one page, so the field has no id.
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput({"id": False}))

    def __init__(self, *args: Any, current: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = current

    def see(self, current: str) -> None:
        """Show what is there now, so that sending the form again replaces it knowingly."""
        data = cast(QueryDict, self.data).copy()
        data["seen"] = current
        self.data = data
