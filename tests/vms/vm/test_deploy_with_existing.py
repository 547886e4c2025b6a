"""Deploying with what is there already: every mixture of new and free disks and addresses."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.simulator.renting_parts import ELSEWHERE, address, disk
from tests.vms.deploying import (
    CREATE,
    LAUNCH,
    Clock,
    deploy,
    deployment,
    entry_of,
    launched,
    poll,
    settle_for,
)
from vms.core.errors import NotAllowedNow
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount, Operation, PublicIp, Storage
from vms.vm.deployment import NewDisk
from vms.vm.services import vm_terminate

from .test_deploy_page import filled

pytestmark = pytest.mark.usefixtures("catalogue", "key")


@pytest.fixture
def url(team: Team) -> str:
    return reverse("vms:create", kwargs={"slug": team.slug})


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


@pytest.fixture
def boot(team: Team, petra: Actor, account: FluenceAccount, clock: Clock) -> Storage:
    """A boot disk that an ended VM has left."""
    vm = launched(team, petra, clock, "old", public_ip=False)
    vm_terminate(vm=vm, actor=petra)
    clock.advance(LAUNCH)
    poll(account)
    account_reconcile(account.pk)
    return Storage.objects.get(name="old-boot")


@pytest.fixture
def data(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator
) -> Storage:
    disk(sim, fluence, name="archive")
    account_reconcile(account.pk)
    return Storage.objects.get(name="archive")


@pytest.fixture
def ip(account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator) -> PublicIp:
    address(sim, fluence, name="fixed")
    account_reconcile(account.pk)
    return PublicIp.objects.get(name="fixed")


def held_by(sim: RunningSimulator, name: str) -> tuple[str, list[str], str | None]:
    """The names of the boot disk, the data disks and the address of a VM at the simulator."""
    state = sim.world.state
    vm = next(each for each in state.vms.values() if each.name == name)
    names = [state.storages[pk].name for pk in vm.data_disks]
    ip = state.public_ips[vm.public_ip].name if vm.public_ip else None
    return state.storages[vm.boot_disk].name, names, ip


def sent(browser: Client, url: str, **fields: Any) -> None:
    """Send the form, and say yes where the price is asked about first."""
    asked = filled(name="web-1", user_data="", **fields)
    response = browser.post(url, asked)
    if found := re.search(r'name="confirmed" value="([^"]+)"', response.content.decode()):
        response = browser.post(url, asked | {"confirmed": found[1]})
    assert response.status_code == 302, response.context["form"].errors


BOOTS, DATAS, IPS = ("new", "existing"), ("none", "new", "existing", "both"), ("", "on", "existing")


@pytest.mark.parametrize(("which", "disks", "address_of"), list(product(BOOTS, DATAS, IPS)))
def test_every_mixture_of_new_and_existing(
    browser: Client,
    url: str,
    team: Team,
    sim: RunningSimulator,
    boot: Storage,
    data: Storage,
    ip: PublicIp,
    which: str,
    disks: str,
    address_of: str,
) -> None:
    fields: dict[str, Any] = {"boot_disk": str(boot.pk) if which == "existing" else ""}
    chosen = {
        "none": [],
        "new": [("new", "30")],
        "existing": [(str(data.pk), "")],
        "both": [("new", "30"), (str(data.pk), "")],
    }[disks]
    for number, (choice, size) in enumerate(chosen, start=1):
        fields |= {f"data_{number}": choice, f"data_{number}_gb": size}
    fields["public_ip"] = str(ip.pk) if address_of == "existing" else address_of
    sent(browser, url, **fields)
    expected = [{"new": "web-1-data-1"}.get(choice, "archive") for choice, _ in chosen]
    assert held_by(sim, "web-1") == (
        "old-boot" if which == "existing" else "web-1-boot",
        expected,
        {"": None, "on": "web-1-ip", "existing": "fixed"}[address_of],
    )
    changes = entry_of(team, "vm.create", "requested").changes
    assert ("boot_disk" in changes) == (which == "existing")
    assert ("data_disks" in changes) == bool(chosen)
    for row in (boot, data, ip):
        row.refresh_from_db()
    vm = VM.objects.get(name="web-1")
    assert (boot.vm == vm) == (which == "existing")
    assert (data.vm == vm) == (disks in {"existing", "both"})
    assert (ip.vm == vm) == (address_of == "existing")
    assert not (ip.is_left_over and ip.vm)


def test_new_ones_are_called_as_is_asked(browser: Client, url: str, sim: RunningSimulator) -> None:
    names = {"boot_disk_name": "root", "public_ip_name": "door", "data_1_name": "store"}
    fields = {**names, "data_1": "new", "data_1_gb": "30"}
    sent(browser, url, **fields)
    assert held_by(sim, "web-1") == ("root", ["store"], "door")


def test_what_does_not_fit_the_place_is_not_offered(
    browser: Client,
    url: str,
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    data: Storage,
) -> None:
    disk(sim, fluence, name="far-away", cluster_id=ELSEWHERE)
    account_reconcile(account.pk)
    here = filled(name="web-1")["cluster"]
    html = browser.get(url, {"cluster": here}).content.decode()
    assert "archive, 25 GB NVME" in html
    assert "far-away" not in html
    parts = reverse("vms:create-configurations", kwargs={"slug": "acme"})
    asked = {"cluster": ELSEWHERE, "data_1": "new", "data_1_gb": "77"}
    html = browser.get(parts, asked).content.decode()
    assert "far-away" in html
    assert 'value="77"' in html, "what was typed is there still"
    far = Storage.objects.get(name="far-away")
    refused = browser.post(url, filled(name="web-1", data_1=str(far.pk)))
    assert refused.status_code == 422


@pytest.mark.parametrize(
    ("fields", "wrong", "words"),
    [
        ({"data_1": "new"}, "data_1_gb", "How many GB"),
        ({"data_1": "new", "data_1_gb": "0"}, "data_1_gb", "At least 1"),
        ({"boot_disk_gb": ""}, "boot_disk_gb", "required"),
        ({"image": ""}, "image", "required"),
        ({"count": "2", "boot_disk_name": "root"}, "boot_disk_name", "leave it empty"),
        ({"count": "2", "data_1": "{data}"}, "data_1", "One VM alone"),
        ({"data_1": "{data}", "data_2": "{data}"}, "data_2", "chosen twice"),
        ({"data_1": "new", "data_1_gb": "30", "data_1_name": "No_Name"}, "data_1_name", "Try no"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    browser: Client, url: str, data: Storage, fields: dict[str, str], wrong: str, words: str
) -> None:
    asked = {name: value.format(data=data.pk) for name, value in fields.items()}
    response = browser.post(url, filled(name="web-1", **asked))
    assert response.status_code == 422
    assert words in str(response.context["form"].errors[wrong])
    assert not VM.objects.exists()


def test_two_deployments_cannot_take_the_same_disk(
    team: Team, petra: Actor, sim: RunningSimulator, data: Storage
) -> None:
    sim.faults.add("timeout_before", operation=CREATE, times=1)
    first = deploy(team, petra, "one", data_disks=(data,))
    assert first.state == Operation.State.UNKNOWN
    with pytest.raises(NotAllowedNow, match="archive is not free"):
        deploy(team, petra, "two", data_disks=(data,))


def test_after_a_lost_answer_the_disks_are_the_vms(
    team: Team, petra: Actor, sim: RunningSimulator, data: Storage, clock: Clock
) -> None:
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    deploy(team, petra, "one", data_disks=(data, NewDisk(30)))
    settle_for(clock, 20)
    data.refresh_from_db()
    assert data.vm == VM.objects.get(name="one")


def test_the_price_is_of_what_is_new(
    browser: Client, team: Team, data: Storage, account: FluenceAccount
) -> None:
    url = reverse("vms:create-cost", kwargs={"slug": team.slug})
    alone = browser.get(url, filled(data_1=str(data.pk), data_1_gb="500"))
    with_new = browser.get(url, filled(data_1="new", data_1_gb="100"))
    assert (alone.context["cost"].disks * 177 / 77).quantize(1) == with_new.context[
        "cost"
    ].disks.quantize(1)
    listed = deployment(data_disks=(data,)).existing_hour
    assert listed == data.price_hour


def test_try_again_fills_in_what_was_asked(
    browser: Client, url: str, team: Team, petra: Actor, sim: RunningSimulator, data: Storage
) -> None:
    operation = deploy(
        team, petra, "one", data_disks=(data, NewDisk(30, "store")), boot_disk_name="root"
    )
    page = browser.get(url, {"again": operation.target_id})
    form = page.context["form"]
    assert form["data_2_gb"].value() == 30
    assert (form["data_1"].value(), form["data_2"].value()) == (str(data.pk), "new")
    assert (form["data_2_name"].value(), form["boot_disk_name"].value()) == ("store", "root")
