"""The deploy form: what it says, what it keeps, and where it leads."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.forms import BaseForm
from django.test import Client
from django.urls import reverse

from controlpanel.audit.actors import Actor
from controlpanel.simulator.accounts import READONLY_KEY
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import ED25519
from tests.vms.deploying import CREATE, SMALLEST
from vms.account.services import account_connect
from vms.models import VM, Cluster, Configuration, Image, Operation, SSHKey

pytestmark = pytest.mark.usefixtures("catalogue")
CLOUD_INIT = "#cloud-config\nruncmd: [date]\n"


def filled(**changes: Any) -> dict[str, Any]:
    data = {
        "cluster": Cluster.objects.get(name="Vistula").pk,
        "configuration": Configuration.objects.get(slug=SMALLEST).pk,
        "image": Image.objects.get(slug="debian-12-x64").pk,
        "boot_disk_gb": "77",
        "public_ip": "on",
        "ssh_keys": [str(key.pk) for key in SSHKey.objects.all()],
        "new_key": "",
        "new_key_name": "",
        "user_data": CLOUD_INIT,
        "name": "web-1",
        "count": "1",
        "form_key": str(uuid4()),
    }
    return data | changes


def sent_back(form: BaseForm) -> dict[str, Any]:
    """What the page sends of cloud-init text that is kept: that it is, and for what form."""
    return {"user_data": "", "user_data_kept": "on", "draft": form["draft"].value()}


@pytest.mark.usefixtures("key")
def test_one_is_deployed_and_the_list_says_so(browser: Client, url: str, team: Team) -> None:
    response = browser.post(url, filled(), follow=True)
    assert response.redirect_chain == [(reverse("vms:list", kwargs={"slug": team.slug}), 302)]
    html = response.content.decode()
    assert "web-1 is being deployed." in html
    assert f'data-told="{VM.objects.get().pk}"' in html
    assert "swordfish" not in html
    operation = Operation.objects.get(kind="vm.create")
    assert operation.request["boot_disk_gb"] == 77
    assert operation.request["image_url"].endswith("debian-12.qcow2")


@pytest.mark.usefixtures("key")
def test_a_refusal_of_fluence_comes_back_with_everything_typed(
    browser: Client, url: str, sim: RunningSimulator
) -> None:
    body = '{"code": "insufficient_balance", "error": "too little"}'
    sim.faults.add("status", operation=CREATE, status=402, body=body, times=1)
    data = filled()
    response = browser.post(url, data)
    assert response.status_code == 422
    html = response.content.decode()
    assert "The balance of the Fluence account does not cover this" in html
    for kept in (
        'value="77"',
        'value="web-1"',
        f'value="{data["image"]}" selected',
    ):
        assert kept in html
    assert "runcmd" not in html
    form = response.context["form"]
    assert form["form_key"].value() != data["form_key"], "it may be sent again"
    again = data | sent_back(form) | {"form_key": form["form_key"].value()}
    assert browser.post(url, again).status_code == 302
    assert VM.objects.filter(hidden_at=None).count() == 1
    operation = Operation.objects.get(kind="vm.create", state="succeeded")
    assert operation.request["has_cloud_init"], "kept although no page had it"


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"name": "not a name"}, "name", "Try not-a-name."),
        ({"name": "Web_1"}, "name", "Try web-1."),
        ({"name": "x" * 26}, "name", "1 to 25 small letters"),
        ({"name": "x" * 25, "count": "2"}, "name", "shorten it by 2"),
        ({"count": "101"}, "count", "At most 100."),
        ({"name": "x" * 22, "count": "100"}, "name", "shorten it by 1"),
        ({"boot_disk_gb": "5"}, "boot_disk_gb", "at least 25 GB"),
        ({"boot_disk_gb": "much"}, "boot_disk_gb", "whole number"),
        ({"ssh_keys": []}, "ssh_keys", "Choose at least one key"),
        ({"new_key": "PRIVATE KEY"}, "new_key", "This is a private key"),
        ({"user_data": "é" * 9000}, "user_data", "18,000 bytes"),
        ({"cluster": "nowhere"}, "cluster", "Select a valid choice"),
        ({"configuration": "none"}, "configuration", "Select a valid choice"),
        ({"form_key": "x"}, "form_key", "valid UUID"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_asked_of_nobody(
    browser: Client,
    url: str,
    sim: RunningSimulator,
    changes: dict[str, Any],
    field: str,
    words: str,
) -> None:
    response = browser.post(url, filled(**changes))
    assert response.status_code == 422
    assert words in str(response.context["form"].errors[field])
    html = response.content.decode()
    assert "runcmd" not in html
    assert "is kept for this form" in html
    if field != "form_key":
        assert words in html
    assert sim.requests(CREATE) == []


@pytest.mark.usefixtures("key")
def test_a_configuration_that_is_sold_out_meanwhile(browser: Client, url: str) -> None:
    Cluster.objects.get(name="Vistula").offers.update(available=False)
    response = browser.post(url, filled())
    assert response.status_code == 422
    assert "No capacity is left" in response.content.decode()


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(
    ("left", "count"),
    [(0, "1"), (1, "2"), (7, "8")],
)
def test_more_public_ips_than_the_place_has_left(
    browser: Client, url: str, sim: RunningSimulator, left: int, count: str
) -> None:
    Cluster.objects.filter(name="Vistula").update(public_ips_available=left)
    response = browser.post(url, filled(count=count))
    assert f"PL): {left}." in str(response.context["form"].errors["public_ip"])
    assert sim.requests(CREATE) == []
    assert browser.post(url, filled(count=count, public_ip="")).status_code != 422


@pytest.mark.usefixtures("key")
def test_a_larger_disk_than_the_place_has_left(
    browser: Client, url: str, sim: RunningSimulator
) -> None:
    Cluster.objects.filter(name="Vistula").update(storage_available_gb=76)
    response = browser.post(url, filled())
    assert "has 76 GB" in str(response.context["form"].errors["boot_disk_gb"])
    assert sim.requests(CREATE) == []


@pytest.mark.usefixtures("key")
def test_a_name_in_use_is_told_beside_the_name(browser: Client, url: str) -> None:
    browser.post(url, filled())
    response = browser.post(url, filled())
    assert response.status_code == 422
    assert "Already in use" in str(response.context["form"].errors["name"])


def test_a_new_key_is_registered_on_the_way(browser: Client, url: str) -> None:
    response = browser.post(url, filled(new_key=ED25519))
    assert response.status_code == 302
    key = SSHKey.objects.get()
    assert key.name == "user@example.com"
    operation = Operation.objects.get(kind="vm.create")
    assert operation.request["ssh_key_ids"] == [key.remote_id]


@pytest.mark.usefixtures("key")
def test_without_scripts_a_button_shows_another_place_and_keeps_what_was_typed(
    browser: Client, url: str, sim: RunningSimulator
) -> None:
    premium_only = Cluster.objects.get(name="Merlion")
    data = filled(cluster=premium_only.pk, show="place")
    response = browser.post(url, data)
    assert response.status_code == 200
    html = response.content.decode()
    for kept in ('value="77"', 'value="web-1"', "form: 29 bytes", data["form_key"]):
        assert kept in html
    form = response.context["form"]
    assert form.choice.cluster_id == premium_only.pk
    cheapest = form.choice.cheapest_configuration_id
    assert re.search(rf'value="{cheapest}" required\s+checked', html)
    assert not VM.objects.exists()


def test_the_configurations_of_a_place_keep_the_choice_or_take_the_cheapest(
    browser: Client, team: Team
) -> None:
    url = reverse("vms:create-configurations", kwargs={"slug": team.slug})
    chosen = Configuration.objects.get(slug="cpu-regular-4vcpu-8gb").pk
    for place, kept in (("Vistula", True), ("Merlion", False)):
        cluster = Cluster.objects.get(name=place)
        response = browser.get(url, {"cluster": cluster.pk, "configuration": chosen})
        form = response.context["form"]
        expected = chosen if kept else form.choice.cheapest_configuration_id
        assert re.findall(r'value="([^"]+)" required\s+checked', response.content.decode()) == [
            expected
        ]


def test_a_read_only_key_is_said_before_and_after(
    browser: Client, url: str, team: Team, olga: Actor, key: SSHKey
) -> None:
    account_connect(team=team, actor=olga, api_key=READONLY_KEY)
    assert "Read-only API key" in browser.get(url).content.decode()
    response = browser.post(url, filled())
    assert response.status_code == 422
    assert "API key is read-only" in response.content.decode()


def test_a_new_key_that_is_refused_can_be_sent_again(
    browser: Client, url: str, sim: RunningSimulator
) -> None:
    sim.faults.add("status", operation="POST /v1/ssh_keys", status=422, times=1)
    data = filled(new_key=ED25519)
    response = browser.post(url, data)
    assert response.status_code == 422
    form = response.context["form"]
    assert form.errors["new_key"]
    assert form["new_key"].value() == ED25519
    assert browser.post(url, data | {"form_key": form["form_key"].value()}).status_code == 302
    assert VM.objects.filter(name="web-1").count() == 1


def test_try_again_fills_the_form_from_what_was_refused(
    browser: Client, url: str, key: SSHKey, sim: RunningSimulator
) -> None:
    sim.faults.add("status", operation=CREATE, status=422, times=1)
    dearer = Cluster.objects.get(name="Vistula").offers.order_by("-price_hour")[0].configuration_id
    data = filled(configuration=dearer)
    asked = re.search(r'name="confirmed" value="([^"]+)"', browser.post(url, data).content.decode())
    assert asked
    browser.post(url, data | {"confirmed": asked[1]})
    form = browser.get(url, {"again": str(VM.objects.get().pk)}).context["form"]
    before = {name: form[name].value() for name in data}
    assert before["public_ip"] == "on"
    for name in ("cluster", "configuration", "image", "ssh_keys", "name"):
        assert before[name] == data[name], name
    assert before["boot_disk_gb"] == 77
    for nonsense in ("x", str(uuid4())):
        assert browser.get(url, {"again": nonsense}).status_code == 200


def test_the_cost_is_live_and_asks_for_nothing_secret(
    browser: Client, team: Team, sim: RunningSimulator
) -> None:
    url = reverse("vms:create-cost", kwargs={"slug": team.slug})
    html = browser.get(url, filled(user_data="swordfish")).content.decode()
    assert "Priced by Fluence just now" in html
    assert "swordfish" not in html
    for nonsense in ({"count": "0"}, {"cluster": "x"}, {"boot_disk_gb": "x"}):
        assert browser.get(url, filled(**nonsense)).status_code == 204
    form = browser.get(reverse("vms:create", kwargs={"slug": team.slug})).content.decode()
    included = re.search(r'hx-include="[^"]*#parts[^"]*name=count[^"]*"', form)
    assert included
    assert "user_data" not in included[0]
