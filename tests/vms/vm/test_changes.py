"""What an open list is told: nothing, or just the rows that changed."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from controlpanel import fluence
from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from tests.vms.rows import touch, vm_rows
from vms.mirror.health import health_failed, health_ok
from vms.models import VM
from vms.vm.views import changes


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


class Tab:
    """An open list, as it asks for what changed since its revision."""

    def __init__(self, browser: Client, team: Team, **query: str) -> None:
        self.browser, self.team, self.query = browser, team, query
        self.url = reverse("vms:changes", kwargs={"slug": team.slug})
        team.refresh_from_db()
        self.since = team.revision

    def ask(self) -> str:
        query: dict[str, str | int] = {"since": self.since, **self.query}
        response = self.browser.get(self.url, query)
        if response.status_code == 204:
            return ""
        self.since = response.context["revision"]
        return response.content.decode()


def test_nothing_moved_is_204_for_two_queries_and_the_session(
    browser: Client, team: Team, django_assert_max_num_queries: object
) -> None:
    vm_rows(team, 3)
    tab = Tab(browser, team)
    browser.get(tab.url)
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        assert browser.get(tab.url, {"since": tab.since}).status_code == 204


def test_only_the_changed_row_is_sent_and_then_nothing(browser: Client, team: Team) -> None:
    vms = vm_rows(team, 3)
    tab = Tab(browser, team)
    touch(vms[1], status="failed")
    html = tab.ask()
    assert f'id="vm-{vms[1].pk}" hx-swap-oob="true"' in html
    assert str(vms[0].pk) not in html
    assert f"since={tab.since}" in html, "the next poller"
    assert 'id="vm-totals"' in html
    assert tab.ask() == ""


def test_a_new_row_is_put_on_top_of_the_first_page_only(browser: Client, team: Team) -> None:
    vm_rows(team, 1)
    first, second = Tab(browser, team), Tab(browser, team, cursor=">x")
    vm_rows(team, 1, prefix="new")
    assert 'hx-swap-oob="afterbegin:#vm-rows"' in (html := first.ask())
    assert "new-0" in html
    assert "new-0" not in second.ask()


def test_a_new_row_that_the_filter_leaves_out_is_not_sent(browser: Client, team: Team) -> None:
    vm_rows(team, 1)
    tab = Tab(browser, team, status="terminated")
    vm_rows(team, 1, prefix="new")
    assert "new-0" not in tab.ask()


def test_a_row_that_leaves_the_filter_shows_how_it_ended(browser: Client, team: Team) -> None:
    (vm,) = vm_rows(team, 1)
    tab = Tab(browser, team, status="launched")
    touch(vm, status="terminated")
    assert "Terminated" in tab.ask()


def test_a_hidden_row_is_deleted(browser: Client, team: Team) -> None:
    (vm,) = vm_rows(team, 1)
    tab = Tab(browser, team)
    touch(vm, hidden_at=timezone.now())
    assert f'<tr id="vm-{vm.pk}" hx-swap-oob="delete"></tr>' in tab.ask()


def test_a_row_that_came_and_went_meanwhile_is_not_mentioned(browser: Client, team: Team) -> None:
    vm_rows(team, 1)
    tab = Tab(browser, team)
    (vm,) = vm_rows(team, 1, prefix="short")
    touch(vm, hidden_at=timezone.now())
    assert str(vm.pk) not in tab.ask()


def test_too_many_changes_make_the_tab_read_its_page_anew(
    browser: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_CHANGES", 5)
    vm_rows(team, 5)
    tab = Tab(browser, team)
    tab.since = 0
    assert tab.ask().count("is-new") == 5
    vm_rows(team, 1, prefix="one-more")
    response = browser.get(tab.url, {"since": 0})
    assert response["HX-Refresh"] == "true"


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 30])
def test_a_revision_that_makes_no_sense_sends_everything(
    browser: Client, team: Team, since: str
) -> None:
    vm_rows(team, 2)
    url = reverse("vms:changes", kwargs={"slug": team.slug})
    assert browser.get(url, {"since": since}).content.decode().count("is-new") == 2


def test_another_teams_changes_do_not_exist(
    team: Team, client_for: Callable[[User], Client], outsider: User
) -> None:
    vm_rows(team, 1)
    url = reverse("vms:changes", kwargs={"slug": team.slug})
    assert client_for(outsider).get(url).status_code == 404
    assert VM.objects.count() == 1


def test_an_open_list_learns_that_fluence_is_away_and_that_it_is_back(
    browser: Client, team: Team
) -> None:
    (vm,) = vm_rows(team, 1)
    account = vm.account
    assert account
    tab = Tab(browser, team)
    health_failed(account, fluence.Unavailable("in maintenance", code="service_unavailable"))
    told = tab.ask()
    assert 'id="health" hx-swap-oob="true"' in told
    assert "Fluence is in maintenance" in told
    health_ok(account)
    assert '<div id="health" hx-swap-oob="true"></div>' in tab.ask()


def test_that_something_is_under_way_is_said_until_it_is_not(browser: Client, team: Team) -> None:
    (vm,) = vm_rows(team, 1, status="requested")
    tab, told = Tab(browser, team), f"delete:[data-told='{vm.pk}']"
    detail = reverse("vms:detail", kwargs={"slug": team.slug, "pk": vm.pk})
    for status, is_over in (("launching", False), ("launched", True), ("refused", True)):
        touch(vm, status=status)
        assert (told in tab.ask()) is is_over
        html = browser.get(detail, headers={"HX-Request": "true"}).content.decode()
        assert (told in html) is is_over
