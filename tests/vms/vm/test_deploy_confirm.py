"""Several VMs: the total price is shown and said yes to before anything is sent."""

import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import CREATE
from tests.vms.key_texts import public_line
from tests.vms.rows import storage_rows
from vms.models import VM, FluenceAccount, Operation

from .test_deploy_page import CLOUD_INIT, filled

pytestmark = pytest.mark.usefixtures("catalogue", "key")
COST = "POST /v1/prices/cost"
BALANCES = "GET /v2/users/balances"


def sent_by(html: str, button: str) -> dict[str, list[str]]:
    """Return what the page's form sends when the button is pressed, as a browser without
    scripts does."""
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r'<input type="hidden"[^>]*>', html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag, re.S)
        assert name
        fields.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    pressed = re.search(rf'name="({button})" value="([^"]*)"', html)
    assert pressed
    return fields | {pressed[1]: [pressed[2]]}


def told(balance: Decimal | int | str) -> dict[str, Any]:
    """Return the columns of a balance that Fluence has told just now."""
    return {"balance": Decimal(balance), "balance_at": timezone.now()}


def asked(browser: Client, url: str, **changes: Any) -> str:
    response = browser.post(url, filled(**{"count": "3"} | changes))
    assert response.status_code == 200
    return response.content.decode()


def test_the_total_stands_there_and_nothing_was_sent(
    browser: Client, url: str, sim: RunningSimulator, account: FluenceAccount
) -> None:
    FluenceAccount.objects.filter(pk=account.pk).update(**told(500))
    html = asked(browser, url)
    assert "<h1>Deploy 3 VMs?</h1>" in html
    assert "web-1-1 to web-1-3" in html
    assert "Priced by Fluence just now" in html
    total = Decimal(sent_by(html, "confirmed")["confirmed"][0])
    assert total > 0
    assert f"${total * 730:,.2f}/mo" in html
    days = round(500 / total / 24)
    assert f"lasts about {days} days" in html
    assert not Operation.objects.filter(kind="vm.create").exists()
    assert sim.requests(CREATE) == []


def test_yes_deploys_them_with_all_that_was_typed(browser: Client, url: str) -> None:
    html = asked(browser, url)
    response = browser.post(url, sent_by(html, "confirmed"), follow=True)
    page = response.content.decode()
    assert "<h1>Deploy 3 VMs</h1>" in page
    assert all(f">web-1-{number}<" in page for number in (1, 2, 3))
    operation = Operation.objects.filter(kind="vm.create")[0]
    assert operation.reveal_secret() == CLOUD_INIT
    assert (operation.request["boot_disk_gb"], operation.request["public_ip"]) == (77, True)
    # A double click is one deployment.
    browser.post(url, sent_by(html, "confirmed"))
    assert VM.objects.count() == 3


def test_back_to_the_form_loses_nothing(browser: Client, url: str) -> None:
    data = filled(count="3")
    del data["public_ip"]
    html = browser.post(url, data).content.decode()
    back = browser.post(url, sent_by(html, "show")).content.decode()
    for kept in ('value="77"', 'value="web-1"', 'value="3"', "form: 29 bytes", data["form_key"]):
        assert kept in back
    assert "runcmd" not in html + back
    assert '<option value="" selected>None</option>' in back
    assert not VM.objects.exists()


def test_a_balance_that_is_too_small_is_said_first(
    browser: Client, url: str, account: FluenceAccount, sim: RunningSimulator
) -> None:
    each = Decimal(sent_by(asked(browser, url), "confirmed")["confirmed"][0]) / 3
    FluenceAccount.objects.filter(pk=account.pk).update(**told(each * 2))
    # A silent Fluence is not asked twice about it, and its own word counts in the end.
    sim.faults.add("status", operation=BALANCES, status=500)
    html = asked(browser, url)
    assert "The balance does not cover all of them" in html
    assert "enough for the first hour of 2 of the 3" in html
    FluenceAccount.objects.filter(pk=account.pk).update(balance=None)
    assert "it is not known whether it covers this" in asked(browser, url)


def test_yes_is_understood_in_a_language_with_a_decimal_comma(
    browser: Client, url: str, settings: Settings
) -> None:
    settings.LANGUAGES = [("de", "Deutsch")]
    settings.LANGUAGE_CODE = "de"
    html = asked(browser, url)
    assert "$0," in html or "$1," in html
    assert browser.post(url, sent_by(html, "confirmed")).status_code == 302
    assert VM.objects.count() == 3


def test_a_price_that_changed_meanwhile_is_asked_about_again(
    browser: Client, url: str, sim: RunningSimulator
) -> None:
    yes = sent_by(asked(browser, url), "confirmed")
    html = browser.post(url, yes | {"confirmed": ["0.01"]}).content.decode()
    assert "The price has changed since you were asked" in html
    assert not VM.objects.exists()
    assert browser.post(url, sent_by(html, "confirmed")).status_code == 302


def test_without_an_answer_the_listed_prices_stand_in(
    browser: Client, url: str, sim: RunningSimulator
) -> None:
    cache.clear()
    sim.faults.add("status", operation=COST, status=500)
    html = asked(browser, url)
    assert "From the listed prices" in html
    assert browser.post(url, sent_by(html, "confirmed")).status_code == 302


def test_a_name_in_use_is_told_before_the_price(browser: Client, url: str) -> None:
    browser.post(url, filled(name="web-2"))
    response = browser.post(url, filled(name="web", count="3"))
    assert response.status_code == 422
    assert "Already in use in this account: web-2." in response.content.decode()


def test_one_that_costs_more_than_a_hundred_a_month_asks_first(
    browser: Client, url: str, sim: RunningSimulator
) -> None:
    html = asked(browser, url, count="1", boot_disk_gb="2000")
    assert "<h1>Deploy 1 VM?</h1>" in html
    assert "This costs more than 100 dollars a month" in html
    assert "A new boot disk of 2000 GB" in html
    assert sim.requests(CREATE) == []
    assert browser.post(url, sent_by(html, "confirmed")).status_code == 302
    assert VM.objects.get().name == "web-1"


def test_one_that_doubles_what_the_team_spends_asks_first(
    browser: Client, url: str, team: Team, account: FluenceAccount
) -> None:
    assert browser.post(url, filled()).status_code == 302, "the first: nothing is spent yet"
    html = asked(browser, url, count="1", name="web-2")
    assert "It at least doubles what the team spends" in html
    assert "more than 100 dollars" not in html
    # What is left over is spent, too.
    second = filled(name="web-2")
    storage_rows(account, 1, price_hour=Decimal("0.01"))
    assert browser.post(url, second).status_code == 302


def test_a_double_click_is_not_asked_about(browser: Client, url: str) -> None:
    data = filled()
    for _ in range(2):
        assert browser.post(url, data).status_code == 302
    assert VM.objects.count() == 1


def test_what_the_balance_does_not_cover_is_refused_before_anything_is_made(
    browser: Client, url: str, account: FluenceAccount, sim: RunningSimulator
) -> None:
    sim.world.state.accounts[account.remote_user_id].balance = Decimal("0.01")
    FluenceAccount.objects.filter(pk=account.pk).update(**told("0.01"))
    made_before = len(sim.requests("POST /v1/ssh_keys"))
    data = filled(name="web-2") | {
        "ssh_keys": [],
        "new_key_name": "desk",
        "new_key": public_line("ed25519"),
    }
    for count in ("1", "3"):
        response = browser.post(url, data | {"count": count})
        assert response.status_code == 422
        html = response.content.decode()
        assert "the balance is $0.01: nothing was made" in html
        assert "web-2" in html, "what was typed is there again"
    assert len(sim.requests("POST /v1/ssh_keys")) == made_before
    assert not Operation.objects.filter(kind="vm.create").exists()


def test_a_top_up_meanwhile_is_seen_at_once(
    browser: Client, url: str, account: FluenceAccount
) -> None:
    FluenceAccount.objects.filter(pk=account.pk).update(**told("0.01"))
    assert browser.post(url, filled()).status_code == 302
    account.refresh_from_db()
    assert account.balance == 500


def test_one_that_leaves_less_than_a_day_asks_first(
    browser: Client, url: str, account: FluenceAccount, sim: RunningSimulator
) -> None:
    sim.world.state.accounts[account.remote_user_id].balance = Decimal("0.3")
    FluenceAccount.objects.filter(pk=account.pk).update(**told("0.3"))
    html = asked(browser, url, count="1")
    assert "then Fluence ends all VMs" in html
    assert "more than 100 dollars" not in html
