"""The team's first page: what runs, what it costs, what is under way, and what waits."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from controlpanel.ui.messages import say
from tests.vms.rows import account_row, public_ip_rows, storage_rows, vm_rows
from vms.models import VM, ChargeDay, FluenceAccount, Operation, SSHKey, Storage

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


@pytest.fixture
def read(client_for: Callable[[User], Client], team: Team, owner: User) -> Callable[..., str]:
    def text(person: User = owner, **headers: str) -> str:
        url = reverse("vms:dashboard", args=[team.slug])
        response = client_for(person).get(url, headers=headers)
        assert response.status_code == 200
        return response.content.decode()

    return text


@pytest.fixture
def busy(team: Team) -> FluenceAccount:
    """Some of everything; what is charged costs $0.05/h."""
    vm_rows(team, 3)
    vm_rows(team, 1, prefix="coming", status="launching")
    said = say("text", text="No room is left there.")
    vm_rows(team, 1, prefix="refused", status="refused", remote_id=None, said=said)
    vm_rows(team, 1, prefix="ended", status="terminated")
    account = FluenceAccount.objects.get(team=team)
    storage_rows(account, 1, price_hour=Decimal("0.004"))
    public_ip_rows(account, 1, price_hour=Decimal("0.006"))
    now = timezone.now()
    FluenceAccount.objects.update(balance=Decimal(120), balance_at=now, charges_read_at=now)
    ChargeDay.objects.create(
        account=account, day=now.date(), resource_type="VM", cost=Decimal("1.25")
    )
    return account


@pytest.mark.usefixtures("busy")
def test_it_shows_what_runs_costs_moves_and_waits(read: Callable[..., str], team: Team) -> None:
    text = read()
    vms = reverse("vms:list", args=[team.slug])
    for words in (
        *("$36.50/mo", "VMs $29.20/mo, disks $2.92/mo, public IPs $4.38/mo"),
        *("lasts about 100 days", "$1.25", "Forecast", "$7.30/mo"),
        *(f'href="{vms}?status=launched"', f'href="{vms}?status=launching"', "coming-0"),
        *("refused-0", "No room is left there.", "1 disk", "1 public IP"),
    ):
        assert words in text, words
    assert "?status=terminated" not in text
    assert "ended-0" not in text


def test_what_else_waits_for_a_person_is_there_with_its_page(
    busy: FluenceAccount, read: Callable[..., str], team: Team, viewer: User
) -> None:
    storage_rows(busy, 1, name="store", status="refused", remote_id=None)
    storage_rows(
        busy, 1, name="put-away", status="refused", remote_id=None, hidden_at=timezone.now()
    )
    (door,) = public_ip_rows(busy, 1, name="door", remote_id="door")
    for kind, id_, name in (
        ("public_ip", door.pk.hex, "door"),
        ("ssh_key", "", "laptop"),
        ("top_up", "", "50.00 USD"),
        ("vm", busy.pk.hex, "a VM, which has a row"),
    ):
        Operation.objects.create(
            team=team,
            account=busy,
            kind=f"{kind}.create",
            actor_data={},
            target_type=kind,
            target_id=id_,
            target_name=name,
            state="unknown",
            needs_attention=True,
        )
    text = read()
    disk = reverse("vms:storage", args=[team.slug, Storage.objects.get(name="store").pk])
    address = reverse("vms:public-ip", args=[team.slug, door.pk])
    top_ups = f'<a href="{reverse("vms:top-ups", args=[team.slug])}">50.00 USD</a>'
    assert f'Disk <a href="{disk}">store</a>' in text
    assert f'Public IP <a href="{address}">door</a>' in text
    assert f'SSH key <a href="{reverse("vms:ssh-keys", args=[team.slug])}">laptop</a>' in text
    assert top_ups in text
    assert "put-away" not in text
    assert "which has a row" not in text
    of_viewer = read(viewer)
    assert top_ups not in of_viewer
    assert "Top-up 50.00 USD" in of_viewer


@pytest.mark.usefixtures("busy")
def test_the_last_acts_are_for_those_who_may_read_the_log(
    read: Callable[..., str], viewer: User, owner: User, team: Team
) -> None:
    log = reverse("teams:audit", args=[team.slug])
    assert f'<a href="{log}">' in read(owner)
    assert "Last acts" not in read(viewer)


@pytest.mark.usefixtures("busy")
def test_many_rows_cost_no_more_queries(
    client_for: Callable[[User], Client], team: Team, owner: User
) -> None:
    client, url = client_for(owner), reverse("vms:dashboard", args=[team.slug])
    client.get(url)
    vm_rows(team, 60, prefix="more", status="launching")
    with CaptureQueriesContext(connection) as captured:
        text = client.get(url).content.decode()
    assert len(captured) <= MOST_QUERIES
    assert text.count("more-") <= 12


def test_what_is_left_over_and_waits_is_told_without_any_vm(
    read: Callable[..., str], team: Team
) -> None:
    account = account_row(team)
    assert "Left over" not in read()
    assert "Needs a person" not in read()
    storage_rows(account, 1, price_hour=Decimal("0.01"))
    storage_rows(account, 1, name="store", status="refused", remote_id=None)
    text = read()
    assert "Left over" in text
    assert "$7.30/mo" in text
    assert ">store</a>" in text


def test_an_empty_team_is_led_to_the_next_step(
    read: Callable[..., str], team: Team, viewer: User
) -> None:
    assert "Connect an account" in read()
    account = account_row(team)
    assert "Add an SSH key" in read()
    SSHKey.objects.create(
        account=account, remote_id="k", name="laptop", fingerprint="f", public_key="ssh-ed25519 A"
    )
    assert "Pick a place and a configuration" in read()
    assert "appear here by themselves" in read(viewer)


@pytest.mark.usefixtures("busy")
def test_an_open_page_gets_its_body_alone_when_something_has_changed(
    read: Callable[..., str], client_for: Callable[[User], Client], team: Team, owner: User
) -> None:
    ours = {"HX-Request": "true"}
    part = read(**ours)
    assert "<html" not in part
    [(asked, revision)] = re.findall(r'hx-get="([^"?]*)[?]revision=([^"]*)"', part)
    client = client_for(owner)
    assert client.get(asked, {"revision": revision}, headers=ours).status_code == 204
    vm_rows(team, 1, prefix="another", status="launching")
    anew = client.get(asked, {"revision": revision}, headers=ours).content.decode()
    assert "another-0" in anew


def test_another_teams_does_not_exist(
    client_for: Callable[[User], Client], team: Team, outsider: User
) -> None:
    vm_rows(team, 1)
    url = reverse("vms:dashboard", args=[team.slug])
    assert client_for(outsider).get(url).status_code == 404
    assert VM.objects.exists()
