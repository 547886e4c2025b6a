"""The page of one disk or address: all that is known of it, and what this role may do with it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from tests.vms.rows import account_row, public_ip_rows, storage_rows, vm_rows
from vms.models import FluenceAccount, PublicIp, Storage

pytestmark = pytest.mark.django_db


@pytest.fixture
def disk(team: Team) -> Storage:
    (vm,) = vm_rows(team, 1)
    assert vm.account
    return storage_rows(vm.account, 1, name="data", origin=vm, remote_id="disk-77")[0]


def url_of(row: Storage | PublicIp, team: Team) -> str:
    noun = "storage" if isinstance(row, Storage) else "public-ip"
    return reverse(f"vms:{noun}", args=(team.slug, row.pk))


def text_of(client: Client, row: Storage | PublicIp, team: Team, **headers: str) -> str:
    return client.get(url_of(row, team), headers=headers).content.decode()


def test_everybody_reads_all_that_is_known_and_a_viewer_changes_nothing(
    client_for: Callable[[User], Client], viewer: User, team: Team, disk: Storage
) -> None:
    text = text_of(client_for(viewer), disk, team)
    was = f"was of {disk.origin}"
    for words in ("disk-77", "Copy the id of data", "25 GB NVME", was, "Free since"):
        assert words in text, words
    for act in ("rename", "grow", "attach", "detach", "delete"):
        assert f"/{act}/" not in text, act


def test_who_may_is_led_to_what_fits_and_back(
    client_for: Callable[[User], Client], operator: User, team: Team, disk: Storage
) -> None:
    client, url = client_for(operator), url_of(disk, team)
    text = text_of(client, disk, team)
    for act in ("rename/?one", "grow/?one", "attach/?one", "delete/"):
        assert f'href="{url}{act}"' in text, act
    assert "/detach/" not in text, "nothing has it"
    assert f'href="{url}"' in client.get(f"{url}rename/?one").content.decode(), "cancelling"
    assert f'href="{url}?revision' not in text


def test_a_boot_disk_that_a_vm_has_is_neither_detached_nor_deleted(
    client_for: Callable[[User], Client], operator: User, team: Team
) -> None:
    (vm,) = vm_rows(team, 1)
    assert vm.account
    held = {"vm": vm, "attached_to": vm.remote_id, "is_left_over": False, "free_since": None}
    (boot,) = storage_rows(vm.account, 1, role="BOOT", **held)
    (ip,) = public_ip_rows(vm.account, 1, address="203.0.113.9", **held)
    client = client_for(operator)
    text = text_of(client, boot, team)
    assert "/grow/" in text
    assert "/detach/" not in text
    assert "/delete/" not in text
    text = text_of(client, ip, team)
    assert "Copy 203.0.113.9" in text
    assert "/detach/?one" in text
    assert "/grow/" not in text


def test_it_is_a_dialog_over_the_list_and_anew_only_when_something_changed(
    client_for: Callable[[User], Client], operator: User, team: Team, disk: Storage
) -> None:
    client, ours = client_for(operator), {"HX-Request": "true"}
    dialog = text_of(client, disk, team, **ours)
    assert "<html" not in dialog
    assert 'id="dialog-title"' in dialog
    seen = FluenceAccount.objects.get().resources_revision
    url = url_of(disk, team)
    assert client.get(url, {"revision": seen}, headers=ours).status_code == 204
    storage_rows(disk.account, 1, name="other", remote_id="other")
    anew = client.get(url, {"revision": seen}, headers=ours).content.decode()
    assert 'id="resource"' in anew
    assert "dialog-title" not in anew


def test_a_key_that_may_only_read_offers_nothing(
    client_for: Callable[[User], Client], operator: User, team: Team, disk: Storage
) -> None:
    FluenceAccount.objects.update(can_write=False)
    text = text_of(client_for(operator), disk, team)
    assert "/rename/" not in text


def test_another_teams_or_a_hidden_one_does_not_exist(
    client_for: Callable[[User], Client],
    operator: User,
    outsider: User,
    team: Team,
    other_team: Team,
    disk: Storage,
) -> None:
    account_row(other_team)
    client = client_for(outsider)
    assert client.get(url_of(disk, team)).status_code == 404
    assert client.get(url_of(disk, other_team)).status_code == 404
    Storage.objects.update(hidden_at=disk.created_at)
    assert client_for(operator).get(url_of(disk, team)).status_code == 404
