"""The pages of one VM: detail, rename, terminate, dismiss."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import RENAME, TERMINATE, Clock, launched
from tests.vms.rows import vm_rows
from vms.models import VM, Operation, PublicIp, Storage

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


@pytest.fixture
def vm(team: Team, petra: Actor, catalogue: None, key: object, clock: Clock) -> VM:
    return launched(team, petra, clock)


def url_of(vm: VM, name: str = "detail", slug: str = "acme") -> str:
    return reverse(f"vms:{name}", kwargs={"slug": slug, "pk": vm.pk})


def test_it_shows_specs_disks_network_price_and_its_history(vm: VM, browser: Client) -> None:
    html = browser.get(url_of(vm)).content.decode()
    for words in (
        f"ssh ubuntu@{vm.public_ip}",
        "cpu-regular-2vcpu-4gb",
        "Ubuntu 24.04 (LTS) x64",
        "Vistula (Warsaw, PL)",
        "web-1-boot",
        "Deploy VM",
        "by Petra (operator)",
        "Paid until",
    ):
        assert words in html, words


def test_an_open_tab_gets_nothing_until_the_vm_changes(vm: VM, browser: Client) -> None:
    page = {"revision": str(vm.revision)}
    assert browser.get(url_of(vm), page, headers=HTMX).status_code == 204
    html = browser.get(url_of(vm), {"revision": "0"}, headers=HTMX).content.decode()
    assert 'id="vm-detail"' in html
    assert "<html" not in html


def test_whoever_may_not_read_the_log_sees_no_history(
    vm: VM, client_for: Callable[[User], Client], viewer: User
) -> None:
    html = client_for(viewer).get(url_of(vm)).content.decode()
    assert "web-1" in html
    assert ">History<" not in html
    assert "Terminate…" not in html


def test_another_teams_vm_does_not_exist(
    team: Team,
    other_team: Team,
    client_for: Callable[[User], Client],
    outsider: User,
    browser: Client,
) -> None:
    (vm,) = vm_rows(team, 1)
    strangers = client_for(outsider)
    for name in ("detail", "rename", "terminate"):
        for slug in ("acme", "globex"):
            assert strangers.get(url_of(vm, name, slug)).status_code == 404
            assert strangers.post(url_of(vm, name, slug), {"name": "x"}).status_code == 404
    assert strangers.post(url_of(vm, "dismiss", "globex")).status_code == 404
    assert browser.get(url_of(VM(pk=uuid4()))).status_code == 404


def test_rename_in_place_swaps_form_and_name(vm: VM, browser: Client) -> None:
    url = url_of(vm, "rename")
    assert "<form" in browser.get(url, headers=HTMX).content.decode()
    assert "<form" not in browser.get(url, {"cancel": "1"}, headers=HTMX).content.decode()
    html = browser.post(url, {"name": "api-1"}, headers=HTMX).content.decode()
    assert f'href="{vm.pk}/rename/"' in html
    assert "api-1" in html
    assert "<html" not in html


def test_a_new_name_given_meanwhile_is_told_and_stays(vm: VM, browser: Client) -> None:
    url = url_of(vm, "rename")
    assert 'name="seen" value="web-1"' in browser.get(url, headers=HTMX).content.decode()
    browser.post(url, {"name": "api-1", "seen": "web-1"})
    response = browser.post(url, {"name": "db-1", "seen": "web-1"}, headers=HTMX)
    html = response.content.decode()
    assert response.status_code == 422
    assert "It was renamed to api-1 since this page was opened." in html
    assert 'value="db-1"' in html
    assert 'name="seen" value="api-1"' in html
    vm.refresh_from_db()
    assert vm.name == "api-1"
    browser.post(url, {"name": "db-1", "seen": "api-1"}, headers=HTMX)
    vm.refresh_from_db()
    assert vm.name == "db-1"


def test_rename_without_scripts_is_a_page_and_a_redirect(vm: VM, browser: Client) -> None:
    url = url_of(vm, "rename")
    assert "<html" in browser.get(url).content.decode()
    response = browser.post(url, {"name": "api-1"}, follow=True)
    assert response.redirect_chain == [(url_of(vm), 302)]
    assert "Renamed to api-1." in response.content.decode()


@pytest.mark.parametrize("name", ["", "-x", "a b", "x" * 64])
def test_a_name_that_cannot_be_is_told_and_kept(
    vm: VM, browser: Client, sim: RunningSimulator, name: str
) -> None:
    response = browser.post(url_of(vm, "rename"), {"name": name})
    assert response.status_code == 422
    assert response.context["form"].errors["name"]
    assert f'value="{name}"' in response.content.decode() or not name
    assert sim.requests(RENAME) == []


@pytest.mark.usefixtures("vm")
def test_a_post_of_nothing_is_a_bad_form_like_any_other(vm: VM, browser: Client) -> None:
    for name in ("rename", "terminate"):
        assert browser.post(url_of(vm, name)).status_code == 422


def test_the_wrong_name_terminates_nothing(vm: VM, browser: Client, sim: RunningSimulator) -> None:
    url = url_of(vm, "terminate")
    for typed in ("", "WEB-1", "web-2"):
        response = browser.post(url, {"confirmation": typed})
        assert response.status_code == 422
    assert "Type web-1 exactly" in response.content.decode()
    assert sim.requests(TERMINATE) == []


def test_it_says_what_is_not_deleted_and_what_that_costs(vm: VM, browser: Client) -> None:
    html = browser.get(url_of(vm, "terminate")).content.decode()
    for words in ("web-1-boot", "Boot disk, 25 GB NVME", "web-1-ip", f"Public IP, {vm.public_ip}"):
        assert words in html, words
    assert "$1.77/mo" in html
    assert html.count('<option value="keep" selected>Keep</option>') == 2
    assert "What is kept goes on costing its price until it is deleted." in html


def test_without_leave_to_read_disks_it_says_what_stays_as_the_vm_told_it(
    vm: VM, browser: Client
) -> None:
    Storage.objects.all().delete()
    PublicIp.objects.all().delete()
    html = browser.get(url_of(vm, "terminate")).content.decode()
    assert "Not deleted, and still charged" in html
    assert "The boot disk web-1-boot (25 GB)" in html
    assert f"The address {vm.public_ip}." in html


def test_the_right_name_terminates(vm: VM, browser: Client) -> None:
    url = url_of(vm, "terminate")
    response = browser.post(url, {"confirmation": " web-1 "}, headers=HTMX)
    assert response["HX-Redirect"] == url_of(vm)
    html = browser.get(url_of(vm)).content.decode()
    assert "web-1 is being terminated." in html
    again = browser.post(url, {"confirmation": "web-1"})
    assert again.status_code == 422
    assert "is being terminated already" in again.content.decode()


def test_a_stale_page_of_a_vm_that_is_gone_says_so(
    vm: VM, browser: Client, sim: RunningSimulator
) -> None:
    sim.world.state.vms.clear()
    response = browser.post(url_of(vm, "terminate"), {"confirmation": "web-1"})
    assert response.status_code == 422
    assert "Fluence no longer knows this" in response.content.decode()
    assert "Dismiss" in browser.get(url_of(vm)).content.decode()


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"status": "refused", "remote_id": None}, True),
        ({"status": "lost"}, True),
        ({"account": None}, True),
        ({"status": "launched"}, False),
    ],
)
def test_dismiss_is_offered_where_it_can_be_done(
    team: Team, browser: Client, changes: dict[str, Any], shown: bool
) -> None:
    (vm,) = vm_rows(team, 1, **changes)
    assert ("Dismiss" in browser.get(url_of(vm)).content.decode()) is shown
    browser.post(url_of(vm, "dismiss"))
    vm.refresh_from_db()
    assert bool(vm.hidden_at) is shown


def test_dismiss_is_offered_for_what_only_a_person_can_settle(team: Team, browser: Client) -> None:
    (vm,) = vm_rows(team, 1, status="requested", remote_id=None)
    operation = Operation.objects.create(
        team=team,
        target_type="vm",
        target_id=vm.target_id,
        account=vm.account,
        kind="vm.create",
        actor_data={"kind": "system"},
        target_name=vm.name,
        state="unknown",
        needs_attention=True,
    )
    for name in ("list", "detail"):
        kwargs = {"slug": "acme"} | ({"pk": vm.pk} if name == "detail" else {})
        html = browser.get(reverse(f"vms:{name}", kwargs=kwargs)).content.decode()
        assert "Dismiss" in html
        assert "SSH command appears" not in html
    browser.post(url_of(vm, "dismiss"))
    operation.refresh_from_db()
    assert operation.state == "failed"
