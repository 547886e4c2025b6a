"""What was changed since a page was opened is told, and not overwritten."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from controlpanel.accounts.models import User
from controlpanel.teams.models import Membership, Team

ClientFor = Callable[[User], Client]
SETTINGS = "/t/acme/settings/"
HTMX = {"HX-Request": "true"}


def test_a_teams_new_name_of_another_window_is_told_and_stays(
    owner: User, admin: User, client_for: ClientFor
) -> None:
    client_for(admin).post(SETTINGS, {"name": "Acme North", "seen": "Acme"})
    client = client_for(owner)
    answer = client.post(SETTINGS, {"name": "Acme South", "seen": "Acme"})
    words = "The team was renamed to Acme North since this page was opened."
    assertContains(answer, words, status_code=422)
    assertContains(answer, 'value="Acme South"', status_code=422)
    assertContains(answer, 'name="seen" value="Acme North"', status_code=422)
    assert Team.objects.get().name == "Acme North"
    assertRedirects(client.post(SETTINGS, {"name": "Acme South", "seen": "Acme North"}), SETTINGS)
    assert Team.objects.get().name == "Acme South"


def test_the_same_new_name_twice_is_no_conflict(owner: User, client_for: ClientFor) -> None:
    for _ in range(2):
        data = {"name": "Acme North", "seen": "Acme"}
        assertRedirects(client_for(owner).post(SETTINGS, data), SETTINGS)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_role_given_meanwhile_is_told_and_stays(
    owner: User, admin: User, viewer: User, client_for: ClientFor, headers: dict[str, str]
) -> None:
    membership = Membership.objects.get(user=viewer)
    address = f"/t/acme/members/{membership.pk}/role/"
    assertContains(client_for(owner).get("/t/acme/members/"), 'name="seen" value="viewer"')
    client_for(admin).post(address, {"role": "auditor", "seen": "viewer"})
    data = {"role": "operator", "seen": "viewer"}
    answer = client_for(owner).post(address, data, headers=headers)
    words = "Viktor was made auditor since this page was opened."
    assertContains(answer, words, status_code=422)
    assertContains(answer, 'name="seen" value="auditor"', status_code=422)
    membership.refresh_from_db()
    assert membership.role == "auditor"
    data["seen"] = "auditor"
    client_for(owner).post(address, data)
    membership.refresh_from_db()
    assert membership.role == "operator"


def test_a_profile_saved_in_another_window_is_told_and_stays(
    owner: User, client_for: ClientFor
) -> None:
    client, address = client_for(owner), reverse("profile")
    seen = " Olga"
    assertContains(client.get(address), f'name="seen" value="{seen}"')
    client.post(address, {"name": "Olga N.", "time_zone": "Europe/Lisbon", "seen": seen})
    data = {"name": "Olga M.", "time_zone": "", "seen": seen}
    answer = client.post(address, data)
    assertContains(answer, "Your profile was changed since this page was opened: Olga N., Europe")
    assertContains(answer, 'value="Olga M."')
    owner.refresh_from_db()
    assert owner.name == "Olga N."
    data["seen"] = "Europe/Lisbon Olga N."
    assertRedirects(client.post(address, data), address)


def test_a_form_from_before_a_login_is_told_to_be_too_old(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a@b.test"})
    assertContains(answer, "This page is too old", status_code=403)
    assertContains(answer, "reload the page", status_code=403)


def test_a_form_from_before_a_change_of_role_is_told_to_be_too_old(
    viewer: User, client_for: ClientFor
) -> None:
    answer = client_for(viewer).post(SETTINGS, {"name": "Mine"})
    assertContains(answer, "This page is too old", status_code=403)
    assertContains(answer, "Your role in Acme is viewer", status_code=403)
    page = client_for(viewer).get(SETTINGS)
    assertContains(page, "You may not do this", status_code=403)
    assertNotContains(page, "too old", status_code=403)
