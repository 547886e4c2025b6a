"""Names at Fluence: what is allowed, what is nearest to it, numbered series, and a suggestion."""

import random
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_VMS_AT_ONCE = 100
MOST_DATA_DISKS = 8
LONGEST = 25
NAME = re.compile(rf"[a-z0-9]([a-z0-9-]{{0,{LONGEST - 2}}}[a-z0-9])?")
# As `numbered_names` and people write it.
_NUMBER = re.compile(r"-\d{1,6}$")

_ADJECTIVES = (
    "amber",
    "bold",
    "brisk",
    "calm",
    "clear",
    "crisp",
    "eager",
    "fair",
    "keen",
    "light",
    "lucid",
    "quick",
    "quiet",
    "swift",
    "warm",
)
_NOUNS = (
    "birch",
    "brook",
    "cedar",
    "cliff",
    "comet",
    "delta",
    "ember",
    "falcon",
    "heron",
    "maple",
    "meadow",
    "otter",
    "pine",
    "reef",
    "ridge",
)


def name_rule() -> str:
    """Say what a name may be, in words."""
    words = _(
        "1 to %(most)s small letters, digits and hyphens, "
        "beginning and ending with a letter or digit."
    )
    return words % {"most": LONGEST}


def validate_name(name: str) -> None:
    """Allow what Fluence takes as the name of a VM, disk, address, network or group.

    Raises:
        ValidationError: with the rule, and the nearest name that keeps to it.
    """
    if problem := name_problem(name):
        raise ValidationError(problem)


def name_problem(name: str) -> str:
    """Say why `name` cannot be one, and what is nearest to it; empty if it can."""
    if NAME.fullmatch(name):
        return ""
    nearest = nearest_name(name)
    if not nearest:
        return name_rule()
    return _("%(rule)s Try %(name)s.") % {"rule": name_rule(), "name": nearest}


def nearest_name(text: str) -> str:
    """Return the allowed name that is most like `text` (`Web_1`: web-1); empty if nothing is."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].rstrip("-")


def numbered_names(base: str, count: int) -> list[str]:
    """Return `base` alone for one VM, else base-1 to base-n."""
    if count == 1:
        return [base]
    return [f"{base}-{number}" for number in range(1, count + 1)]


def boot_disk_name(vm_name: str) -> str:
    """How the panel names the boot disk that it has made for a VM."""
    return _derived(vm_name, "-boot")


def data_disk_name(vm_name: str, number: int) -> str:
    """How the panel names the data disk, counted from 1, that it has made for a VM."""
    return _derived(vm_name, f"-data-{number}")


def public_ip_name(vm_name: str) -> str:
    """How the panel names the public IP that it has made for a VM."""
    return _derived(vm_name, "-ip")


def _derived(vm_name: str, suffix: str) -> str:
    """Shorten a VM's name where it must be, but neither its number nor the suffix."""
    name, most = nearest_name(vm_name), LONGEST - len(suffix)
    if len(name) > most:
        found = _NUMBER.search(name)
        number = found[0] if found else ""
        name = name[: most - len(number)].rstrip("-") + number
    return name + suffix


CANDIDATES = 5


def name_candidates() -> list[str]:
    """Return so many friendly names to suggest; the caller picks one that is free."""
    pairs = range(CANDIDATES - 1)
    names = [f"{random.choice(_ADJECTIVES)}-{random.choice(_NOUNS)}" for _ in pairs]  # noqa: S311
    return [*names, f"{names[0]}-{random.randrange(100, 1000)}"]  # noqa: S311 - no secret
