"""The log links what it names by what other packages have registered."""

from uuid import uuid4

import pytest
from django.urls import reverse

from controlpanel.audit.targets import TargetLinks


@pytest.mark.parametrize(("target_type", "page"), [("vm", "vms:detail"), ("batch", "vms:batch")])
def test_a_target_with_a_page_is_linked(target_type: str, page: str) -> None:
    target_id = uuid4()
    address = reverse(page, kwargs={"slug": "acme", "pk": target_id})
    assert TargetLinks("acme").url(target_type, str(target_id)) == address


@pytest.mark.parametrize(
    ("target_type", "target_id"),
    [("membership", "7"), ("vm", "not-an-id"), ("batch", ""), ("of a release to come", "7")],
)
def test_what_has_no_page_is_not(target_type: str, target_id: str) -> None:
    assert TargetLinks("acme").url(target_type, target_id) == ""
