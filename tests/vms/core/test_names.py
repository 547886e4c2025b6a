"""Names as Fluence takes them, and what is nearest to the others."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from controlpanel.simulator.fields import LONGEST_NAME, NAME
from vms.core.names import (
    boot_disk_name,
    name_candidates,
    nearest_name,
    numbered_names,
    public_ip_name,
    validate_name,
)


def fits(name: str) -> bool:
    """Whether the vendor takes it, by the simulator's own reading of the rule."""
    return len(name) <= LONGEST_NAME and bool(NAME.fullmatch(name))


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("Web_1", "web-1"),
        ("web 1", "web-1"),
        ("-web-", "web"),
        ("Zürich.Büro", "zurich-buro"),
        ("a__b..c", "a-b-c"),
        ("production-database-server-01", "production-database-serve"),
        ("x" * 24 + "-1", "x" * 24),
        ("…", ""),
        ("日本", ""),
    ],
)
def test_the_nearest_name_is_offered(typed: str, nearest: str) -> None:
    assert nearest_name(typed) == nearest
    with pytest.raises(ValidationError) as refused:
        validate_name(typed)
    assert (f"Try {nearest}." in refused.value.messages[0]) is bool(nearest)


@pytest.mark.parametrize("name", ["a", "1", "web-1", "a--b", "x" * 25])
def test_what_fluence_takes_is_taken(name: str) -> None:
    validate_name(name)


@pytest.mark.parametrize("name", ["web-1\n", "Web", "a.b", "-a", "a-", "", "é", "x" * 26])
def test_what_fluence_refuses_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        validate_name(name)


@given(st.text(max_size=60))
def test_the_rule_is_the_vendors(name: str) -> None:
    try:
        validate_name(name)
    except ValidationError:
        assert not fits(name)
    else:
        assert fits(name)
    assert not nearest_name(name) or fits(nearest_name(name))


@pytest.mark.parametrize(
    ("vm", "disk", "address"),
    [
        ("web-1", "web-1-boot", "web-1-ip"),
        ("production-database-01", "production-databa-01-boot", "production-database-01-ip"),
        ("production-database-02", "production-databa-02-boot", "production-database-02-ip"),
        ("x" * 25, "x" * 20 + "-boot", "x" * 22 + "-ip"),
        ("Old_Name.1", "old-name-1-boot", "old-name-1-ip"),
    ],
)
def test_disk_and_address_keep_the_number_and_what_they_are(
    vm: str, disk: str, address: str
) -> None:
    assert (boot_disk_name(vm), public_ip_name(vm)) == (disk, address)


@given(st.from_regex(r"\A[a-z0-9]([a-z0-9-]{0,23}[a-z0-9])?\Z"))
def test_derived_names_fit(vm: str) -> None:
    assert fits(boot_disk_name(vm))
    assert fits(public_ip_name(vm))


def test_suggestions_fit_and_leave_room_for_numbers() -> None:
    for _ in range(50):
        assert all(fits(numbered) for name in name_candidates() for numbered in
                   numbered_names(name, 100))  # fmt: skip
