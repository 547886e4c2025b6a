"""What an entry says changed: made plain when written, and readable when shown."""

from typing import Any, NamedTuple

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.language import by_language

LABELS = {
    "boot_disk_gb": _("Boot disk GB"),
    "can_write": _("Can write"),
    "cloud_init": _("Cloud init"),
    "configuration": _("Configuration"),
    "fingerprint": _("Fingerprint"),
    "image": _("Image"),
    "invited_by": _("Invited by"),
    "key": _("Key"),
    "name": _("Name"),
    "owner": _("Owner"),
    "place": _("Place"),
    "public_ip": _("Public IP"),
    "public_key": _("Public key"),
    "role": _("Role"),
    "ssh_keys": _("SSH keys"),
    "status": _("Status"),
    "vms": _("VMs"),
}


def plain(value: object) -> object:
    """Return `value` as JSON that every database gives back to the letter.

    Anything but text, whole numbers, truth values and collections of them becomes text:
    PostgreSQL keeps numbers as decimals, so that a float could come back written differently and
    break the hash.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, dict):
        return {_text(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return _text(value)


def _text(value: object) -> str:
    """Leave out what no database can keep: NUL, and halves of characters."""
    return str(value).encode(errors="ignore").decode().replace("\x00", "")


class Change(NamedTuple):
    """One field, with its values in words; an empty text stands for "nothing there"."""

    field: str
    label: str
    before: str
    after: str


def changes_readable(changes: dict[str, Any]) -> list[Change]:
    """Turn an entry's `changes`, field -> [before, after], into lines for people."""
    labels, lines = _labels(), []
    for name, pair in changes.items():
        before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        lines.append(Change(name, labels.get(name) or _other(name), _words(before), _words(after)))
    return lines


@by_language
def _labels() -> dict[str, str]:
    return {name: str(label) for name, label in LABELS.items()}


def _other(name: str) -> str:
    """Name a field of another release by its words: `disk_size` is "Disk size"."""
    return name.replace("_", " ").capitalize()


def _words(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list):
        return ", ".join(_words(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_words(item)}" for key, item in value.items())
    return str(value)
