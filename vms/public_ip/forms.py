from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.money import usd_month
from vms.models import Cluster
from vms.resource.forms import PlacedForm


class PublicIpForm(PlacedForm):
    """A new address."""

    cluster = forms.ChoiceField(label=_("Place"), help_text=_("VMs of this place can be given it."))

    def called(self, cluster: Cluster) -> str:
        price = cluster.public_ip_price_hour
        if price is None:
            return str(cluster)
        return gettext("%(place)s: %(price)s") % {"place": cluster, "price": usd_month(price)}

    def clean_cluster(self) -> str:
        chosen: str = self.cleaned_data["cluster"]
        if not self.clusters[chosen].public_ips_available:
            raise ValidationError(gettext("No public IP is left in this place. Choose another."))
        return chosen
