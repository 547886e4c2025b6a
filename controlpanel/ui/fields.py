"""Fields of forms that several packages have."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from controlpanel.lib.seen import is_blank, is_unseen


class CalledField(forms.CharField):
    """What a person or a team is called: other people read it, and the log keeps it.

    Composed, with each run of white space one space. What cannot be seen, or turns writing around,
    is refused with its number, for the person cannot see it either.
    """

    def to_python(self, value: Any) -> str:  # noqa: ANN401 - whatever was posted
        text = super().to_python(value) or ""
        return " ".join(unicodedata.normalize("NFC", text).split())

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and is_blank(value):
            raise ValidationError(_("There is nothing to see of this name. Type it in letters."))
        for place, character in enumerate(value, start=1):
            if is_unseen(character):
                raise ValidationError(
                    _("The character %(place)s (U+%(code)s) cannot be seen. Type the name anew.")
                    % {"place": place, "code": f"{ord(character):04X}"}
                )
