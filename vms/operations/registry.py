"""The kinds of operations by name. The app fills it when it starts: the engine imports none."""

from .kind import Kind

_kinds: dict[str, Kind] = {}


def kinds_register(*kinds: Kind) -> None:
    for kind in kinds:
        _kinds[kind.name] = kind


def kind_named(name: str) -> Kind:
    """Return a kind by its name, as `Operation.kind` and `Batch.kind` hold it.

    Raises:
        KeyError: no such kind.
    """
    return _kinds[name]


def kinds_all() -> list[Kind]:
    """Return every kind, in the order in which they were registered."""
    return list(_kinds.values())
