"""VM names: what is allowed, numbered series, and a suggestion."""

import random
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_VMS_AT_ONCE = 100
NAME = re.compile(r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$")

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


def validate_vm_name(name: str) -> None:
    """Allow what is safe as a host name's label or label series."""
    if not NAME.match(name):
        raise ValidationError(
            _(
                "Use 1 to 63 letters, digits, dots, hyphens or underscores, "
                "beginning and ending with a letter or digit."
            )
        )


def numbered_names(base: str, count: int) -> list[str]:
    """Return `base` alone for one VM, else base-1 to base-n."""
    if count == 1:
        return [base]
    return [f"{base}-{number}" for number in range(1, count + 1)]


def boot_disk_name(vm_name: str) -> str:
    """How the panel names the boot disk that it has made for a VM."""
    return f"{vm_name}-boot"


def public_ip_name(vm_name: str) -> str:
    """How the panel names the public IP that it has made for a VM."""
    return f"{vm_name}-ip"


def name_candidates(count: int = 5) -> list[str]:
    """Return friendly names to suggest; the caller picks one that is free."""
    names = [f"{random.choice(_ADJECTIVES)}-{random.choice(_NOUNS)}" for _ in range(count - 1)]  # noqa: S311
    return [*names, f"{names[0]}-{random.randrange(100, 1000)}"]  # noqa: S311 - no secret
