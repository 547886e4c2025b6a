"""The forms of the VM pages: what may be typed, and what to say when it cannot be used."""

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from controlpanel.teams.models import FluenceAccount
from vms.core.names import MOST_VMS_AT_ONCE, validate_vm_name
from vms.models import VM, Offer, SSHKey
from vms.ssh_key.services import validate_public_key
from vms.vm import selectors
from vms.vm.services.create import Deployment

MOST_USER_DATA_BYTES = 16 * 1024
LARGEST_DISK_GB = 16_384
BOUNDS = {"min_value": "At least %(limit_value)s.", "max_value": "At most %(limit_value)s."}


class OnceForm(forms.Form):
    """A form with a key of its own, so that a double click or a form sent again asks once."""

    # Several such forms may be on one page, so the field has no id.
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput({"id": False}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("form_key", str(uuid4()))

    def renew_key(self) -> None:
        """Make the form one of its own again: what it asked for was refused, not done."""
        data = cast(QueryDict, self.data).copy()
        data["form_key"] = str(uuid4())
        self.data = data


class UserDataForm(forms.Form):
    """Cloud-init text, a secret."""

    user_data = forms.CharField(
        label="Cloud-init",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"}),
        help_text="Runs at first boot; up to 16 KiB. Treated as a secret: sent once, then wiped.",
    )

    def clean_user_data(self) -> str:
        text: str = self.cleaned_data["user_data"].replace("\r\n", "\n")
        size = len(text.encode())
        if size > MOST_USER_DATA_BYTES:
            raise ValidationError(
                f"This is {size:,} bytes; Fluence takes at most {MOST_USER_DATA_BYTES:,}."
            )
        return text


class DeployForm(UserDataForm, OnceForm):
    """Place, configuration, image, disk, address, keys, cloud-init, name and count.

    Choices come from the mirrored catalogue. `cluster_id` is the place whose configurations are
    on the page: the one asked for, else the cheapest that has any left.
    """

    cluster = forms.ChoiceField(label="Place", widget=forms.RadioSelect)
    configuration = forms.ChoiceField(label="Configuration", widget=forms.RadioSelect)
    image = forms.ChoiceField(label="Image")
    boot_disk_gb = forms.IntegerField(
        label="Boot disk", max_value=LARGEST_DISK_GB, error_messages=BOUNDS
    )
    public_ip = forms.BooleanField(
        label="Public IPv4 address",
        required=False,
        help_text="Without one the VM cannot be reached from the internet.",
    )
    ssh_keys = forms.MultipleChoiceField(
        label="SSH keys", required=False, widget=forms.CheckboxSelectMultiple
    )
    new_key_name = forms.CharField(label="Name of the new key", required=False, max_length=100)
    new_key = forms.CharField(
        label="New public key",
        required=False,
        max_length=16_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text="One line, from a file such as ~/.ssh/id_ed25519.pub.",
    )
    name = forms.CharField(label="Name", max_length=63, validators=[validate_vm_name])
    count = forms.IntegerField(
        label="How many",
        min_value=1,
        max_value=MOST_VMS_AT_ONCE,
        initial=1,
        error_messages=BOUNDS,
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    # The total price in USD per hour of several VMs, once the person has said yes to it.
    confirmed = forms.DecimalField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: FluenceAccount | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clusters = selectors.clusters_on_offer()
        self.images = selectors.images_on_offer()
        self.keys = selectors.ssh_keys_for_account(account)
        self.cluster_id = self._cluster_asked_for()
        self.offers = selectors.offers_in_cluster(self.cluster_id)
        self.min_boot_disk_gb = selectors.catalogue_state().min_boot_disk_gb
        self._set_choices()
        self.initial = self._first_values(account) | dict(self.initial)
        if not any(o.configuration_id == self.initial["configuration"] for o in self.offers):
            # It is another place's, or not sold any more.
            self.initial["configuration"] = self.cheapest_configuration_id

    def _cluster_asked_for(self) -> str:
        asked = str(self.data.get("cluster") or self.initial.get("cluster") or "")
        known = [cluster.pk for cluster in self.clusters]
        return asked if asked in known else (known[0] if known else "")

    def _set_choices(self) -> None:
        choices: dict[str, list[tuple[str, str]]] = {
            "cluster": [(cluster.pk, str(cluster)) for cluster in self.clusters],
            "configuration": [(o.configuration_id, o.configuration.slug) for o in self.offers],
            "image": [(image.pk, str(image)) for image in self.images],
            "ssh_keys": [(str(key.pk), key.name) for key in self.keys],
        }
        for name, pairs in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
            field.choices = pairs
        disk = self.fields["boot_disk_gb"]
        disk.help_text = f"At least {self.min_boot_disk_gb} GB. It stays when the VM is terminated."
        disk.widget.attrs |= {"min": self.min_boot_disk_gb, "inputmode": "numeric"}

    def _first_values(self, account: FluenceAccount | None) -> dict[str, Any]:
        return {
            "cluster": self.cluster_id,
            "configuration": self.cheapest_configuration_id,
            "image": self.images[0].pk if self.images else "",
            "boot_disk_gb": max(self.min_boot_disk_gb, 25),
            "public_ip": True,
            "ssh_keys": [str(key.pk) for key in self.keys[:1]],
            "name": selectors.free_name_for(account),
            "form_key": str(uuid4()),
        }

    @property
    def cheapest_configuration_id(self) -> str:
        left = [offer for offer in self.offers if offer.available]
        return min(left, key=lambda offer: offer.price_hour).configuration_id if left else ""

    @property
    def chosen_offer(self) -> Offer | None:
        """The offer of the configuration that is picked now, for the price beside the form."""
        return next(
            (o for o in self.offers if o.configuration_id == self["configuration"].value()), None
        )

    def clean_boot_disk_gb(self) -> int:
        size: int = self.cleaned_data["boot_disk_gb"]
        if size < self.min_boot_disk_gb:
            raise ValidationError(f"A boot disk has at least {self.min_boot_disk_gb} GB.")
        return size

    def clean_configuration(self) -> str:
        chosen: str = self.cleaned_data["configuration"]
        offer = next(o for o in self.offers if o.configuration_id == chosen)
        if not offer.available:
            raise ValidationError("No capacity is left for this configuration here.")
        return chosen

    def clean_new_key(self) -> str:
        text: str = self.cleaned_data["new_key"].strip()
        if text:
            validate_public_key(text)
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("ssh_keys") and not data.get("new_key") and "new_key" not in self.errors:
            self.add_error("ssh_keys", "Choose at least one key, or paste a new one below.")
        name, count = data.get("name"), data.get("count")
        if name and count and count > 1 and len(f"{name}-{count}") > 63:
            self.add_error("name", "With its number the name would be longer than 63 characters.")
        self._clean_room(data)
        return data

    def _clean_room(self, data: dict[str, Any]) -> None:
        """Refuse what the place had no room for when the catalogue was last read."""
        cluster = next((each for each in self.clusters if each.pk == data.get("cluster")), None)
        if cluster is None:
            return
        addresses, largest = cluster.public_ips_available, cluster.storage_available_gb
        if data.get("public_ip") and data.get("count", 1) > addresses:
            words = f"Public IPs left in {cluster}: {addresses}. Choose another place, or none."
            self.add_error("public_ip", words)
        if data.get("boot_disk_gb", 0) > largest:
            self.add_error("boot_disk_gb", f"The largest disk left in {cluster} has {largest} GB.")

    def deployment(self, extra_key: SSHKey | None = None) -> Deployment:
        """Return what was asked for; `extra_key` is the new key, registered meanwhile."""
        data = self.cleaned_data
        offer = next(o for o in self.offers if o.configuration_id == data["configuration"])
        keys = [key for key in self.keys if str(key.pk) in data["ssh_keys"]]
        if extra_key and extra_key not in keys:
            keys.append(extra_key)
        return Deployment(
            name=data["name"],
            cluster=offer.cluster,
            configuration=offer.configuration,
            image=next(image for image in self.images if image.pk == data["image"]),
            boot_disk_gb=data["boot_disk_gb"],
            public_ip=data["public_ip"],
            ssh_keys=keys,
            user_data=data["user_data"],
            count=data["count"],
        )


class CostForm(forms.Form):
    """What the price depends on; anything that makes no sense (yet) leaves the price as it was."""

    cluster = forms.CharField(max_length=64)
    configuration = forms.CharField(max_length=64)
    boot_disk_gb = forms.IntegerField(min_value=1, max_value=LARGEST_DISK_GB)
    public_ip = forms.BooleanField(required=False)
    count = forms.IntegerField(min_value=1, max_value=MOST_VMS_AT_ONCE)
    name = forms.CharField(required=False, max_length=63)


class RenameForm(OnceForm):
    name = forms.CharField(label="New name", max_length=63, validators=[validate_vm_name])


class TerminateForm(OnceForm):
    """The person types the VM's name, so that the wrong VM is not terminated by a slip."""

    confirmation = forms.CharField(label="Type the name of the VM to confirm", max_length=254)

    def __init__(self, *args: Any, vm: VM, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vm = vm
        self.fields["confirmation"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_confirmation(self) -> str:
        typed: str = self.cleaned_data["confirmation"]
        if typed != self.vm.name.strip():
            raise ValidationError(f"This is not the VM's name. Type {self.vm.name} exactly.")
        return typed


class AccountForm(forms.Form):
    """The API key is never shown again, not even in a form that comes back with an error."""

    api_key = forms.CharField(
        label="API key",
        # The last four characters are kept to tell keys apart: most of a key must stay unseen.
        min_length=8,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Checked at Fluence before it is stored, encrypted; never shown again.",
    )


class SSHKeyForm(OnceForm):
    name = forms.CharField(label="Name", max_length=100)
    public_key = forms.CharField(
        label="Public key",
        max_length=16_000,
        validators=[validate_public_key],
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text="One line, from a file such as ~/.ssh/id_ed25519.pub.",
    )


def vm_filter_from(query: QueryDict) -> selectors.VMFilter:
    """Read the list's filters; values that make no sense are left out, not complained about."""

    def text(name: str, longest: int) -> str:
        value = query.get(name, "").strip()
        return value if len(value) <= longest and "\x00" not in value else ""

    return selectors.VMFilter(
        status=text("status", 30), place=text("place", 64), search=text("q", 100)
    )
