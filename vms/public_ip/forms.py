from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.money import usd_month
from vms.models import Cluster
from vms.operations.forms import NameField, OnceForm


class PublicIpForm(OnceForm):
    """A new address."""

    name = NameField(label=_("Name"))
    cluster = forms.ChoiceField(label=_("Place"), help_text=_("VMs of this place can be given it."))

    def __init__(self, *args: Any, clusters: Iterable[Cluster], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clusters = {each.pk: each for each in clusters}
        field = self.fields["cluster"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(pk, _with_price(each)) for pk, each in self._clusters.items()]

    def clean_cluster(self) -> str:
        chosen: str = self.cleaned_data["cluster"]
        if not self._clusters[chosen].public_ips_available:
            raise ValidationError(gettext("No public IP is left in this place. Choose another."))
        return chosen

    @property
    def asked(self) -> dict[str, Any]:
        return {**super().asked, "cluster": self._clusters[self.cleaned_data["cluster"]]}


def _with_price(cluster: Cluster) -> str:
    price = cluster.public_ip_price_hour
    if price is None:
        return str(cluster)
    return gettext("%(place)s: %(price)s") % {"place": cluster, "price": usd_month(price)}
