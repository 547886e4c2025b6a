"""The time zones a person can choose from."""

from functools import cache
from zoneinfo import available_timezones


@cache
def zone_names() -> frozenset[str]:
    """Every zone this machine knows. Asked once: the answer costs a walk over the disk."""
    return frozenset(available_timezones())


@cache
def zone_choices() -> list[str]:
    """The zones worth offering: named for a place, without the old aliases."""
    regions = {
        *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic"),
        *("Australia", "Europe", "Indian", "Pacific"),
    }
    return ["UTC", *sorted(name for name in zone_names() if name.partition("/")[0] in regions)]
