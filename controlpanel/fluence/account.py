"""Calls about the account behind an API key, and about Fluence itself."""

from __future__ import annotations

from controlpanel.fluence.calls import Group, May, Send, change, read
from controlpanel.fluence.queries import query
from controlpanel.fluence.types.account import (
    CurrentUser,
    Entitlement,
    Profile,
    ProfileUpdate,
    ServiceStatus,
)


class Account(Group[May]):
    """`client.account`."""

    @read("GET /v1/users/me")
    def me(self, send: Send) -> CurrentUser:
        """Return whose key this is and what it may do.

        Raises Unauthorized, or Forbidden, for a key that is unknown or revoked.
        """
        return send().one(CurrentUser)

    @read("GET /v1/users/me/profile")
    def profile(self, send: Send) -> Profile:
        """Return the profile of the account's person."""
        return send().one(Profile)

    @change("PATCH /v1/users/me/profile")
    def update_profile(self, send: Send, update: ProfileUpdate) -> Profile:
        """Change the profile; what is None stays."""
        return send(body=update).one(Profile)

    @read("GET /v2/users/balances")
    def balances(self, send: Send, entitlement_key: str | None = None) -> tuple[Entitlement, ...]:
        """Return the account's balances, or the one of a key."""
        return send(query=query(entitlement_key=entitlement_key)).all(Entitlement)

    @read("POST /v1/users/balances/refresh")
    def refresh_balance(self, send: Send) -> Entitlement:
        """Have Fluence compute the balance anew, and return it.

        It counts as a read: done twice, or not at all, it leaves nothing to settle.
        """
        return send().one(Entitlement)

    @read("GET /v1/service/status")
    def service_status(self, send: Send) -> ServiceStatus:
        """Return Fluence's version and whether it is in maintenance, in which this answers too."""
        return send().one(ServiceStatus)
