"""A newer or sloppier server does not break the panel."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from controlpanel.fluence import VM, Configuration, Entitlement, VMStatus, family_of
from controlpanel.fluence.types.base import MOST_MONEY

REQUIRED = {
    "id": "v1",
    "name": "web-1",
    "status": "launched",
    "clusterId": "c1",
    "configurationId": "k1",
    "createdAt": "2026-11-01T10:00:00Z",
}
OPTIONAL: dict[str, Any] = {
    "updatedAt": "2026-11-01T10:00:00Z",
    "userId": "u1",
    "allowedActions": ["terminate"],
    "restartRequired": False,
    "bootDisk": "d1",
    "dataDisks": [],
    "publicIp": "p1",
    "sshKeys": ["s1"],
    "subnets": [],
    "networkInterfaces": [],
    "cloudInit": {},
    "configurationName": "2 vCPU",
    "configurationSlug": "cpu-regular-2vcpu-4gb",
    "vcpu": 2,
    "ramGb": 4,
    "lastPaidAt": "2026-11-01T10:00:00Z",
    "paidUntil": "2026-11-01T11:00:00Z",
    "priceHourlyUsd": "0.05",
    "priceMonthlyUsd": "36.50",
    "readySince": None,
    "terminatedAt": None,
    "expanded": {},
}


@given(
    absent=st.sets(st.sampled_from(sorted(OPTIONAL))),
    null=st.sets(st.sampled_from(sorted(OPTIONAL))),
    more=st.dictionaries(
        st.text().filter(lambda key: key not in REQUIRED | OPTIONAL),
        st.none() | st.integers() | st.text() | st.lists(st.integers()),
        max_size=3,
    ),
    status=st.text(min_size=1),
    action=st.text(),
)
def test_a_vm_is_read_whatever_is_absent_null_new_or_unheard_of(
    absent: set[str], null: set[str], more: dict[str, Any], status: str, action: str
) -> None:
    data = {**more, **REQUIRED, **OPTIONAL, "allowedActions": [action], "status": status}
    data.update(dict.fromkeys(null))
    for name in absent:
        data.pop(name)
    vm = VM.model_validate(data)
    assert vm.status == status
    assert vm.ssh_keys in ((), ("s1",))
    assert vm.allows(action) is ("allowedActions" not in absent | null)


@pytest.mark.parametrize("name", sorted(REQUIRED))
@pytest.mark.parametrize("null", [True, False])
def test_what_the_panel_cannot_do_without_is_named_when_missing(name: str, null: bool) -> None:
    data = {key: value for key, value in REQUIRED.items() if key != name}
    with pytest.raises(ValidationError, match=name):
        VM.model_validate({**data, name: None} if null else data)


@pytest.mark.parametrize("spelling", ["launched", "Launched", "LAUNCHED"])
def test_a_status_is_kept_as_spelt_and_compared_without_case(spelling: str) -> None:
    vm = VM.model_validate({**REQUIRED, "status": spelling})
    assert vm.status == spelling
    assert vm.known_status is VMStatus.LAUNCHED


def test_a_status_from_the_future_is_not_known_and_not_terminal() -> None:
    vm = VM.model_validate({**REQUIRED, "status": "hibernating"})
    assert vm.known_status is None
    assert not vm.is_terminal


@pytest.mark.parametrize(
    ("status", "terminal"), [("failed", True), ("Terminated", True), ("new", False)]
)
def test_failed_and_terminated_are_the_end(status: str, terminal: bool) -> None:
    assert VM.model_validate({**REQUIRED, "status": status}).is_terminal is terminal


@pytest.mark.parametrize(
    "text", ["2026-11-01T10:00:00Z", "2026-11-01T11:00:00+01:00", "2026-11-01T10:00:00"]
)
def test_moments_are_aware_and_in_utc(text: str) -> None:
    vm = VM.model_validate({**REQUIRED, "createdAt": text})
    assert vm.created_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert vm.created_at.tzinfo is UTC


@given(st.decimals(-MOST_MONEY + 1, MOST_MONEY - 1, allow_nan=False, places=8))
def test_money_is_read_exactly(amount: Decimal) -> None:
    assert Entitlement.model_validate({"balance": str(amount)}).balance == amount


@pytest.mark.parametrize(
    "amount", [0.1, "NaN", "Infinity", "ten", [], "1e30", "1e9999999", "-1e9999999", -(10**13)]
)
def test_money_is_never_a_float_nor_nonsense(amount: object) -> None:
    with pytest.raises(ValidationError):
        Entitlement.model_validate({"balance": amount})


@pytest.mark.parametrize(
    ("slug", "family"),
    [
        ("cpu-regular-2vcpu-4gb", "regular"),
        ("cpu-premium-64vcpu-128gb", "premium"),
        ("cpu-lunar-3vcpu-5gb", "lunar"),
        ("gpu-h100-1x", ""),
        ("", ""),
    ],
)
def test_a_slugs_family_is_read_by_pattern(slug: str, family: str) -> None:
    assert family_of(slug) == family
    configuration = Configuration(id="1", slug=slug, vcpu=1, ram_gb=1)
    assert configuration.family == family
