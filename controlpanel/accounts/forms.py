"""The forms of a person's own account."""

from typing import Any

from allauth.account.forms import LoginForm as BaseLoginForm
from allauth.account.forms import ResetPasswordForm as BaseResetPasswordForm
from allauth.account.forms import SignupForm as BaseSignupForm
from allauth.core import context
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.lib.mail_address import MailAddressFormField
from controlpanel.ui.fields import CalledField
from controlpanel.ui.seen import send_again

from .invited import TOKEN, invitation_token, invited_email, is_proof_enough
from .models import User
from .renaming import NEW_NAMES, NewName
from .zones import zone_choices


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    # What the page showed of both.
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput({"id": False}))

    class Meta:
        model = User
        fields = ["name", "time_zone"]
        field_classes = {"name": CalledField}
        labels = {"name": _("Name"), "time_zone": _("Time zone")}
        help_texts = {
            "name": _("What your team and the audit log call you."),
            "time_zone": _("Times are shown in this zone."),
        }
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [*zone_choices()]
        if self.instance.time_zone and self.instance.time_zone not in known:
            known.append(self.instance.time_zone)
        choices = [
            ("", gettext("The browser's own")),
            *((zone, zone.replace("_", " ")) for zone in known),
        ]
        self.fields["time_zone"].widget = forms.Select(choices=choices)
        self._current = f"{self.instance.time_zone} {self.instance.name}"
        self.initial["seen"] = self._current

    def clean(self) -> dict[str, Any]:
        """Refuse to replace what another window has saved since this one was opened."""
        data = super().clean() or {}
        if data.get("seen") not in ("", None, self._current):
            words = gettext(
                "Your profile was changed since this page was opened: %(name)s, %(zone)s."
            )
            now = {"name": self.initial["name"], "zone": self.initial["time_zone"] or "—"}
            self.add_error(None, f"{words % now} {send_again()}")
            sent = {name: self.data[name] for name in self.data}
            self.data = {**sent, "seen": self._current}
        return data


class LoginForm(BaseLoginForm):  # type: ignore[misc]
    def clean_login(self) -> str:
        field = MailAddressFormField()
        return str(field.clean(super().clean_login()))


class ResetPasswordForm(BaseResetPasswordForm):  # type: ignore[misc]
    email = MailAddressFormField(
        label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class SignupForm(BaseSignupForm):  # type: ignore[misc]
    """Sign-up by invitation: the address is the invited one, the person adds name and password."""

    email = MailAddressFormField(label=_("Email"))
    name = CalledField(
        max_length=User._meta.get_field("name").max_length,
        label=_("Your name"),
        help_text=_("What your team and the audit log call you."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["email", "name", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        token = invitation_token(context.request)
        self.fields[TOKEN] = forms.CharField(initial=token, widget=forms.HiddenInput)
        email = self.fields["email"]
        email.initial = invited_email(token)
        # A disabled field keeps its initial value, whatever is posted.
        email.disabled = True
        email.help_text = gettext("The invitation was sent to this address.")

        self.fields["password1"].help_text = gettext(
            "At least 8 characters, not a common password and not like your name or address."
        )

    def clean(self) -> dict[str, Any]:
        """Have those who invite judge the name."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if name := data.get("name"):
            with transaction.atomic():
                for judge in NEW_NAMES:
                    self._judged(judge, name)
        return data

    def _judged(self, judge: NewName, name: str) -> None:
        try:
            judge(self.cleaned_data.get(TOKEN, ""), name)
        except ValidationError as refusal:
            self.add_error(None, refusal)

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the account, unless the invitation has ended, or was used, while it was filled in.

        Until the account is there the invitation cannot end.
        """
        token = self.cleaned_data[TOKEN]
        with transaction.atomic():
            email = invited_email(token)
            has_account = User.objects.filter(email__iexact=email).exists()
            if email and is_proof_enough(token) and not has_account:
                saved: tuple[User | None, HttpResponse | None] = super().try_save(request)
                return saved
        return None, redirect("invitation-accept", token=token)

    def signup(self, request: HttpRequest, user: User) -> None:  # noqa: ARG002
        """allauth calls this when the person is saved, to add what it does not know itself."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
