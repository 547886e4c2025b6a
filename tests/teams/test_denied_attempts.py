"""What a role does not allow is refused, and an attempt to change something is remembered."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Team

ClientFor = Callable[[User], Client]


def test_a_refused_change_is_in_the_log_with_person_and_reason(
    team: Team, viewer: User, client_for: ClientFor
) -> None:
    url = reverse("vms:account-disconnect", kwargs={"slug": team.slug})
    response = client_for(viewer).post(url, REMOTE_ADDR="203.0.113.9")
    assert response.status_code == 403
    entry = AuditEntry.objects.get(team_id=team.pk)
    assert (entry.action, entry.outcome) == ("permission.denied", "denied")
    assert (entry.actor_name, entry.ip_address) == ("Viktor", "203.0.113.9")
    assert entry.target_id == "account:connect"
    assert "your role" in entry.message.lower()


def test_a_page_with_a_second_permission_remembers_it_too(
    team: Team, viewer: User, client_for: ClientFor
) -> None:
    url = reverse("vms:ssh-keys", kwargs={"slug": team.slug})
    assert client_for(viewer).post(url, {"name": "x"}).status_code == 403
    assert AuditEntry.objects.get(team_id=team.pk).target_id == "ssh_key:create"


def test_merely_looking_where_one_may_not_is_not_an_attempt(
    team: Team, viewer: User, client_for: ClientFor
) -> None:
    url = reverse("teams:audit", kwargs={"slug": team.slug})
    assert client_for(viewer).get(url).status_code == 403
    assert not AuditEntry.objects.filter(team_id=team.pk).exists()


def test_a_stranger_leaves_no_trace_in_a_team_that_does_not_exist_for_them(
    team: Team, outsider: User, client_for: ClientFor
) -> None:
    url = reverse("vms:account-disconnect", kwargs={"slug": team.slug})
    assert client_for(outsider).post(url).status_code == 404
    assert not AuditEntry.objects.filter(team_id=team.pk).exists()


def test_the_page_of_a_refusal_still_leads_to_what_the_person_may_see(
    team: Team, viewer: User, client_for: ClientFor
) -> None:
    html = client_for(viewer).get(reverse("vms:create", args=(team.slug,))).content.decode()
    assert "you may not deploy VMs" in html
    assert f'href="{reverse("vms:list", args=(team.slug,))}"' in html
    assert f'href="{reverse("teams:audit", args=(team.slug,))}"' not in html
