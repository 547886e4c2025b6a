"""The members page: who sees what, and how changes and refusals come back."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from controlpanel.accounts.models import User
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from tests.cast import member_create

ClientFor = Callable[[User], Client]
PAGE = "/t/acme/members/"
HTMX = {"HX-Request": "true"}


def url(name: str, user: User) -> str:
    pk = Membership.objects.get(user=user).pk
    return reverse(f"teams:{name}", kwargs={"slug": "acme", "pk": pk})


def test_a_viewer_sees_people_and_no_controls(
    owner: User, viewer: User, client_for: ClientFor
) -> None:
    page = client_for(viewer).get(PAGE)
    assertContains(page, "olga@acme.test")
    assertContains(page, "What each role may do")
    assertNotContains(page, "Send invitation")
    assertNotContains(page, 'name="role"')


def test_an_admin_handles_all_but_owners(
    owner: User, admin: User, viewer: User, client_for: ClientFor
) -> None:
    page = client_for(admin).get(PAGE)
    assertNotContains(page, url("member-role", owner))
    assertNotContains(page, '<option value="owner">')
    assertContains(page, url("member-role", viewer))
    assertContains(page, "Send invitation")


def test_the_number_of_queries_does_not_grow(
    team: Team,
    owner: User,
    client_for: ClientFor,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    client = client_for(owner)
    client.get(PAGE)
    for number in range(12):
        member_create(team, Role.VIEWER, f"Guest{number}")
    with django_assert_max_num_queries(6):  # session, user, membership, teams, members, invitations
        assertContains(client.get(PAGE), "guest11@acme.test")


def test_a_role_is_changed_by_a_plain_form(
    owner: User, viewer: User, client_for: ClientFor
) -> None:
    answer = client_for(owner).post(url("member-role", viewer), {"role": "operator"})
    assertRedirects(answer, PAGE)
    assert Membership.objects.get(user=viewer).role == "operator"


def test_htmx_gets_the_row_and_a_toast(owner: User, viewer: User, client_for: ClientFor) -> None:
    answer = client_for(owner).post(url("member-role", viewer), {"role": "admin"}, headers=HTMX)
    assertContains(answer, '<option value="admin" selected>')
    assertNotContains(answer, "<html")
    assert "Viktor is admin now." in answer["HX-Trigger"]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refusal_stands_in_the_row(
    headers: dict[str, str], owner: User, client_for: ClientFor
) -> None:
    answer = client_for(owner).post(url("member-role", owner), {"role": "viewer"}, headers=headers)
    assertContains(answer, "Olga is the team&#x27;s only owner.", status_code=422)
    assertContains(answer, 'aria-invalid="true"', status_code=422)


def test_whoever_steps_down_gets_the_page_anew(
    team: Team, owner: User, client_for: ClientFor
) -> None:
    member_create(team, Role.OWNER, "Otto")
    answer = client_for(owner).post(url("member-role", owner), {"role": "viewer"}, headers=HTMX)
    assert answer["HX-Redirect"] == PAGE


@pytest.mark.parametrize("role", ["", "emperor", "owner"])
def test_a_role_one_may_not_give_changes_nothing(
    role: str, admin: User, viewer: User, client_for: ClientFor
) -> None:
    answer = client_for(admin).post(url("member-role", viewer), {"role": role})
    assertContains(answer, "Choose one of the roles.", status_code=422)
    assert Membership.objects.get(user=viewer).role == "viewer"


def test_removing_asks_first(owner: User, viewer: User, client_for: ClientFor) -> None:
    client = client_for(owner)
    assertContains(client.get(url("member-remove", viewer)), "Remove Viktor from Acme?")
    dialog = client.get(url("member-remove", viewer), headers=HTMX)
    assertNotContains(dialog, "<html")
    answer = client.post(url("member-remove", viewer), follow=True)
    assertContains(answer, "Viktor has been removed.")
    assert client_for(viewer).get(PAGE).status_code == 404


def test_leaving_leads_home(owner: User, viewer: User, client_for: ClientFor) -> None:
    client = client_for(viewer)
    assertContains(client.get("/t/acme/leave/"), "Leave Acme?")
    answer = client.post("/t/acme/leave/", headers=HTMX)
    assert answer["HX-Redirect"] == "/"
    assertContains(client.get("/"), "You have left Acme.")


def test_the_last_owner_is_told_why_they_stay(owner: User, client_for: ClientFor) -> None:
    answer = client_for(owner).post("/t/acme/leave/")
    assertContains(answer, "only owner", status_code=422)


def test_another_teams_member_is_not_there(
    owner: User, outsider: User, client_for: ClientFor
) -> None:
    client = client_for(owner)
    assert client.post(url("member-role", outsider), {"role": "viewer"}).status_code == 404
    assert client.post(url("member-remove", outsider)).status_code == 404
