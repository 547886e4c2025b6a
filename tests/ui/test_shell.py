from collections.abc import Callable
from re import findall

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.teams.models import Membership, Team

PAGES = ["profile", "account_change_password", "mfa_index", "usersessions_list", "account_logout"]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_inline_that_the_security_policy_would_refuse(
    name: str, owner: User, client_for: Callable[[User], Client]
) -> None:
    answer = client_for(owner).get(reverse(name))
    html = answer.content.decode()
    assert " style=" not in html
    assert "<style" not in html
    assert not findall(r"<script(?![^>]* src=)", html)
    assert not findall(r"\son\w+=", html)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", PAGES[:4])
def test_the_navigation_marks_the_current_page(
    name: str, owner: User, client_for: Callable[[User], Client]
) -> None:
    html = client_for(owner).get(reverse(name)).content.decode()
    assert f'href="{reverse(name)}" aria-current="page"' in html


def test_the_switcher_lists_only_the_persons_teams(
    owner: User, other_team: Team, client_for: Callable[[User], Client]
) -> None:
    html = client_for(owner).get(reverse("profile")).content.decode()
    assert "Acme" in html
    assert other_team.name not in html
    Membership.objects.create(team=other_team, user=owner, role="viewer")
    assert other_team.name in client_for(owner).get(reverse("profile")).content.decode()


def test_a_member_sees_only_the_links_their_role_can_follow(
    owner: User, viewer: User, client_for: Callable[[User], Client]
) -> None:
    page = reverse("teams:members", kwargs={"slug": "acme"})
    audit = f'href="{reverse("teams:audit", kwargs={"slug": "acme"})}"'
    assert audit in client_for(owner).get(page).content.decode()
    assert audit not in client_for(viewer).get(page).content.decode()
