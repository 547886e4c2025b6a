"""With a key that may only read, what cannot be done is shown, disabled, with the reason."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.vms.rows import touch, vm_rows
from vms.models import VM, Batch, FluenceAccount, Operation, SSHKey
from vms.vm.services import vms_terminate

BARRED = re.compile(r'<button[^>]*aria-disabled="true" aria-describedby="read-only"[^>]*>')
OFFERED = re.compile(r'href="[^"]*/(?:restart|terminate|rename|vms/new)/[^"]*"')
HTMX = {"HX-Request": "true"}


@pytest.fixture
def vm(team: Team) -> VM:
    (vm,) = vm_rows(team, 1, allowed_actions=["restart", "terminate"])
    return vm


@pytest.fixture
def browser(vm: VM, client_for: Callable[[User], Client], operator: User) -> Client:
    FluenceAccount.objects.update(can_write=False)
    return client_for(operator)


def url_of(name: str, **kwargs: object) -> str:
    return reverse(f"vms:{name}", kwargs={"slug": "acme", **kwargs})


def expect_barred(html: str, *names: str, is_whole: bool = True) -> None:
    barred = "".join(BARRED.findall(html))
    words = re.sub(r"<[^>]+>", "", "".join(re.findall(rf"{BARRED.pattern}.*?</button>", html)))
    for name in names:
        assert name in barred + words
    assert OFFERED.findall(html) == []
    if is_whole:
        assert html.count('id="read-only"') == 1
        assert "An owner or admin can connect a key with the scope vms:write." in html


def test_the_list(browser: Client, vm: VM, team: Team) -> None:
    html = browser.get(url_of("list")).content.decode()
    expect_barred(html, "Deploy VM", "Select several", "Rename vm-0", "Terminate vm-0")
    assert 'form="bulk"' not in browser.get(url_of("list"), {"select": "1"}).content.decode()
    touch(vm, status="updating")
    row = browser.get(url_of("changes"), {"since": "1"}).content.decode()
    expect_barred(row, "Rename vm-0", "Terminate vm-0", is_whole=False)


def test_one_vm(browser: Client, vm: VM) -> None:
    html = browser.get(url_of("detail", pk=vm.pk)).content.decode()
    expect_barred(html, "Rename vm-0", "Restart vm-0", "Terminate vm-0")
    body = browser.get(url_of("detail", pk=vm.pk), headers=HTMX).content.decode()
    expect_barred(body, "Restart vm-0", "Terminate vm-0", is_whole=False)


def test_keys(browser: Client, vm: VM) -> None:
    assert vm.account
    SSHKey.objects.create(account=vm.account, remote_id="k", name="laptop")
    html = browser.get(url_of("ssh-keys")).content.decode()
    expect_barred(html, "Delete laptop")
    assert 'type="submit" disabled aria-describedby="read-only">Add key' in html


def test_the_deploy_form_and_what_is_tried_again(browser: Client, vm: VM) -> None:
    touch(vm, status="refused", remote_id=None)
    expect_barred(browser.get(url_of("detail", pk=vm.pk)).content.decode(), "Try again")
    assert "Dismiss" in browser.get(url_of("list")).content.decode(), "that changes nothing there"


def test_a_batch(browser: Client, vm: VM, team: Team, operator: User) -> None:
    FluenceAccount.objects.update(can_write=True)
    actor = actor_of(operator, team)
    vms_terminate(team=team, actor=actor, vms=[vm], form_key=uuid4())
    Operation.objects.update(state="failed")
    FluenceAccount.objects.update(can_write=False)
    html = browser.get(url_of("batch", pk=Batch.objects.get().pk)).content.decode()
    expect_barred(html, "Retry the failed ones")


@pytest.mark.parametrize("act", ["rename", "restart", "terminate"])
def test_whoever_comes_by_an_address_is_told(browser: Client, vm: VM, act: str) -> None:
    one = browser.get(url_of(act, pk=vm.pk)).content.decode()
    many = browser.get(url_of(f"{act}-many"), {"vm": str(vm.pk)}).content.decode()
    assert one.count('id="read-only"') == many.count('id="read-only"') == 1


def test_who_may_connect_another_key_is_led_there(
    browser: Client, client_for: Callable[[User], Client], owner: User
) -> None:
    html = client_for(owner).get(url_of("list")).content.decode()
    assert f'<a href="{url_of("account")}">Connect a key with the scope vms:write</a>' in html


def test_with_a_key_that_may_write_nothing_is_barred(browser: Client, vm: VM) -> None:
    FluenceAccount.objects.update(can_write=True)
    for url in (url_of("list"), url_of("detail", pk=vm.pk), url_of("ssh-keys")):
        html = browser.get(url).content.decode()
        assert "read-only" not in html
        assert "aria-disabled" not in html
