"""Calls about what was charged, and about paying in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TypedDict, Unpack

from controlpanel.fluence.calls import Group, May, Send, change, read
from controlpanel.fluence.queries import every_page, given, moment, query
from controlpanel.fluence.types.base import Page
from controlpanel.fluence.types.billing import (
    Charge,
    LegacyTopUp,
    NewTopUp,
    PaymentMethod,
    PendingLegacyTopUp,
    PendingTopUp,
    StartedTopUp,
    TopUp,
    TotalCharges,
)


class ChargeFilters(TypedDict, total=False):
    """Which charges, and how they are added up.

    `resource_type` is VM, PUBLIC_IP, SECURITY_GROUP, STORAGE, SUBNET, VPC or WORKSPACE;
    `group_by` RESOURCE, RESOURCE_TYPE or CLUSTER (each resource by default); `period` DAY or
    MONTH (the whole range by default).
    """

    resource_id: str | None
    resource_type: str | None
    group_by: str | None
    period: str | None


class Billing(Group[May]):
    """`client.billing`."""

    @read("GET /v1/billing/charges/aggregated")
    def charges(
        self, send: Send, start: date, end: date, **filters: Unpack[ChargeFilters]
    ) -> tuple[Charge, ...]:
        """Return the charges from `start` to `end`, both included."""
        return send(query=query(**filters, start_date=start, end_date=end)).all(Charge)

    @read("GET /v1/billing/charges/aggregated")
    def charges_csv(
        self, send: Send, start: date, end: date, **filters: Unpack[ChargeFilters]
    ) -> str:
        """Return the same charges as a CSV file."""
        filters_csv = query(**filters, start_date=start, end_date=end, format="csv")
        return send(query=filters_csv, accept="text/csv").text()

    @read("GET /v1/billing/charges/total")
    def total_charges(
        self,
        send: Send,
        start: date | None = None,
        end: date | None = None,
        *,
        resource_id: str | None = None,
        resource_type: str | None = None,
    ) -> TotalCharges:
        """Return what everything cost, from the first day to the last or to the present day."""
        filters = query(
            resource_id=resource_id, resource_type=resource_type, start_date=start, end_date=end
        )
        return send(query=filters).one(TotalCharges)

    @read("GET /v2/payment-methods")
    def payment_methods(self, send: Send) -> tuple[PaymentMethod, ...]:
        """Return the ways to pay in."""
        return send().all(PaymentMethod)

    @read("GET /v2/top-ups")
    def top_ups(
        self,
        send: Send,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        sort: str | None = None,
        order: str | None = None,
        page: int | None = None,
        per_page: int | None = None,
    ) -> Page[TopUp]:
        """Return one page of top-ups. `sort` is createdAt or amount; `order` asc or desc."""
        filters = query(
            start=moment(start),
            end=moment(end),
            sort=sort,
            order=order,
            page=page,
            per_page=per_page,
        )
        return send(query=filters).page(TopUp)

    def iterate_top_ups(
        self, *, start: datetime | None = None, end: datetime | None = None, per_page: int = 100
    ) -> Iterator[TopUp]:
        """Yield every top-up, oldest first, page by page."""
        filters = {"start": start, "end": end, "sort": "createdAt", "order": "asc"}
        return every_page(self.top_ups, filters, per_page)

    @read("GET /v2/top-ups/pending")
    def pending_top_up(self, send: Send) -> TopUp | None:
        """Return the top-up that waits for its payment, if there is one."""
        return send().one(PendingTopUp).pending_top_up

    @change("POST /v2/top-ups")
    def create_top_up(self, send: Send, request: NewTopUp) -> StartedTopUp:
        """Begin to pay in. Raises Conflict while another top-up is pending."""
        return send(body=request).one(StartedTopUp)

    @change("DELETE /v2/top-ups/{intent_id}")
    def cancel_top_up(self, send: Send, intent_id: str) -> None:
        """Give up a top-up that is not paid. Raises NotFound, or Conflict if it is too late."""
        send(intent_id=intent_id)

    @read("GET /v2/billing/get_history")
    def top_up_history(
        self,
        send: Send,
        *,
        start: datetime | None = None,
        end: datetime | None = None,
        status: str | None = None,
        min_amount: int | None = None,
        max_amount: int | None = None,
        sort: str | None = None,
        order: str | None = None,
        page: int | None = None,
        per_page: int | None = None,
    ) -> Page[LegacyTopUp]:
        """Return one page of top-ups in the older form, which can be searched by status."""
        filters = query(
            start=moment(start),
            end=moment(end),
            status=status,
            min_amount=min_amount,
            max_amount=max_amount,
            sort=sort,
            order=order,
            page=page,
            per_page=per_page,
        )
        return send(query=filters).page(LegacyTopUp)

    @change("POST /v1/billing/top_up")
    def create_legacy_top_up(
        self, send: Send, amount: int, currency: str | None = None
    ) -> LegacyTopUp:
        """Begin to pay in by the first version of the API; `create_top_up` is its successor."""
        return send(body=given(amount=amount, currency=currency)).one(LegacyTopUp)

    @read("GET /v1/billing/top_up/pending")
    def pending_legacy_top_up(self, send: Send) -> LegacyTopUp | None:
        """Return the top-up that waits for its payment, if there is one, in the older form."""
        return send().one(PendingLegacyTopUp).pending_top_up
