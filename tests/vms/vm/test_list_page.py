"""The list of VMs: filters, search and paging."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from controlpanel.ui.messages import say
from tests.vms.rows import account_row, vm_rows
from vms.models import VM, FluenceAccount


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


@pytest.fixture
def url(team: Team) -> str:
    return reverse("vms:list", kwargs={"slug": team.slug})


def names(html: str) -> list[str]:
    return re.findall(r'href="[0-9a-f-]{36}/">([^<]+)</a>', html)


def test_it_shows_the_newest_first_and_not_what_is_hidden_or_terminated(
    browser: Client, url: str, team: Team
) -> None:
    vm_rows(team, 3)
    vm_rows(team, 1, prefix="old", status="terminated")
    vm_rows(team, 1, prefix="hidden", hidden_at=timezone.now())
    assert names(browser.get(url).content.decode()) == ["vm-2", "vm-1", "vm-0"]


def test_filters_by_status_place_and_name(browser: Client, url: str, team: Team) -> None:
    vm_rows(team, 6)
    vm_rows(team, 1, prefix="old", status="terminated")
    vm_rows(team, 1, prefix="web_new", status="launching")
    for query, expected in (
        ({"status": "terminated"}, ["old-0"]),
        ({"status": "launching"}, ["web_new-0"]),
        ({"q": "WEB_"}, ["web_new-0"]),
        ({"place": "Cluster 0"}, ["vm-5", "web_new-0", "vm-0"]),
        ({"place": "Cluster 0", "status": "all"}, ["vm-5", "web_new-0", "old-0", "vm-0"]),
        ({"status": "nonsense"}, []),
        ({"q": "\x00", "place": "x" * 99}, None),
    ):
        found = names(browser.get(url, query).content.decode())
        assert sorted(found) == sorted(expected) if expected is not None else len(found) == 7


def test_htmx_gets_the_table_alone(browser: Client, url: str, team: Team) -> None:
    vm_rows(team, 1)
    html = browser.get(url, headers={"HX-Request": "true"}).content.decode()
    assert names(html) == ["vm-0"]
    assert "<html" not in html
    boosted = browser.get(url, headers={"HX-Request": "true", "HX-Boosted": "true"})
    assert "<html" in boosted.content.decode()


def test_pages_hold_every_vm_once_there_and_back(browser: Client, url: str, team: Team) -> None:
    vms = vm_rows(team, 120)
    same = timezone.now() - timedelta(hours=1)
    VM.objects.filter(pk__in=[vm.pk for vm in vms[40:70]]).update(created_at=same)
    pages, address = [], url
    while True:
        response = browser.get(address)
        pages.append(names(response.content.decode()))
        older = response.context["page"].older
        if not older:
            break
        address = f"{url}?cursor={older.replace('+', '%2B')}"
    assert [len(page) for page in pages] == [50, 50, 20]
    assert len({name for page in pages for name in page}) == 120
    backwards = []
    for _ in pages[1:]:
        newer = browser.get(address).context["page"].newer
        address = f"{url}?cursor={newer.replace('+', '%2B')}"
        backwards.append(names(browser.get(address).content.decode()))
    assert backwards == [pages[1], pages[0]]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        ">",
        "<2026-01-01_nonsense",
        ">2026-99-99T00:00:00+00:00_00000000-0000-0000-0000-000000000000",
        ">0001-01-01T00:00:00+14:00_00000000-0000-0000-0000-000000000000",
        ">2026-01-01T00:00:00_00000000-0000-0000-0000-000000000000",
    ],
)
def test_a_cursor_that_makes_no_sense_is_the_first_page(
    browser: Client, url: str, team: Team, cursor: str
) -> None:
    vm_rows(team, 1)
    assert names(browser.get(url, {"cursor": cursor}).content.decode()) == ["vm-0"]


def test_another_teams_vms_are_not_there(
    browser: Client, url: str, team: Team, other_team: Team
) -> None:
    vm_rows(other_team, 2)
    html = browser.get(url, {"status": "all"}).content.decode()
    assert names(html) == []
    assert "City" not in html


def test_totals_count_what_lives(browser: Client, url: str, team: Team) -> None:
    vm_rows(team, 2)
    vm_rows(team, 1, prefix="new", status="launching")
    vm_rows(team, 1, prefix="asked", status="requested", remote_id=None)
    vm_rows(team, 1, prefix="old", status="terminated")
    vm_rows(team, 1, prefix="bad", status="refused", said=say("text", text="No room."))
    context = browser.get(url).context
    totals, burn = context["totals"], context["ledger"].burn
    assert (totals.launched, totals.in_progress, totals.attention) == (2, 2, 1)
    assert (burn.total, burn.pending) == (Decimal("0.03"), Decimal("0.01"))


def test_vms_of_a_disconnected_account_are_said_to_be_as_last_seen(
    browser: Client, url: str, team: Team
) -> None:
    vm_rows(team, 1)
    assert "as they were last seen" not in browser.get(url).content.decode()
    FluenceAccount.objects.filter(team=team).delete()
    html = browser.get(url).content.decode()
    assert names(html) == ["vm-0"]
    assert "as they were last seen" in html


def test_a_full_page_is_light(browser: Client, url: str, team: Team) -> None:
    vm_rows(team, 60)
    assert len(browser.get(url).content) < 60_000


def test_a_team_without_vms_has_nothing_to_search_or_select(
    browser: Client, url: str, team: Team
) -> None:
    account_row(team)
    waiting = re.compile(r'<(?:form|a) class="[^"]* when-rows"')
    assert len(waiting.findall(browser.get(url).content.decode())) == 2
    # Of terminated ones there is: the filter shows them.
    vm_rows(team, 1, status="terminated")
    assert waiting.findall(browser.get(url).content.decode()) == []
