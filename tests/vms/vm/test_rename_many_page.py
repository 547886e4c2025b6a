"""The page of many new names: nothing is sent before the person has seen the very names."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from tests.vms.rows import touch, vm_rows
from vms.models import VM, Batch, Operation

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


@pytest.fixture
def url(team: Team) -> str:
    return reverse("vms:rename-many", kwargs={"slug": team.slug})


def typed(vms: list[VM], **changes: Any) -> dict[str, Any]:
    fields = {"find": "", "replace": "", "pattern": "{name}", "start": "1"}
    return {"vm": [vm.pk for vm in vms], "form_key": str(uuid4()), **fields, **changes}


def seen(html: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', html)
    assert found
    return found[1]


def test_it_begins_with_the_names_as_they_are(browser: Client, url: str, team: Team) -> None:
    vms = vm_rows(team, 2)
    gone = vm_rows(team, 1, prefix="gone", status="terminating")
    html = browser.get(url, {"vm": [str(vm.pk) for vm in [*vms, *gone]]}).content.decode()
    assert "<h1>Rename 2 VMs</h1>" in html
    assert html.count(">stays<") == 2
    assert html.index("Left out") < html.index(">gone-0<")
    assert browser.get(url)["Location"] == reverse("vms:list", kwargs={"slug": team.slug})


def test_htmx_gets_the_new_names_alone_while_they_are_typed(
    browser: Client, url: str, team: Team
) -> None:
    vms = vm_rows(team, 2)
    query = typed(vms, pattern="shop-{n:02}")
    html = browser.get(url, query, headers=HTMX).content.decode()
    assert "<html" not in html
    assert all(name in html for name in (">shop-01<", ">shop-02<", "Rename 2 VMs"))
    html = browser.get(url, typed(vms, pattern="{x}"), headers=HTMX).content.decode()
    assert "In braces only {name}" in html
    assert not Operation.objects.exists()


def test_they_are_sent_only_as_they_were_seen(browser: Client, url: str, team: Team) -> None:
    vms = vm_rows(team, 2)
    data = typed(vms, pattern="shop-{n}")
    response = browser.post(url, data)
    assert response.status_code == 422
    html = response.content.decode()
    assert "Look at the new names below" in html
    assert ">shop-2<" in html
    touch(vms[0], name="vm-9")
    again = browser.post(url, data | {"seen": seen(html)})
    assert "Look at the new names below" in again.content.decode(), "another order by now"
    assert not Operation.objects.exists()

    response = browser.post(url, data | {"seen": seen(again.content.decode())})
    batch = Batch.objects.get()
    assert response["Location"].endswith(f"/batches/{batch.pk}/")
    names = {op.target_name: op.request["name"] for op in batch.operations.all()}
    assert names == {"vm-1": "shop-1", "vm-9": "shop-2"}
    assert browser.post(url, data)["Location"] == response["Location"], "sent twice, begun once"


def test_a_conflict_keeps_all_from_being_sent_and_nothing_typed_is_lost(
    browser: Client, url: str, team: Team
) -> None:
    vms = vm_rows(team, 2)
    data = typed(vms, find="vm", replace="sh op", pattern="{name}", start="7")
    response = browser.post(url, data)
    html = response.content.decode()
    assert response.status_code == 422
    assert "Some of the new names cannot be used" in html
    assert html.count("1 to 25 small letters") == 2
    for kept in ('value="vm"', 'value="sh op"', 'value="{name}"', 'value="7"'):
        assert kept in html
    html = browser.post(url, typed(vms)).content.decode()
    assert "No name would change." in html
    html = browser.post(url, typed(vms, pattern="", start="x")).content.decode()
    assert "This field is required" in html
    assert "Enter a whole number" in html
    assert not Operation.objects.exists()


def test_it_needs_as_many_queries_for_many_vms_as_for_few(
    browser: Client, url: str, team: Team
) -> None:
    def queries(count: int, prefix: str) -> int:
        query = typed(vm_rows(team, count, prefix=prefix), pattern="new-{n}")
        browser.get(url, query)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url, query).status_code == 200
        return len(captured)

    assert queries(2, "few") == queries(100, "many") <= 10
