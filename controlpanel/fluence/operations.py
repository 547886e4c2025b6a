"""Which operations of the API the client has, read off its methods: there is no second list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_origin, get_type_hints

from controlpanel.fluence.calls import Operation
from controlpanel.fluence.client import FluenceClient


def client_operations() -> dict[str, str]:
    """Return each operation with its method: "POST /v2/vms" -> "vms.create"."""
    found: dict[str, str] = {}
    for operation, method in _methods():
        # Charges come as JSON or CSV by one operation; the first method stands for it.
        found.setdefault(str(operation), method)
    return found


def client_changes() -> frozenset[str]:
    """Return the methods that change something, such as "vms.create"."""
    return frozenset(method for operation, method in _methods() if operation.changes)


def _methods() -> Iterator[tuple[Operation, str]]:
    for group, hint in get_type_hints(FluenceClient).items():
        for name, member in vars(get_origin(hint) or hint).items():
            operation = getattr(member, "operation", None)
            if isinstance(operation, Operation):
                yield operation, f"{group}.{name}"
