"""What the key may do, and what becomes of terminated VMs' rest, on the account page."""

from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Team
from tests.vms.rows import account_row
from vms.models import FluenceAccount


def page(client: Client, team: Team) -> str:
    return client.get(reverse("vms:account", args=[team.slug])).content.decode()


def test_what_works_and_what_does_not_is_told_with_the_scopes_to_copy(
    team: Team, client_for: Callable[[User], Client], owner: User
) -> None:
    account = account_row(team)
    account.scopes = ["vms:read", "vm:list", "vms:write", "storage:read"]
    account.save()
    html = page(client_for(owner), team)
    assert "The key lacks storage:write" in html
    assert "The key lacks public_ip:read" in html
    assert "The key lacks vms:write" not in html
    assert "The key lacks storage:read<" not in html
    money = "billing:get_spending_history billing:get_history billing:top_up"
    rest = f"clusters:read prices:read {money}"
    assert f"security_groups:write {rest}</code>" in html


def test_the_teams_default_is_set_by_an_admin_and_logged(
    team: Team, client_for: Callable[[User], Client], admin: User, operator: User
) -> None:
    account_row(team)
    url = reverse("vms:account-default", args=[team.slug])
    assert client_for(operator).post(url, {"rest": "delete"}).status_code == 403
    browser = client_for(admin)
    for _again in range(2):
        browser.post(url, {"rest": "delete"})
    assert FluenceAccount.objects.get().deletes_rest
    [entry] = AuditEntry.objects.filter(action="account.set_default")
    assert entry.changes == {"disks_and_public_ips": ["keep", "delete"]}
    assert 'value="delete" checked' in page(browser, team)
    browser.post(url, {"rest": "keep"})
    assert not FluenceAccount.objects.get().deletes_rest
