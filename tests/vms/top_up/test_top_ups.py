"""Paying in: begun, paid, canceled, each once, logged, and seen on the page and the balance."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient, NewTopUp
from controlpanel.simulator.payments import finish_top_up
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import GRACE, Clock, entry_of, log_of, settle_for
from vms.mirror.newcomers import newest_read
from vms.models import FluenceAccount, Operation, TopUp
from vms.top_up.services import top_up_create

from .paying import CANCEL, CREATE, FIFTY, read_later

# For which Fluence has refused to tell whether it was done.
AN_HOUR = 4300


@pytest.mark.usefixtures("ready")
def test_one_is_made_and_logged_and_waits_for_its_payment(
    browser: Client, url: str, team: Team, sim: RunningSimulator
) -> None:
    html = browser.post(url, FIFTY, follow=True)
    assertContains(html, "$50.00 wait for their payment")
    assertContains(html, "One at a time")
    top_up = TopUp.objects.get()
    assert (top_up.amount, top_up.status, top_up.provider) == (
        Decimal(50),
        "open",
        "stripe",
    )
    entry = entry_of(team, "top_up.create", "succeeded")
    assert (entry.target_name, entry.target_id) == ("50.00 USD", top_up.remote_id)
    asked = entry_of(team, "top_up.create", "requested")
    assert asked.changes == {"amount": [None, "50.00 USD"], "method": [None, "card"]}
    assert len(sim.requests(CREATE)) == 1


def test_a_paid_one_is_on_the_balance_within_seconds(
    browser: Client, url: str, ready: FluenceAccount, sim: RunningSimulator
) -> None:
    browser.post(url, FIFTY)
    finish_top_up(sim.world, TopUp.objects.get().remote_id, "resolved")
    newest_read(ready.pk)
    html = browser.get(url)
    assertContains(html, "$550.00")
    assertContains(html, "Paid")
    assertContains(html, "Olga")
    assertNotContains(html, "wait for their payment")


def test_one_of_fluences_own_console_is_seen(
    browser: Client,
    url: str,
    ready: FluenceAccount,
    fluence: FluenceClient[Changes],
    clock: Clock,
) -> None:
    fluence.billing.create_top_up(NewTopUp(amount_cents=2500))
    read_later(ready, clock)
    html = browser.get(url)
    assertContains(html, "$25.00")
    assertContains(html, "outside the panel")


@pytest.mark.usefixtures("ready")
def test_one_is_canceled(browser: Client, url: str, team: Team, sim: RunningSimulator) -> None:
    browser.post(url, FIFTY)
    cancel = reverse("vms:top-up-cancel", kwargs={"slug": team.slug, "pk": TopUp.objects.get().pk})
    assertContains(browser.post(cancel, follow=True), "The top-up of 50.00 USD is canceled.")
    assert TopUp.objects.get().status == "canceled"
    assert entry_of(team, "top_up.cancel", "succeeded").target_name == "50.00 USD"
    again = browser.post(cancel, follow=True)
    assertContains(again, "this top-up does not wait for a payment any more")
    assert len(sim.requests(CANCEL)) == 1


@pytest.mark.usefixtures("ready")
def test_one_that_was_paid_meanwhile_cannot_be_canceled(
    browser: Client, url: str, team: Team, sim: RunningSimulator
) -> None:
    browser.post(url, FIFTY)
    top_up = TopUp.objects.get()
    finish_top_up(sim.world, top_up.remote_id, "resolved")
    cancel = reverse("vms:top-up-cancel", kwargs={"slug": team.slug, "pk": top_up.pk})
    assertContains(browser.post(cancel, follow=True), "The top-up is resolved.")


@pytest.mark.usefixtures("ready")
def test_the_payment_opens_where_fluence_says(
    browser: Client, url: str, team: Team, sim: RunningSimulator
) -> None:
    page = browser.post(url, FIFTY, follow=True).content.decode()
    top_up = TopUp.objects.get()
    pay = reverse("vms:top-up-pay", kwargs={"slug": team.slug, "pk": top_up.pk})
    assert pay in page
    assert "/checkout/" not in page
    response = browser.get(pay)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(f"{sim.url}/checkout/")
    assert "no-store" in response.headers["Cache-Control"]
    finish_top_up(sim.world, top_up.remote_id, "expired")
    assertContains(browser.get(pay, follow=True), "does not wait for a payment any more")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "http://pay.example/x", "//pay.example", "https://[x", ""]
)
def test_an_address_that_is_no_page_is_not_opened(
    browser: Client, url: str, team: Team, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    browser.post(url, FIFTY)
    monkeypatch.setattr(
        "controlpanel.simulator.api.top_ups.checkout_url", lambda _world, _top_up: address
    )
    pay = reverse("vms:top-up-pay", kwargs={"slug": team.slug, "pk": TopUp.objects.get().pk})
    response = browser.get(pay)
    assertRedirects(response, url, fetch_redirect_response=False)
    assertContains(browser.get(url), "It can be paid in Fluence")


@pytest.mark.usefixtures("ready")
def test_fluence_takes_one_at_a_time(
    browser: Client, url: str, fluence: FluenceClient[Changes], sim: RunningSimulator
) -> None:
    fluence.billing.create_top_up(NewTopUp(amount_cents=2500))  # not mirrored yet
    response = browser.post(url, FIFTY)
    assertContains(response, "An open top-up already exists.", status_code=422)
    assertContains(response, 'value="50"', status_code=422)
    browser.post(url, FIFTY | {"amount": "60"})
    assert len(sim.requests(CREATE)) == 3


@pytest.mark.usefixtures("ready")
def test_an_unanswered_one_is_found(
    team: Team, olga: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    operation = top_up_create(team=team, actor=olga, amount_cents=5000, method_code="card")
    assert operation.state == "unknown"
    settle_for(clock, 5)
    assert log_of(team, "top_up.create")[-1] == "top_up.create succeeded"
    top_up = TopUp.objects.get()
    assert Operation.objects.get(pk=operation.pk).target_id == top_up.remote_id
    assert top_up.created_at == sim.world.state.top_ups[top_up.remote_id].created_at


@pytest.mark.usefixtures("ready")
def test_one_that_was_never_made_is_told_so(
    browser: Client, url: str, team: Team, olga: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("timeout_before", operation=CREATE, times=1, seconds=1)
    top_up_create(team=team, actor=olga, amount_cents=5000, method_code="card")
    assertContains(browser.get(url), "Top up Fluence account (50.00 USD): under way")
    response = browser.post(url, FIFTY)
    assertContains(response, "A top-up is being made already", status_code=422)
    settle_for(clock, GRACE + 10)
    assertContains(browser.get(url), "Top up Fluence account (50.00 USD): not done")
    assert len(sim.requests(CREATE)) == 1


@pytest.mark.usefixtures("ready")
def test_one_that_nobody_can_tell_of_is_dismissed(
    browser: Client, url: str, team: Team, olga: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("timeout_before", operation=CREATE, times=1, seconds=1)
    operation = top_up_create(team=team, actor=olga, amount_cents=5000, method_code="card")
    sim.faults.add("status", status=401)
    clock.advance(AN_HOUR)
    settle_for(clock, 20)
    assertContains(browser.get(url), "needs attention")
    dismiss = reverse("vms:top-up-change-dismiss", kwargs={"slug": team.slug, "pk": operation.pk})
    assertNotContains(browser.post(dismiss, follow=True), "needs attention")
    assert entry_of(team, "top_up.dismiss", "succeeded").actor_name == "Olga"
