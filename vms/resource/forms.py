"""What may be typed to change a disk, an address or a part of a network."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.lib.seen import as_seen
from controlpanel.ui.seen import SeenForm
from vms.models import Cluster
from vms.operations.forms import NameField, OnceForm

from .selectors.pages import ATTACHED, LEFT_OVER, ResourceFilter


class PlacedForm(OnceForm):
    """Something new in a place."""

    name = NameField(label=_("Name"))
    cluster = forms.ChoiceField(label=_("Place"))

    def __init__(self, *args: Any, clusters: Iterable[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clusters = {each.pk: each for each in clusters}
        field = self.fields["cluster"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(pk, self.called(each)) for pk, each in self.clusters.items()]

    def called(self, cluster: Cluster) -> str:
        """Name a place among the choices."""
        return str(cluster)

    @property
    def asked(self) -> dict[str, Any]:
        return {**super().asked, "cluster": self.clusters[self.cleaned_data["cluster"]]}


class RenameForm(SeenForm, OnceForm):
    name = NameField(label=_("New name"))


class ConfirmForm(OnceForm):
    """Nothing but a button."""


class DeleteForm(OnceForm):
    """The person types the name, so that the wrong one is not deleted by a slip."""

    confirmation = forms.CharField(label=_("Type its name to confirm"), max_length=254)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._name = name
        self.fields["confirmation"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_confirmation(self) -> str:
        typed: str = self.cleaned_data["confirmation"]
        # As it is seen: nobody can type what only a program tells apart.
        if as_seen(typed) != as_seen(self._name):
            words = gettext("This is not its name. Type %(name)s exactly.")
            raise ValidationError(words % {"name": self._name})
        return typed


class DeleteManyForm(forms.Form):
    """The person types how many, so that none goes that was ticked by a slip."""

    confirmation = forms.IntegerField(label=_("Type how many to confirm"), min_value=0)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._count = count
        self.initial["form_key"] = str(uuid4())
        self.fields["confirmation"].widget.attrs |= {"autocomplete": "off"}

    def clean_confirmation(self) -> int:
        typed: int = self.cleaned_data["confirmation"]
        if typed != self._count:
            words = gettext("That is not how many would be deleted. Type %(count)s.")
            raise ValidationError(words % {"count": self._count})
        return typed


class ChooseForm(OnceForm):
    """One of some rows that fit: a VM for a disk, a disk for a VM. The service calls it `asks`."""

    choice = forms.ChoiceField(error_messages={"required": _("Choose one.")})

    def __init__(
        self,
        *args: Any,
        asks: str,
        label: str,
        rows: Iterable[Model],
        none: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._asks, self._rows = asks, {str(row.pk): row for row in rows}
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.label = label
        choices = [(pk, called(row)) for pk, row in self._rows.items()]
        field.required = not none
        field.choices = [("", none), *choices] if none else choices

    @property
    def is_empty(self) -> bool:
        return not self._rows

    @property
    def asked(self) -> dict[str, Any]:
        chosen = self._rows.get(self.cleaned_data["choice"])
        return {"form_key": self.cleaned_data["form_key"], self._asks: chosen}


def called(row: Model) -> str:
    """Name a row so that it can be told from others: "data-1, 50 GB NVME"."""
    detail = getattr(row, "detail", "")
    return f"{row}, {detail}" if detail else str(row)


def resource_filter_from(query: QueryDict) -> ResourceFilter:
    """Read a list's filters; values that make no sense are left out, not complained about."""

    def text(name: str, longest: int) -> str:
        value = query.get(name, "").strip()
        return value if len(value) <= longest and "\x00" not in value else ""

    show = text("show", 20)
    return ResourceFilter(
        show=show if show in {LEFT_OVER, ATTACHED} else "",
        place=text("place", 64),
        search=text("q", 100),
    )
