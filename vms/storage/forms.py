from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.money import usd_month
from vms.models import Cluster
from vms.operations.forms import OnceForm
from vms.resource.forms import PlacedForm

LARGEST_GB = 16_384
BOUNDS = {"min_value": _("At least %(limit_value)s."), "max_value": _("At most %(limit_value)s.")}


class StorageForm(PlacedForm):
    """A new data disk."""

    cluster = forms.ChoiceField(label=_("Place"), help_text=_("VMs of this place can be given it."))
    volume_gb = forms.IntegerField(
        label=_("Size"), min_value=1, max_value=LARGEST_GB, initial=50, error_messages=BOUNDS
    )

    def called(self, cluster: Cluster) -> str:
        price = cluster.storage_price_gb_hour
        if price is None:
            return str(cluster)
        words = gettext("%(place)s: %(price)s for 100 GB")
        return words % {"place": cluster, "price": usd_month(price * 100)}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        place, size = self.clusters.get(data.get("cluster", "")), data.get("volume_gb", 0)
        if place and size > place.storage_available_gb:
            words = gettext("The largest disk left in %(place)s has %(gb)s GB.")
            gb = place.storage_available_gb
            self.add_error("volume_gb", words % {"place": place, "gb": gb})
        return data


class GrowForm(OnceForm):
    volume_gb = forms.IntegerField(label=_("New size"), max_value=LARGEST_GB, error_messages=BOUNDS)

    def __init__(self, *args: Any, size: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._size = size
        self.fields["volume_gb"].widget.attrs |= {"min": size + 1, "inputmode": "numeric"}

    def clean_volume_gb(self) -> int:
        typed: int = self.cleaned_data["volume_gb"]
        if typed <= self._size:
            words = gettext("It has %(size)s GB: a disk can grow, and never shrink.")
            raise ValidationError(words % {"size": self._size})
        return typed
