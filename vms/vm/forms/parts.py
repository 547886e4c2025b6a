"""What a VM gets of disks and an address: new ones, or free ones of its place."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.templatetags.console import options
from vms.core.names import MOST_DATA_DISKS
from vms.operations.forms import NameField
from vms.vm.deployment import NewDisk
from vms.vm.selectors.free import Free, FreePart

LARGEST_DISK_GB = 16_384
BOUNDS = {"min_value": _("At least %(limit_value)s."), "max_value": _("At most %(limit_value)s.")}
NEW, NEW_IP = "new", "on"


class QuickSelect(forms.Select):
    """A select of many: Django draws each option by a template of its own, which takes 20 ms for
    two hundred.
    """

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:  # noqa: ANN401, ARG002 - as Django's
        all_attrs = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        drawn = options(cast("Iterable[tuple[str, str]]", self.choices), str(value or ""))
        return format_html("<select{}>{}</select>", flatatt(all_attrs), drawn)


NUMBERS = range(1, MOST_DATA_DISKS + 1)


class PartsForm(forms.Form):
    """The boot disk, up to eight data disks and the public IP of a deployment."""

    boot_disk = forms.ChoiceField(label=_("Boot disk"), required=False, widget=QuickSelect)
    boot_disk_gb = forms.IntegerField(
        label=_("Size of the boot disk"), max_value=LARGEST_DISK_GB, error_messages=BOUNDS
    )
    boot_disk_name = NameField(label=_("Name of the boot disk"), required=False, help_text="")
    public_ip = forms.ChoiceField(
        label=_("Public IPv4 address"), required=False, widget=QuickSelect
    )
    public_ip_name = NameField(label=_("Name of the public IP"), required=False, help_text="")

    free = Free()

    def add_parts(self, free: Free) -> None:
        """Offer what is free in the place; what is not of it is not offered."""
        self.free = free
        _offer(self.fields["boot_disk"], [("", gettext("New"))], free.boot_disks)
        self.fields["boot_disk_gb"].required = not self["boot_disk"].value()
        new = [(NEW_IP, gettext("New")), ("", gettext("None"))]
        _offer(self.fields["public_ip"], new, free.public_ips)
        for number in NUMBERS[: self._last_filled() + 1]:
            label = gettext("Data disk %(number)s") % {"number": number}
            field = forms.ChoiceField(label=label, required=False, widget=QuickSelect)
            _offer(field, [("", gettext("None")), (NEW, gettext("New"))], free.data_disks)
            self.fields[f"data_{number}"] = field
            self.fields[f"data_{number}_gb"] = forms.IntegerField(
                label=gettext("Its size, if new"),
                min_value=1,
                max_value=LARGEST_DISK_GB,
                required=False,
                error_messages=BOUNDS,
            )
            self.fields[f"data_{number}_name"] = NameField(
                label=gettext("Its name, if new"), required=False, help_text=""
            )

    @property
    def data_rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        """The fields of each data disk that is chosen, and of one more: which, size and name."""
        shown = [n for n in NUMBERS if f"data_{n}" in self.fields]
        return [(self[f"data_{n}"], self[f"data_{n}_gb"], self[f"data_{n}_name"]) for n in shown]

    def _last_filled(self) -> int:
        """Return the number of the last data disk of which anything is chosen."""
        values = self.data if self.is_bound else self.initial
        return max((n for n in NUMBERS if values.get(f"data_{n}")), default=0)

    @property
    def has_details(self) -> bool:
        """Whether anything is chosen or wrong of what is folded away at first."""
        names = ("data_1", "boot_disk_name", "public_ip_name")
        return len(self.data_rows) > 1 or any(self[name].value() for name in names)

    @property
    def has_room(self) -> bool:
        return len(self.data_rows) < MOST_DATA_DISKS

    def clean_parts(self, data: dict[str, Any]) -> None:
        """Refuse what is chosen twice, a new one without a size, and what fits one VM alone."""
        chosen = set[str]()
        for number in NUMBERS:
            choice = data.get(f"data_{number}", "")
            if choice == NEW and data.get(f"data_{number}_gb") is None:
                self._refuse_part(f"data_{number}_gb", gettext("How many GB should it have?"))
            elif choice and choice != NEW and choice in chosen:
                self._refuse_part(f"data_{number}", gettext("It is chosen twice."))
            chosen.add(choice)
        if data.get("count", 1) > 1:
            self._clean_many(data)

    def _clean_many(self, data: dict[str, Any]) -> None:
        words = gettext("One VM alone can have this one. Choose new ones, or deploy one VM.")
        existing = [
            name for name in ("boot_disk", *_numbered()) if data.get(name) not in ("", NEW, None)
        ]
        if data.get("public_ip") not in ("", NEW_IP):
            existing.append("public_ip")
        for name in existing:
            if data.get(name):
                self._refuse_part(name, words)
        words = gettext("Several VMs cannot have the same name for theirs: leave it empty.")
        for name in ("boot_disk_name", "public_ip_name", *(f"{each}_name" for each in _numbered())):
            if data.get(name):
                self._refuse_part(name, words)

    def _refuse_part(self, name: str, words: str) -> None:
        if name not in self.errors:
            self.add_error(name, words)

    def parts(self) -> dict[str, Any]:
        """Return what is asked of disks and address, by the names of `Deployment`."""
        data = self.cleaned_data
        disks = _by_pk(self.free.data_disks)
        return {
            "boot_disk": _by_pk(self.free.boot_disks).get(data["boot_disk"]),
            "boot_disk_gb": data["boot_disk_gb"] or 0,
            "boot_disk_name": "" if data["boot_disk"] else data["boot_disk_name"],
            "public_ip": bool(data["public_ip"]),
            "address": _by_pk(self.free.public_ips).get(data["public_ip"]),
            "public_ip_name": data["public_ip_name"] if data["public_ip"] == NEW_IP else "",
            "data_disks": tuple(
                disks.get(data[name]) or NewDisk(data[f"{name}_gb"], data[f"{name}_name"])
                for name in _numbered()
                if data.get(name)
            ),
        }

    @property
    def parts_in_words(self) -> list[str]:
        """Say what each VM gets, a line for each, of a form that is valid."""
        asked = self.parts()
        boot, address = asked["boot_disk"], asked["address"]
        new_boot = gettext("A new boot disk of %(gb)s GB") % {"gb": asked["boot_disk_gb"]}
        lines = [_existing(boot) if boot else new_boot]
        for disk in asked["data_disks"]:
            is_new = isinstance(disk, NewDisk)
            new = gettext("A new data disk of %(gb)s GB") % {"gb": disk.volume_gb}
            lines.append(new if is_new else _existing(disk))
        if address:
            lines.append(_existing(address))
        else:
            new = gettext("A new public IP")
            lines.append(new if asked["public_ip"] else gettext("No public IP"))
        return lines


def _existing(row: FreePart) -> str:
    words = gettext("%(what)s %(name)s (%(detail)s), which is there already")
    return words % {"what": row.what, "name": row.name, "detail": row.detail}


def new_gb_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return how many GB of boot and data disks are new, of what stands in a form; a data disk
    that makes no sense (yet) counts as nothing.
    """
    boot = 0 if values.get("boot_disk") else values.get("boot_disk_gb")
    data = [_number(values.get(f"{name}_gb")) for name in _numbered() if values.get(name) == NEW]
    return {"boot_disk_gb": boot, "data_gb": sum(data)}


def part_names() -> list[str]:
    """Return the names of all fields of parts."""
    data = [f"{name}{end}" for name in _numbered() for end in ("", "_gb", "_name")]
    return [*PartsForm.base_fields, *data]


def _numbered() -> list[str]:
    return [f"data_{number}" for number in NUMBERS]


def _number(value: object) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _by_pk(rows: Iterable[FreePart]) -> dict[str, FreePart]:
    return {str(row.pk): row for row in rows}


def _offer(field: forms.Field, choices: list[tuple[str, str]], rows: Iterable[FreePart]) -> None:
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
    field.says_so = True  # type: ignore[attr-defined]  # its choices have "None" or "New"
    field.choices = [*choices, *((str(row.pk), f"{row.name}, {row.detail}") for row in rows)]
