"""Which image a deployment begins with, when nobody has chosen one yet."""

import re
from collections.abc import Sequence

from vms.models import Image

UBUNTU = "ubuntu"
# Each of their releases is maintained for years, so their names do not say so.
_ALWAYS_LONG = frozenset({"debian", "rocky linux", "almalinux", "centos stream"})
_LTS = re.compile(r"\bLTS\b")
_NUMBERS = re.compile(r"\d+")


def default_image(images: Sequence[Image], used_last: str) -> Image | None:
    """Return the newest long-term release of the distribution that the team used last.

    `used_last` is the image as a VM's row has it, empty where there is none. Else Ubuntu's; where
    that is not offered either, the first of them.
    """
    before = next((image for image in images if str(image) == used_last), None)
    wanted = [before.distribution.lower()] if before else []
    for distribution in (*wanted, UBUNTU):
        long_term = [image for image in images if _is_long_term(image, distribution)]
        if long_term:
            return max(long_term, key=_release)
    return images[0] if images else None


def _is_long_term(image: Image, distribution: str) -> bool:
    own = image.distribution.lower()
    return own == distribution and (own in _ALWAYS_LONG or bool(_LTS.search(image.name)))


def _release(image: Image) -> tuple[list[int], int]:
    """Newer is more; of one release the plain one, whose name says the least."""
    version = image.name.partition(" ")[0]
    return [int(number) for number in _NUMBERS.findall(version)], -len(image.name)
