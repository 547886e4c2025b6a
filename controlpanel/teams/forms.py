"""The forms of teams: they check what was typed, the services decide what is allowed."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.audit.actions import Action, Outcome
from controlpanel.audit.selectors import AuditFilters
from controlpanel.lib.mail_address import MailAddressFormField
from controlpanel.ui.fields import CalledField
from controlpanel.ui.language import by_language
from controlpanel.ui.seen import SeenForm
from controlpanel.ui.wall_clock import WallClockField

from .models import Membership, Team
from .permissions import Permission, Role


class TeamForm(forms.Form):
    name = CalledField(
        max_length=Team._meta.get_field("name").max_length,
        label=_("Team name"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )


class TeamRenameForm(SeenForm, TeamForm):
    field_order = ["name"]


class NewTeamForm(TeamForm):
    """Has a key of its own, so that a double click makes one team."""

    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["form_key"] = str(uuid4())


def roles_to_give(membership: Membership) -> list[Role]:
    """Return the roles a member may give to others: only an owner makes owners."""
    return [role for role in Role if role != Role.OWNER or membership.may(Permission.OWNER_MANAGE)]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, giver: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in roles_to_give(giver)]
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    def chosen_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class RoleChangeForm(RoleForm):
    # The role that the page showed.
    seen = forms.CharField(required=False)


class InvitationForm(RoleForm):
    email = MailAddressFormField(
        label=_("Email"), widget=forms.EmailInput(attrs={"autocomplete": "section-invited email"})
    )
    role = forms.ChoiceField(label=_("Role"), initial=Role.OPERATOR)
    field_order = ["email", "role"]


@by_language
def _all_or(choices: type[TextChoices]) -> list[tuple[str, str]]:
    return [("", gettext("All")), *((choice.value, str(choice.label)) for choice in choices)]


class AuditFilterForm(forms.Form):
    """The filters of the audit log, as they stand in the page's address."""

    person = forms.ChoiceField(required=False, label=_("Person"))
    action = forms.ChoiceField(required=False, label=_("Action"), choices=lambda: _all_or(Action))
    outcome = forms.ChoiceField(
        required=False, label=_("Outcome"), choices=lambda: _all_or(Outcome)
    )
    target = forms.CharField(required=False, max_length=254, label=_("About"))
    since = WallClockField(required=False, label=_("From"))
    until = WallClockField(required=False, label=_("Until"), is_later=True)

    def __init__(self, *args: Any, people: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.fields["person"]
        assert isinstance(person, forms.ChoiceField)  # noqa: S101 - for the type checker
        person.choices = [("", gettext("All")), *people]
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateTimeInput(
                attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
            )
            self.fields[name].error_messages["invalid"] = gettext(
                "Give a date and time such as 2026-01-31 14:00."
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", gettext("This is before the time in From."))
        return data

    def filters(self) -> AuditFilters:
        data = self.cleaned_data
        # "Until 14:30" is meant to include that minute.
        until = data["until"] + timedelta(minutes=1) if data["until"] else None
        return AuditFilters(**{**data, "until": until})
