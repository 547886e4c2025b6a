"""The page of top-ups: its form, and who sees what of it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from controlpanel.accounts.models import User
from controlpanel.fluence import Changes, FluenceClient, NewTopUp
from controlpanel.simulator.accounts import KEYS, ApiKey
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import Clock
from vms.mirror.reconcile import account_reconcile
from vms.models import FluenceAccount, TopUp

from .paying import CREATE, FIFTY, read_later


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"amount": "5", "method": "card"}, "Card takes at least $20.00."),
        ({"amount": "5000.01", "method": "card"}, "Card takes at most $5,000.00."),
        ({"amount": "12.345", "method": "usdc"}, "Cents are the smallest there is"),
        ({"amount": "-3", "method": "usdc"}, "At least $0.01."),
        ({"amount": "", "method": "usdc"}, "This field is required."),
        ({"amount": "NaN", "method": "usdc"}, "Enter a number."),
        ({"amount": "50", "method": "shells"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_paid_is_told_beside_the_field(
    browser: Client, url: str, sim: RunningSimulator, form: dict[str, str], words: str
) -> None:
    response = browser.post(url, form)
    assertContains(response, words, status_code=422)
    assert sim.requests(CREATE) == []


@pytest.mark.usefixtures("ready")
def test_a_form_that_is_sent_twice_asks_once(
    browser: Client, url: str, sim: RunningSimulator
) -> None:
    form = FIFTY | {"form_key": "7f1f6f0c-8c0e-4b1c-9e55-9a0a3d1f2b10"}
    browser.post(url, form)
    browser.post(url, form)
    assert len(sim.requests(CREATE)) == 1


def test_roles_see_what_they_may(
    ready: FluenceAccount,
    url: str,
    client_for: Callable[[User], Client],
    operator: User,
    viewer: User,
    auditor: User,
    fluence: FluenceClient[Changes],
    clock: Clock,
) -> None:
    fluence.billing.create_top_up(NewTopUp(amount_cents=2500))
    read_later(ready, clock)
    for user in (operator, auditor):
        html = client_for(user).get(url)
        assertContains(html, "$25.00")
        assertNotContains(html, "Go to the payment")
        assertNotContains(html, "Make the top-up")
        assert client_for(user).post(url, FIFTY).status_code == 403
    assert client_for(viewer).get(url).status_code == 403


def test_another_teams_does_not_exist(
    ready: FluenceAccount,
    browser: Client,
    url: str,
    client_for: Callable[[User], Client],
    outsider: User,
    other_team: Team,
) -> None:
    browser.post(url, FIFTY)
    stranger, args = client_for(outsider), {"slug": other_team.slug, "pk": TopUp.objects.get().pk}
    assert stranger.get(reverse("vms:top-up-pay", kwargs=args)).status_code == 404
    assert stranger.post(reverse("vms:top-up-cancel", kwargs=args)).status_code == 404


def test_a_key_that_may_not_pay_in_says_so(
    team_of: Callable[[str], FluenceAccount],
    client_for: Callable[[User], Client],
    outsider: User,
    other_team: Team,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    everything = KEYS["sim-demo-second"]
    lacking = {"billing:top_up", "billing:get_history"}
    scopes = tuple(scope for scope in everything.scopes if scope not in lacking)
    monkeypatch.setitem(KEYS, "sim-demo-second", ApiKey(everything.account_id, scopes))
    account = team_of("sim-demo-second")
    account_reconcile(account.pk)
    html = client_for(outsider).get(reverse("vms:top-ups", kwargs={"slug": other_team.slug}))
    assertContains(html, "This key may not read what was paid in")
    assertContains(html, "This key may not top up.")
    assertNotContains(html, "Make the top-up")


@pytest.mark.usefixtures("ready")
def test_the_ways_to_pay_tell_their_bounds_and_fees(browser: Client, url: str) -> None:
    html = browser.get(url)
    assertContains(html, "Card: $20.00 to $5,000.00, about 2.9 % and $0.30 on top")
    assertContains(html, "USDC: from $10.00, about 1 % on top")
