"""What may be typed to deploy VMs, and what to say when it cannot be used."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vms.batch.forms import UserDataForm
from vms.catalogue.selectors.cost import Size
from vms.core.names import LONGEST, MOST_DATA_DISKS, MOST_VMS_AT_ONCE
from vms.core.public_keys import public_key_read
from vms.models import Offer, SSHKey
from vms.operations.forms import KeyNameField, NameField, OnceForm, PublicKeyField
from vms.vm.deployment import Deployment, NewKey
from vms.vm.selectors.deploy import Choice

from .parts import BOUNDS, LARGEST_DISK_GB, NEW_IP, PartsForm, new_gb_of, part_names


class KeyChoices(forms.CheckboxSelectMultiple):
    """Keys with their type and fingerprint: two of one name can be told apart."""

    template_name = "vms/ssh_key/_choices.html"
    keys: Mapping[str, SSHKey] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "key": self.keys.get(str(value))}


class DeployForm(PartsForm, UserDataForm, OnceForm):
    """Place, configuration, image, disk, address, keys, cloud-init, name and count.

    It is handed what there is to choose from.
    """

    cluster = forms.ChoiceField(label=_("Place"), widget=forms.RadioSelect)
    configuration = forms.ChoiceField(label=_("Configuration"), widget=forms.RadioSelect)
    image = forms.ChoiceField(label=_("Image"))
    ssh_keys = forms.MultipleChoiceField(label=_("SSH keys"), required=False, widget=KeyChoices)
    new_key_name = KeyNameField(label=_("Name of the new key"), required=False)
    new_key = PublicKeyField(label=_("New public key"), required=False)
    name = NameField(label=_("Name"))
    count = forms.IntegerField(
        label=_("How many"),
        min_value=1,
        max_value=MOST_VMS_AT_ONCE,
        initial=1,
        error_messages=BOUNDS,
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    # The total price in USD per hour, where it is asked about, once the person has said yes to it.
    confirmed = forms.DecimalField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, choice: Choice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice = choice
        self.add_parts(choice.free)
        self.fields["image"].required = not self["boot_disk"].value()
        self._set_choices()
        self.initial = self._first_values() | dict(self.initial)
        if choice.offer(self.initial["configuration"]) is None:
            # It is another place's, or not sold any more.
            self.initial["configuration"] = choice.cheapest_configuration_id

    def _set_choices(self) -> None:
        choice = self.choice
        choices: dict[str, list[tuple[str, str]]] = {
            "cluster": [(cluster.pk, str(cluster)) for cluster in choice.clusters],
            "configuration": [(o.configuration_id, o.configuration.slug) for o in choice.offers],
            "image": [(image.pk, str(image)) for image in choice.images],
            "ssh_keys": [(str(key.pk), key.name) for key in choice.keys],
        }
        for name, pairs in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = pairs
        self.fields["ssh_keys"].widget.keys = {str(key.pk): key for key in choice.keys}
        self.fields["new_key"].required = not choice.keys
        disk, least = self.fields["boot_disk_gb"], choice.min_boot_disk_gb
        words = gettext("At least %(gb)s GB. It stays when the VM is terminated.")
        disk.help_text = words % {"gb": least}
        disk.widget.attrs |= {"min": least, "inputmode": "numeric"}

    def _first_values(self) -> dict[str, Any]:
        choice = self.choice
        return {
            "cluster": choice.cluster_id,
            "configuration": choice.cheapest_configuration_id,
            "image": choice.image.pk if choice.image else "",
            "boot_disk_gb": max(choice.min_boot_disk_gb, 25),
            "public_ip": NEW_IP,
            "ssh_keys": [str(key.pk) for key in choice.keys[:1]],
            "name": choice.free_name,
            "form_key": str(uuid4()),
        }

    @property
    def chosen_offer(self) -> Offer | None:
        """The offer of the configuration that is picked now, for the price beside the form."""
        return self.choice.offer(self["configuration"].value())

    def clean_boot_disk_gb(self) -> int | None:
        size: int | None = self.cleaned_data["boot_disk_gb"]
        least = self.choice.min_boot_disk_gb
        if size is not None and size < least:
            raise ValidationError(gettext("A boot disk has at least %(gb)s GB.") % {"gb": least})
        return size

    def clean_configuration(self) -> str:
        chosen: str = self.cleaned_data["configuration"]
        offer = self.choice.offer(chosen)
        if offer is None or not offer.available:
            raise ValidationError(gettext("No capacity is left for this configuration here."))
        return chosen

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        has_key = data.get("ssh_keys") or data.get("new_key")
        if not has_key and "new_key" not in self.errors:
            words = gettext("Choose at least one key, or paste a new one below.")
            self.add_error("ssh_keys", words)
        name, count = data.get("name"), data.get("count")
        if name and count and count > 1 and len(f"{name}-{count}") > LONGEST:
            words = gettext(
                "With its number it may have %(most)s characters: shorten it by %(by)s."
            )
            by = len(f"{name}-{count}") - LONGEST
            self.add_error("name", words % {"most": LONGEST, "by": by})
        self.clean_parts(data)
        self._clean_room(data)
        return data

    def _clean_room(self, data: dict[str, Any]) -> None:
        """Refuse what the place had no room for when the catalogue was last read."""
        cluster = self.choice.cluster(data.get("cluster", ""))
        if cluster is None:
            return
        addresses, largest = cluster.public_ips_available, cluster.storage_available_gb
        if data.get("public_ip") == NEW_IP and data.get("count", 1) > addresses:
            words = gettext(
                "Public IPs left in %(place)s: %(count)s. Choose another place, or none."
            )
            self.add_error("public_ip", words % {"place": cluster, "count": addresses})
        if not data.get("boot_disk") and (data.get("boot_disk_gb") or 0) > largest:
            words = gettext("The largest disk left in %(place)s has %(gb)s GB.")
            self.add_error("boot_disk_gb", words % {"place": cluster, "gb": largest})

    def deployment(self) -> Deployment:
        """Return what was asked for, without the new key."""
        data, choice = self.cleaned_data, self.choice
        offer = choice.offer(data["configuration"])
        assert offer  # noqa: S101 - for the type checker: the form is valid
        return Deployment(
            name=data["name"],
            cluster=offer.cluster,
            configuration=offer.configuration,
            image=next(
                (image for image in choice.images if image.pk == data["image"]), choice.images[0]
            ),
            **self.parts(),
            ssh_keys=[key for key in choice.keys if str(key.pk) in data["ssh_keys"]],
            user_data=data["user_data"],
            count=data["count"],
        )

    def key_to_register(self) -> NewKey | None:
        """Return the key that is to be registered first, if one was pasted."""
        text = self.cleaned_data["new_key"]
        if not text:
            return None
        name = self.cleaned_data["new_key_name"] or public_key_read(text).comment[:100]
        return NewKey(name, text)

    def size(self) -> Size | None:
        """Return what the price depends on, as it stands in the form; None if it makes no sense."""
        names = ("configuration", "count", *part_names())
        typed = {name: self[name].value() for name in names if name in self.fields}
        return size_from({"cluster": self.choice.cluster_id, **typed})


def size_from(values: Mapping[str, Any]) -> Size | None:
    """Read what the price depends on; None while anything of it makes no sense (yet)."""
    is_new_ip = values.get("public_ip") in (NEW_IP, True)
    form = SizeForm({**_plain(values), **new_gb_of(values), "public_ip": is_new_ip})
    return Size(**form.cleaned_data) if form.is_valid() else None


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values.get(name) for name in ("cluster", "configuration", "count")}


class SizeForm(forms.Form):
    """What the price depends on."""

    cluster = forms.CharField(max_length=64)
    configuration = forms.CharField(max_length=64)
    boot_disk_gb = forms.IntegerField(min_value=0, max_value=LARGEST_DISK_GB)
    data_gb = forms.IntegerField(min_value=0, max_value=MOST_DATA_DISKS * LARGEST_DISK_GB)
    public_ip = forms.BooleanField(required=False)
    count = forms.IntegerField(min_value=1, max_value=MOST_VMS_AT_ONCE)
