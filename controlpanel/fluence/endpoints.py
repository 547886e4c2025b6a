"""Which endpoints of the API the client has, read off its methods: there is no second list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_origin, get_type_hints

from controlpanel.fluence.calls import Endpoint
from controlpanel.fluence.client import FluenceClient


def client_endpoints() -> dict[str, str]:
    """Return each endpoint with its method: "POST /v2/vms" -> "vms.create"."""
    found: dict[str, str] = {}
    for endpoint, method in _methods():
        # Charges come as JSON or CSV by one endpoint; the first method stands for it.
        found.setdefault(str(endpoint), method)
    return found


def client_changes() -> frozenset[str]:
    """Return the methods that change something, such as "vms.create"."""
    return frozenset(method for endpoint, method in _methods() if endpoint.changes)


def _methods() -> Iterator[tuple[Endpoint, str]]:
    for group, hint in get_type_hints(FluenceClient).items():
        for name, member in vars(get_origin(hint) or hint).items():
            endpoint = getattr(member, "endpoint", None)
            if isinstance(endpoint, Endpoint):
                yield endpoint, f"{group}.{name}"
