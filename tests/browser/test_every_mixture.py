"""Every way of the guide in a browser: new and existing disks and addresses, in all mixtures."""

from collections.abc import Callable
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from controlpanel.fluence import FluenceClient, NewPublicIp, NewStorage
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.catalogue import IMAGES
from tests.fluence.renting import cluster_named
from tests.stack import Stack

from .pages import choose, fill_deployment, go, send_deployment

pytestmark = [pytest.mark.browser, pytest.mark.stack]
PLACE = cluster_named("Potomac").id
MIXTURES = list(product(("new", "free"), ("none", "new", "free", "both"), ("New", "None", "free")))
RECONCILE_NOW = """
from django.utils import timezone
from vms.models import FluenceAccount
FluenceAccount.objects.update(reconcile_after=timezone.now())
"""


def test_all_of_them_are_deployed(page_for: Callable[..., Page], stack: Stack) -> None:
    client = FluenceClient(FULL_KEY, stack.simulator_url).for_changes()
    image = IMAGES[0].download_url
    for number in range(len(MIXTURES)):
        boot, data = f"mix-boot-{number}", f"mix-data-{number}"
        client.storages.create(
            NewStorage(name=boot, cluster_id=PLACE, volume_gb=25, os_image=image)
        )
        client.storages.create(NewStorage(name=data, cluster_id=PLACE, volume_gb=25))
        client.public_ips.create(NewPublicIp(name=f"mix-ip-{number}", cluster_id=PLACE))
    page = page_for("operator")
    stack.shell(RECONCILE_NOW)
    go(page, "public-ips/?q=mix-ip")
    ready = page.locator(".resource-table .status", has_text="Ready")
    expect(ready).to_have_count(len(MIXTURES))
    for number, (boot, data, ip) in enumerate(MIXTURES):
        fill_deployment(page, f"mixed-{number}")
        pick_place(page, number)
        if boot == "free":
            choose(page.get_by_label("Boot disk", exact=True), f"mix-boot-{number},")
        choose(
            page.get_by_label("Public IPv4 address"), f"mix-ip-{number}," if ip == "free" else ip
        )
        add_data_disks(page, data, number)
        send_deployment(page)
        page.wait_for_url("**/vms/")
    held = {vm.name: vm for vm in client.vms.iterate(name="mixed-%", expand=("dataDisks",))}
    assert len(held) == len(MIXTURES)
    for number, (_boot, data, ip) in enumerate(MIXTURES):
        vm = held[f"mixed-{number}"]
        assert len(vm.data_disks) == {"none": 0, "new": 1, "free": 1, "both": 2}[data]
        assert bool(vm.public_ip) == (ip != "None")
        client.vms.terminate(vm.id)  # the tests after this one have the list to themselves


def pick_place(page: Page, number: int) -> None:
    """Pick the place; what is free there is offered once it has been read."""
    page.locator(f'input[name="cluster"][value="{PLACE}"]').check()
    expect(page.locator("#parts")).to_contain_text(f"mix-ip-{number},")


def add_data_disks(page: Page, which: str, number: int) -> None:
    wanted: list[str] = {"none": [], "new": ["New"], "free": ["free"], "both": ["New", "free"]}[
        which
    ]
    if wanted:
        page.locator("#parts summary").click()
    for row, choice in enumerate(wanted, start=1):
        if row > 1:
            page.get_by_role("button", name="Add another").click()
        select = page.get_by_label(f"Data disk {row}", exact=True)
        choose(select, "New" if choice == "New" else f"mix-data-{number},")
        if choice == "New":
            page.locator(f"#id_data_{row}_gb").fill("30")
