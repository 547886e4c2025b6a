"""Calls about the account behind an API key, and about Fluence itself."""

from __future__ import annotations

from controlpanel.fluence.queries import query
from controlpanel.fluence.transport import Transport
from controlpanel.fluence.types import CurrentUser, Entitlement, ServiceStatus


class Account:
    """`client.account`. All are reads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def me(self) -> CurrentUser:
        """Return whose key this is and what it may do. `GET /v1/users/me`.

        Raises Unauthorized, or Forbidden, for a key that is unknown or revoked.
        """
        return self._transport.get("/v1/users/me").one(CurrentUser)

    def balances(self, entitlement_key: str | None = None) -> tuple[Entitlement, ...]:
        """Return the account's balances, or the one of a key. `GET /v2/users/balances`."""
        found = self._transport.get("/v2/users/balances", query(entitlementKey=entitlement_key))
        return found.all(Entitlement)

    def service_status(self) -> ServiceStatus:
        """`GET /v1/service/status`. Answers during maintenance too."""
        return self._transport.get("/v1/service/status").one(ServiceStatus)
